"""What people fill in about gaps: a figure to propose, a reason, what counts as rounding."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beffroi.reconciliation.agreements.actions import Figure
from beffroi.reconciliation.queries import Gap
from beffroi.ui import figures
from beffroi.ui.euros import EurosField

OTHER = "other"


def _reason() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Raison"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Elle reste avec le chiffre, lisible par tous ceux du contrat."),
    )


class ProposalForm(forms.Form):
    """Which figure is to stand for a gap, and why."""

    figure = forms.ChoiceField(label=gettext_lazy("Le montant qui vaut"), widget=forms.RadioSelect)
    amount = EurosField(
        label=gettext_lazy("Autre montant, en euros"), required=False, max_length=40
    )
    reason = _reason()
    document = forms.FileField(
        label=gettext_lazy("Document à l'appui"),
        required=False,
        help_text=gettext_lazy("La convention, l'arrêté, la délibération : PDF ou autre."),
    )

    def __init__(self, gap: Gap, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        claim = _("%(amount)s, annoncé par %(partner)s")
        said = {Figure.CLAIM: (claim, gap.claim_cents, gap.names[0])}
        if gap.own_cents is not None:
            own = _("%(amount)s, ce que dit %(partner)s de son argent")
            said[Figure.OWN] = (own, gap.own_cents, gap.names[1])
        self.may_be_negative = any(cents < 0 for _words, cents, _name in said.values())
        self.figures = {figure.value: cents for figure, (_words, cents, _name) in said.items()}
        self.fields["figure"].choices = [  # type: ignore[attr-defined]
            *(
                (figure.value, words % {"amount": figures.money(cents), "partner": name})
                for figure, (words, cents, name) in reversed(said.items())
            ),
            (OTHER, _("un autre montant, à écrire ci-dessous")),
        ]

    def clean_document(self) -> Any:
        """Not larger than any file may be."""
        document = self.cleaned_data["document"]
        if document and document.size > settings.LARGEST_UPLOAD:
            raise forms.ValidationError(
                _("Ce document dépasse %(size)s Mo.") % {"size": settings.LARGEST_UPLOAD // 10**6}
            )
        return document

    def clean(self) -> dict[str, Any]:
        """Another amount is written where it is chosen, and only there."""
        said = super().clean() or self.cleaned_data
        is_other = said.get("figure") == OTHER
        if is_other and said.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("Écrivez le montant que vous proposez."))
        elif is_other and (said.get("amount") or 0) < 0 and not self.may_be_negative:
            self.add_error(
                "amount", _("Personne n'annonce de montant négatif : écrivez-le positif.")
            )
        elif not is_other and said.get("amount") is not None:
            self.add_error("amount", _("Choisissez « un autre montant » pour en écrire un."))
        return said

    @property
    def cents(self) -> int:
        """The figure proposed."""
        said = self.cleaned_data
        cents: int = said["amount"] if said["figure"] == OTHER else self.figures[said["figure"]]
        return cents


class AnswerForm(forms.Form):
    """What is said with an acceptance: a reason, if any."""

    reason = forms.CharField(
        label=gettext_lazy("Ce que vous voulez ajouter"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class LeavingForm(forms.Form):
    """Why a gap stays open."""

    reason = _reason()


class BulkForm(forms.Form):
    """The same figure of many gaps, for the same reason."""

    figure = forms.ChoiceField(
        label=gettext_lazy("Le montant qui vaut"),
        choices=[
            (Figure.OWN.value, gettext_lazy("celui que dit le financeur")),
            (Figure.CLAIM.value, gettext_lazy("celui qui est annoncé")),
        ],
        initial=Figure.OWN.value,
        widget=forms.RadioSelect,
    )
    reason = _reason()


class ToleranceForm(forms.Form):
    """Up to what difference a gap is mere rounding."""

    tolerance = EurosField(label=gettext_lazy("Tolérance, en euros"), max_length=20)
