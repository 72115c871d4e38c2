"""What people fill in of a financing plan."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from beffroi.financing.actions import Draft
from beffroi.financing.checking import rules
from beffroi.financing.models import Plan, PlanLine
from beffroi.financing.vocabulary import Certainty, TaxBasis
from beffroi.partners.models import Organisation, OrganisationKind
from beffroi.ui.euros import EurosField

SPARE_LINES = 4
"""How many empty lines a form offers beyond those of the plan."""


class PlanForm(forms.Form):
    """What the whole plan is about, and why it changes."""

    cost = EurosField(label=gettext_lazy("Coût total, en euros"), required=False)
    base = EurosField(label=gettext_lazy("Dépense subventionnable, en euros"), required=False)
    tax_basis = forms.ChoiceField(
        label=gettext_lazy("Base fiscale"), choices=TaxBasis.choices, required=False
    )
    owner_kind = forms.ChoiceField(
        label=gettext_lazy("Catégorie du maître d'ouvrage"),
        choices=[("", gettext_lazy("non précisée")), *OrganisationKind.choices],
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Pourquoi cette version"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Par exemple : délibération du 12 mars, avenant de travaux."),
    )


class LineForm(forms.Form):
    """What one funder brings; an empty line is left out."""

    funder = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("Financeur"),
        required=False,
        to_field_name="slug",
        empty_label=gettext_lazy("un autre, à nommer"),
    )
    name = forms.CharField(label=gettext_lazy("Autre financeur"), required=False, max_length=200)
    scheme = forms.CharField(label=gettext_lazy("Dispositif"), required=False, max_length=60)
    amount = EurosField(label=gettext_lazy("Montant, en euros"), required=False)
    certainty = forms.ChoiceField(
        label=gettext_lazy("Certitude"), choices=Certainty.choices, required=False
    )
    on = forms.DateField(
        label=gettext_lazy("Depuis le"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    is_own = forms.BooleanField(label=gettext_lazy("Part du maître d'ouvrage"), required=False)
    is_public = forms.BooleanField(
        label=gettext_lazy("Argent public"), required=False, initial=True
    )

    def __init__(self, *args: Any, funders: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("un autre, à nommer")), *((each.slug, str(each)) for each in funders)]
        self.by_slug = {each.slug: each for each in funders}
        self.fields["funder"] = forms.ChoiceField(
            label=_("Financeur"), choices=choices, required=False
        )

    @property
    def is_blank(self) -> bool:
        """Whether nothing is said on the line."""
        said = self.cleaned_data
        return not (said.get("funder") or said.get("name") or said.get("amount") is not None)

    def clean(self) -> dict[str, Any]:
        """A line says who, and how much."""
        said = super().clean() or self.cleaned_data
        if self.errors or self.is_blank:
            return said
        if not said.get("funder") and not said.get("name"):
            self.add_error("name", _("Dites qui apporte ce montant."))
        if said.get("amount") is None:
            self.add_error("amount", _("Écrivez le montant, ou videz la ligne."))
        elif said["amount"] < 0:
            self.add_error("amount", _("Un financement est positif."))
        return said

    def line(self) -> PlanLine:
        """The line it says."""
        said = self.cleaned_data
        funder = self.by_slug.get(said["funder"])
        return PlanLine(
            funder=funder,
            name="" if funder else said["name"].strip(),
            scheme=said["scheme"].strip(),
            cents=said["amount"],
            certainty=said["certainty"] or Certainty.EXPECTED.value,
            on=said["on"],
            is_own=said["is_own"],
            is_public=said["is_public"],
        )


LineForms = forms.formset_factory(LineForm, extra=SPARE_LINES, max_num=60, absolute_max=80)


def initial_of(
    plan: Plan | None, owner: Organisation | None, cost_cents: int | None
) -> dict[str, Any]:
    """What the form of a plan starts from: the last version, or what is known of the operation."""
    if plan is None:
        return {"cost": cost_cents, "owner_kind": owner.kind if owner else ""}
    return {
        "cost": plan.cost_cents,
        "base": plan.base_cents,
        "tax_basis": plan.tax_basis,
        "owner_kind": plan.owner_kind,
    }


def initial_lines(plan: Plan | None) -> list[dict[str, Any]]:
    """The same, line by line."""
    return [
        {
            "funder": line.funder.slug if line.funder else "",
            "name": line.name,
            "scheme": line.scheme,
            "amount": line.cents,
            "certainty": line.certainty,
            "on": line.on,
            "is_own": line.is_own,
            "is_public": line.is_public,
        }
        for line in (plan.lines.all() if plan else ())
    ]


def draft_of(form: PlanForm, lines: Any) -> Draft:
    """The plan that both say. Both are valid."""
    said = form.cleaned_data
    kept = [each.line() for each in lines if not each.is_blank]
    return Draft(said["cost"], said["base"], said["tax_basis"], said["owner_kind"], kept)


class WaiverForm(forms.Form):
    """A rule to set aside, the ground the law gives, and until when."""

    ground = forms.ChoiceField(label=gettext_lazy("Règle et fondement"))
    reason = forms.CharField(
        label=gettext_lazy("Raison"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Jusqu'au"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, broken: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = "en" if (get_language() or "").startswith("en") else "fr"
        self.fields["ground"].choices = [  # type: ignore[attr-defined]
            (
                rule.label[language],
                [(f"{rule.key}:{key}", said[language]) for key, said in rule.exemptions.items()],
            )
            for rule in rules()
            if rule.key in broken
        ]

    def clean_ends_on(self) -> datetime.date:
        """A waiver has an end to come."""
        ends_on: datetime.date = self.cleaned_data["ends_on"]
        if ends_on < timezone.localdate():
            raise forms.ValidationError(_("Cette date est passée : la dérogation serait close."))
        return ends_on
