"""What is asked of a contract in several forms: its programme, its signatories."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from beffroi.partners.models import Organisation

LONGEST_PROGRAMME = 100_000


def programme_field(label: Any, *, required: bool) -> forms.CharField:
    """A tree, written in lines."""
    return forms.CharField(
        label=label,
        help_text=gettext_lazy(
            "Un axe par ligne ; en dessous, ses objectifs, en retrait ou numérotés (1, 1.1, 1.2). "
            "Les objectifs sont ce que les classeurs des partenaires citent."
        ),
        widget=forms.Textarea({"rows": 12}),
        max_length=LONGEST_PROGRAMME,
        strip=False,
        required=required,
    )


def signatories_field(*, required: bool) -> forms.ModelMultipleChoiceField[Organisation]:
    """Who signs, among the organisations that are known."""
    return forms.ModelMultipleChoiceField(
        label=gettext_lazy("Signataires"),
        help_text=gettext_lazy("Parmi les organisations connues ; d'autres pourront venir."),
        queryset=Organisation.objects.all(),
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple({"class": "choices"}),
        required=required,
    )
