"""A form field for an amount in euros, as people write it; its value is in cents."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

LARGEST_CENTS = 10**14
"""A thousand billion euros: beyond, it is a slip."""
_SPACES = re.compile(r"[\s\u00a0\u202f'’]+")
_PLAIN = re.compile(r"[-−]?\d+([.,]\d{1,2})?")
_ENGLISH = re.compile(r"[-−]?\d{1,3}(,\d{3})+\.\d{1,2}")


def cents_of(text: str) -> int | None:
    """``1 234,56``, ``1234.56 €``, ``1,234.56``: cents; ``None`` where it is no such amount.

    ``1,234`` says either of two things, and is none.
    """
    bare = _SPACES.sub("", text).removesuffix("€")
    if _ENGLISH.fullmatch(bare):
        bare = bare.replace(",", "")
    if not _PLAIN.fullmatch(bare):
        return None
    cents = int(Decimal(bare.replace("−", "-").replace(",", ".")) * 100)
    return cents if abs(cents) <= LARGEST_CENTS else None


def written(cents: int | None) -> str:
    """Cents as the field shows them again."""
    if cents is None:
        return ""
    euros, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{euros},{part:02d}"


class EurosField(forms.CharField):
    """An amount; cleaned, cents, or ``None`` for nothing."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("inputmode", "decimal")

    def clean(self, value: Any) -> Any:
        """Raises ``ValidationError`` with a sentence."""
        text = super().clean(value)
        if not text:
            return None
        cents = cents_of(text)
        if cents is None:
            raise forms.ValidationError(
                _("« %(text)s » n'est pas un montant en euros : écrivez par exemple 1 234,56.")
                % {"text": text[:40]}
            )
        return cents

    def prepare_value(self, value: Any) -> Any:
        """Cents given as initial are shown in euros; what somebody wrote, as they wrote it."""
        return written(value) if isinstance(value, int) else value
