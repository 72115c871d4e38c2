"""The rules that returns of a contract are checked by: severities, and waivers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from beffroi.contracts.abilities import MANAGE
from beffroi.contracts.models import Contract
from beffroi.contracts.pages.frame import Page, contract_action
from beffroi.partners.models import Organisation
from beffroi.returns.checking.actions import grant_waiver, revoke_waiver, set_severities
from beffroi.returns.models import RuleSeverity, Waiver
from beffroi.returns.pages.desk import TAB
from beffroi.returns.reading.kinds import KINDS
from beffroi.ui.components import Link

SEVERITIES = {
    "error": gettext_lazy("erreur"),
    "warning": gettext_lazy("alerte"),
    "info": gettext_lazy("information"),
    "off": gettext_lazy("non relevé"),
}


class SeveritiesForm(forms.Form):
    """One choice a kind of finding."""

    def __init__(self, contract: Contract, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = dict(RuleSeverity.objects.filter(contract=contract).values_list("kind", "severity"))
        for kind, about in sorted(KINDS.items(), key=lambda each: _(each[1].label)):
            usual = _("%(severity)s (usuelle)") % {"severity": SEVERITIES[about.severity]}
            self.fields[kind] = forms.ChoiceField(
                label=_(about.label),
                choices=[
                    (severity, usual if severity == about.severity else label)
                    for severity, label in SEVERITIES.items()
                ],
                initial=held.get(kind, about.severity),
            )


class WaiverForm(forms.Form):
    """A waiver to grant."""

    kind = forms.ChoiceField(label=gettext_lazy("Nature du constat"))
    partner = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("Partenaire"),
        required=False,
        empty_label=gettext_lazy("tous les partenaires"),
    )
    shown = forms.CharField(
        label=gettext_lazy("Valeur lue"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Telle que le constat la montre ; vide : toutes."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Raison"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Jusqu'au"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, contract: Contract, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sorted((_(about.label), kind) for kind, about in KINDS.items())
        self.fields["kind"].choices = [(kind, label) for label, kind in kinds]  # type: ignore[attr-defined]
        self.fields["partner"].queryset = Organisation.objects.filter(  # type: ignore[attr-defined]
            participations__contract=contract
        ).distinct()

    def clean_ends_on(self) -> Any:
        """A waiver that is over before it starts is a slip."""
        ends_on = self.cleaned_data["ends_on"]
        if ends_on < timezone.localdate():
            raise forms.ValidationError(_("Cette date est passée : donnez une date à venir."))
        return ends_on


@contract_action(MANAGE)
def rules(request: HttpRequest, page: Page) -> HttpResponse:
    """The severities of a contract and its waivers; POST sets the ones or grants another."""
    contract = page.contract
    does = request.POST.get("do", "")
    severities = SeveritiesForm(contract, request.POST if does == "severities" else None)
    waiver = WaiverForm(
        contract, request.POST if does == "waive" else None, initial=_asked(request)
    )
    if does == "severities" and severities.is_valid():
        changed = set_severities(contract, severities.cleaned_data)
        said = ngettext("%(n)s gravité changée.", "%(n)s gravités changées.", changed)
        messages.success(request, said % {"n": changed})
        return redirect(_address(page))
    if does == "waive" and waiver.is_valid():
        grant_waiver(contract, author=request.user, **waiver.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, _("Dérogation accordée."))
        return redirect(_address(page))
    if request.method == "POST" and does not in {"severities", "waive"}:
        raise BadRequest(_("Cette demande n'est pas comprise : revenez à la page des règles."))
    today = timezone.localdate()
    waivers = Waiver.objects.filter(contract=contract).select_related("partner", "author")
    context = page.context(TAB, [Link(_("Règles de contrôle"))]) | {
        "severities": severities,
        "form": waiver,
        "standing": [w for w in waivers if w.revoked_at is None and w.ends_on >= today],
        "over": [w for w in waivers if w.revoked_at is not None or w.ends_on < today],
        "labels": {kind: _(about.label) for kind, about in KINDS.items()},
    }
    wrong = severities.errors or waiver.errors
    return render(request, "returns/rules.html", context, status=400 if wrong else 200)


@contract_action(MANAGE)
def revoke(request: HttpRequest, page: Page, number: int) -> HttpResponse:
    """End a waiver now, on POST."""
    waiver = get_object_or_404(Waiver, contract=page.contract, pk=number)
    if request.method == "POST":
        revoke_waiver(waiver)
        messages.success(request, _("Dérogation levée."))
    return redirect(_address(page))


def _asked(request: HttpRequest) -> dict[str, str]:
    """What a link to the form fills in: the finding one comes from."""
    return {name: request.GET[name] for name in ("kind", "partner", "shown") if name in request.GET}


def _address(page: Page) -> str:
    return reverse("returns:rules", args=[page.contract.slug]) + page.situation.link()
