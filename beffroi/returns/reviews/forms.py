"""What is asked of whoever reviews a return, or answers."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from beffroi.returns.models.reviews import LONGEST_MESSAGE
from beffroi.returns.reviews.actions import LONGEST_NOTE


def _message(label: object) -> forms.CharField:
    return forms.CharField(
        label=label,  # type: ignore[arg-type]
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_MESSAGE,
    )


class AcceptForm(forms.Form):
    """A word that goes with an acceptance."""

    note = forms.CharField(
        label=_("Précision (facultative)"), max_length=LONGEST_NOTE, required=False
    )


class WithdrawForm(forms.Form):
    """Why an acceptance is taken back."""

    reason = forms.CharField(label=_("Pourquoi"), max_length=LONGEST_NOTE)


class QueryForm(forms.Form):
    """A question on a cell of the sheet being shown."""

    cell = forms.CharField(
        label=_("Cellule"),
        max_length=12,
        help_text=_("Comme H12. Cliquez sur une cellule de la feuille pour la choisir."),
    )
    text = _message(_("Votre question"))

    def clean_cell(self) -> str:
        """An address is written in capitals."""
        return str(self.cleaned_data["cell"]).upper()


class MessageForm(forms.Form):
    """A message in a thread."""

    text = _message(_("Votre message"))


class CloseForm(forms.Form):
    """A last word, if any."""

    text = forms.CharField(
        label=_("Dernier mot (facultatif)"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=LONGEST_MESSAGE,
        required=False,
    )
