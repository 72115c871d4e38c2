"""The contracts an operation counts in: shown, and changed by who manages both."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beffroi.contracts.abilities import MANAGE, abilities_by_contract, contracts_seen
from beffroi.contracts.models import Contract
from beffroi.contracts.pages.frame import Page, contract_action
from beffroi.operations.actions import MembershipRefused, join
from beffroi.operations.models import Operation
from beffroi.operations.sheet import Belonging, OperationSheet, sheet_of
from beffroi.ui.components import Fact, Link
from beffroi.ui.figures import day
from beffroi.workspace.operation_addresses import TAB, list_link, operation_address


def belongings(request: HttpRequest, page: Page, found: OperationSheet) -> list[Fact]:
    """Its own contract, then those it counts in too; those one may not see are not named."""
    ids = {each.contract_id for each in found.belongings} | {found.contract_id}
    others = [each for each in ids if each is not None and each != page.contract.pk]
    seen: dict[int | None, Contract] = {page.contract.pk: page.contract}
    if others:
        seen |= {each.pk: each for each in contracts_seen(request.user).filter(pk__in=others)}
    if found.contract_id is None:
        facts = [Fact(_("Crédit d'origine"), _("droit commun, hors contrat"))]
    else:
        facts = [_belonging(page, seen.get(found.contract_id), _("Contrat d'origine"), "")]
    return [
        *facts,
        *(
            _belonging(page, seen.get(each.contract_id), _("Compte aussi pour"), _dates(each))
            for each in found.belongings
        ),
    ]


def _belonging(page: Page, contract: Contract | None, label: str, note: str) -> Fact:
    if contract is None:
        return Fact(label, _("un contrat qui ne vous est pas ouvert"))
    where = reverse("workspace:contract", args=[contract.slug])
    return Fact(label, contract.name, href=where + page.situation.link(), note=note)


def _dates(each: Belonging) -> str:
    parts = []
    if each.since:
        parts.append(_("depuis le %(day)s") % {"day": day(each.since)})
    if each.until:
        parts.append(_("jusqu'au %(day)s") % {"day": day(each.until)})
    return " ".join([*parts, f"({each.reason})"])


class BelongingForm(forms.Form):
    """Another contract an operation counts in, from a day to another, and why."""

    contract = forms.ChoiceField(label=gettext_lazy("Contrat"))
    since = forms.DateField(
        label=gettext_lazy("À partir du"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=gettext_lazy("Jusqu'au"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Pour qu'elle n'y compte plus, donnez ici son dernier jour."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Raison"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("La décision ou la délibération qui le veut."),
    )

    def __init__(self, offered: Sequence[Contract], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.offered = {each.slug: each for each in offered}
        self.fields["contract"].choices = [  # type: ignore[attr-defined]
            (each.slug, each.name) for each in offered
        ]


@contract_action(MANAGE)
def operation_contracts(request: HttpRequest, page: Page, code: str) -> HttpResponse:
    """Let an operation of the contract count in another that one manages too, or end it there."""
    found = sheet_of(page.contract.pk, code, page.situation.connu)
    if found is None or found.became is not None or found.contract_id != page.contract.pk:
        raise Http404
    offered = _managed_beside(request, page)
    form = BelongingForm(offered, request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            join(
                [Operation.objects.get(pk=found.id)],
                form.offered[told["contract"]],
                reason=told["reason"],
                since=told["since"],
                until=told["until"],
            )
        except MembershipRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("C'est noté : l'opération y compte à ces dates."))
            return redirect(operation_address(page, code))
    trail = [
        list_link(page),
        Link(found.title, operation_address(page, code)),
        Link(_("Autres contrats")),
    ]
    context = page.context(TAB, trail) | {
        "found": found,
        "form": form if offered else None,
        "belongings": belongings(request, page, found),
    }
    status = 400 if form.errors else 200
    return render(request, "workspace/operation_contracts.html", context, status=status)


def _managed_beside(request: HttpRequest, page: Page) -> list[Contract]:
    """The other contracts that the person manages, real or fictitious as this one is."""
    may = abilities_by_contract(request.user)
    seen = contracts_seen(request.user).filter(fictitious=page.contract.fictitious)
    others = seen.exclude(pk=page.contract.pk).order_by("name")
    return [each for each in others if MANAGE in may[each.pk]]
