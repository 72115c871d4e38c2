"""What people fill in to write a remark."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from beffroi.accounts.models import User
from beffroi.remarks.models import LONGEST_TEXT


class RemarkForm(forms.Form):
    """A text, and the people to tell. How long the text may be is the action's to say: it counts a
    line break as one."""

    text = forms.CharField(
        label=_("Votre remarque"),
        help_text=_("Texte seul, 4 000 caractères au plus. « @ » et un nom prévient la personne."),
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": LONGEST_TEXT}),
        strip=False,
    )
    told = forms.TypedMultipleChoiceField(
        label=_("Prévenir"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("On ne prévient que des personnes qui ont accès à ce contrat.")
        },
    )

    def __init__(self, people: Iterable[User], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["told"].choices = [  # type: ignore[attr-defined]
            (each.pk, f"{each.full_name} ({each.email})" if each.full_name else each.email)
            for each in people
        ]
