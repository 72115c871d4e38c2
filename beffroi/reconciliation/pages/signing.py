"""Pages where figures are proposed, signed and compared."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beffroi.contracts.abilities import MANAGE, SEE
from beffroi.contracts.pages.frame import Page, contract_action, contract_page
from beffroi.contracts.pages.situation import rest_of
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.partners.models import Organisation
from beffroi.reconciliation.abilities import signs_for
from beffroi.reconciliation.actions import SigningRefused, co_leads, propose, validate
from beffroi.reconciliation.frozen import changes, digest, frozen_figures
from beffroi.reconciliation.models import SignOff
from beffroi.reconciliation.pages import comparing
from beffroi.reconciliation.pages.gaps import PAGE, TAB, gaps_link
from beffroi.reconciliation.snapshots import signoffs_of
from beffroi.territories.models import Perimeter
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.components import Link, unit_choices
from beffroi.ui.exporting import PARAMETER, export, export_choices
from beffroi.ui.figures import Unit, unit_from

AGREE, DECLINE = "agree", "decline"


class ValidationForm(forms.Form):
    """What a partner says of figures proposed, and why where it does not validate them."""

    do = forms.ChoiceField(choices=[(AGREE, AGREE), (DECLINE, DECLINE)])
    reason = forms.CharField(max_length=2000, required=False)


class ProposalForm(forms.Form):
    """Figures to propose."""

    name = forms.CharField(
        label=gettext_lazy("Nom"),
        max_length=200,
        help_text=gettext_lazy("Celui du comité, par exemple : COPIL du 16 janvier 2025."),
    )
    on = forms.DateField(
        label=gettext_lazy("Situation au"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    perimeter = forms.ModelChoiceField(
        Perimeter.objects.all(),
        label=gettext_lazy("Périmètre"),
        required=False,
        to_field_name="slug",
        empty_label=gettext_lazy("tout le contrat"),
    )

    def clean_on(self) -> datetime.date:
        """Nobody signs the future."""
        on: datetime.date = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise forms.ValidationError(
                _("Cette date est à venir : on signe une situation passée.")
            )
        return on


@contract_action(SEE)
def signoffs(request: HttpRequest, page: Page) -> HttpResponse:
    """What was proposed and signed; POST proposes the figures of a date."""
    may_propose = MANAGE in page.rights.can
    form = ProposalForm(request.POST or None, initial={"on": page.situation.au})
    if request.method == "POST":
        if not may_propose:
            raise PermissionDenied
        if form.is_valid():
            said = form.cleaned_data
            perimeter = said["perimeter"].slug if said["perimeter"] else ""
            try:
                signoff = propose(
                    page.contract,
                    name=said["name"],
                    au=said["on"],
                    author=request.user,  # type: ignore[arg-type]
                    perimeter=perimeter,
                )
            except SigningRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Chiffres proposés à la signature."))
                return redirect(_address(page, "signoff", signoff.pk))
    context = page.context(TAB, [gaps_link(page), Link(_("Instantanés"))]) | {
        "signoffs": _signoffs_table(page),
        "form": form if may_propose else None,
    }
    status = 400 if form.errors else 200
    return render(request, "reconciliation/signoffs.html", context, status=status)


@contract_action(SEE)
def signoff(request: HttpRequest, page: Page, number: int) -> HttpResponse:
    """Figures proposed, with what was open; POST validates or declines them for a partner."""
    every = list(signoffs_of(page.contract))
    found = next((each for each in every if each.pk == number), None)
    if found is None:
        raise Http404
    leading = co_leads(page.contract)
    mine = signs_for(page.rights, leading)
    said = {each.organisation_id for each in found.validations.all()}
    refusal = ""
    if request.method == "POST":
        organisation = next((o for o in mine if o.slug == request.POST.get("organisation")), None)
        if organisation is None:
            raise PermissionDenied
        answer = ValidationForm(request.POST)
        if not answer.is_valid():
            refusal = _("Validez ces chiffres, ou dites en 2 000 signes au plus pourquoi non.")
        else:
            told = answer.cleaned_data
            agrees = told["do"] == AGREE
            try:
                validate(found, organisation, request.user, agrees=agrees, reason=told["reason"])  # type: ignore[arg-type]
            except SigningRefused as error:
                refusal = str(error)
            else:
                messages.success(request, _("C'est enregistré."))
                return redirect(_address(page, "signoff", number))
    snapshot = getattr(found, "snapshot", None)
    holds = digest(_figures(page, found)) == found.digest
    trail = [gaps_link(page), Link(_("Instantanés"), _address(page, "signoffs")), Link(found.name)]
    context = page.context(TAB, trail) | {
        "signoff": found,
        "snapshot": snapshot,
        "holds": holds,
        "leading": [
            (each, next((v for v in found.validations.all() if v.organisation_id == each.pk), None))
            for each in leading
        ],
        "waiting": [each for each in mine if each.pk not in said],
        "silent": Organisation.objects.filter(slug__in=found.summary["silent"]),
        "totals": _totals_table(page, found),
        "refusal": refusal,
        "since": _known_since(page, found),
        "others": [
            each for each in every if each is not found and each.perimeter == found.perimeter
        ],
    }
    return render(request, "reconciliation/signoff.html", context, status=400 if refusal else 200)


@contract_page
def compare(request: HttpRequest, page: Page) -> HttpResponse:
    """Two proposals or snapshots compared: by axis and funder, then operation by operation."""
    before, after = _asked(request, page)
    unit = unit_from(request.GET.get("unite"), Unit.THOUSAND)
    found = changes(_figures(page, before), _figures(page, after))
    stage = request.GET.get("stade") or Stage.PROGRAMMED.value
    if stage not in Stage.values:
        raise BadRequest(_("Le stade « %(stage)s » est inconnu.") % {"stage": stage[:40]})
    of_stage = [change for change in found if change.money.stage == stage]
    names = comparing.names_of(of_stage)
    fictitious = page.contract.fictitious
    summary = comparing.by_axis_and_funder(of_stage, names, unit, fictitious=fictitious)
    if PARAMETER in request.GET:
        about = _about(page, before, after, stage)
        every = comparing.one_by_one(of_stage, names, unit, fictitious=fictitious)
        name = f"{page.contract.slug}-comparaison-{before.pk}-{after.pk}"
        return export([every, summary], request.GET[PARAMETER], name, about)
    paginator = Paginator(of_stage, PAGE)
    this_page = paginator.get_page(request.GET.get("page"))
    trail = [
        gaps_link(page),
        Link(_("Instantanés"), _address(page, "signoffs")),
        Link(_("Comparaison")),
    ]
    context = page.context(TAB, trail) | {
        "before": before,
        "after": after,
        "summary": summary,
        "exports": export_choices(rest_of(request, PARAMETER)),
        "changes": comparing.one_by_one(
            list(this_page.object_list), names, unit, fictitious=fictitious
        ),
        "pages": this_page,
        "units": unit_choices(unit, rest_of(request, "unite")),
        "stages": comparing.stage_choices(stage, rest_of(request, "stade")),
    }
    return render(request, "reconciliation/compare.html", context)


def _asked(request: HttpRequest, page: Page) -> tuple[SignOff, SignOff]:
    every = {
        str(each.pk): each
        for each in SignOff.objects.filter(contract=page.contract).select_related("snapshot")
    }
    before, after = (every.get(request.GET.get(name, "")) for name in ("de", "a"))
    if before is None or after is None:
        raise BadRequest(_("Choisissez deux instantanés de ce contrat à comparer."))
    if before.perimeter != after.perimeter:
        raise BadRequest(
            _("Ces deux instantanés n'ont pas le même périmètre : ils ne se comparent pas.")
        )
    return before, after


def _about(page: Page, before: SignOff, after: SignOff, stage: str) -> list[tuple[str, str]]:
    return [
        (_("Contrat"), page.contract.name),
        (_("Avant"), _called(before)),
        (_("Après"), _called(after)),
        (_("Stade"), str(Stage(stage).label)),
    ]


def _called(signoff: SignOff) -> str:
    """A proposal by its name, the posting it is known at, and its identifier once it is frozen."""
    snapshot = getattr(signoff, "snapshot", None)
    identifier = f", {snapshot.identifier}" if snapshot else ""
    return f"{signoff.name} ({signoff.effective_on}, n° {signoff.known}{identifier})"


def _figures(page: Page, signoff: SignOff) -> Any:
    return frozen_figures(page.contract, signoff.effective_on, signoff.known, signoff.perimeter)


def _known_since(page: Page, signoff: SignOff) -> int:
    """How many postings of the contract became known after what is signed."""
    return sum(1 for number, _label in page.known if number and int(number) > signoff.known)


def _address(page: Page, name: str, *arguments: int) -> str:
    address = reverse(f"reconciliation:{name}", args=[page.contract.slug, *arguments])
    return address + page.situation.link()


def _signoffs_table(page: Page) -> Table:
    rows = []
    for each in signoffs_of(page.contract):
        snapshot = getattr(each, "snapshot", None)
        declined = [v for v in each.validations.all() if not v.agrees]
        agreed = [str(v.organisation) for v in each.validations.all() if v.agrees]
        state = _("figé") if snapshot else _("refusé") if declined else _("à signer")
        rows.append(
            Row(
                {
                    "name": Cell(each.name, href=_address(page, "signoff", each.pk)),
                    "on": each.effective_on,
                    "known": str(each.known),
                    "proposed": timezone.localtime(each.proposed_at).date(),
                    "signed": ", ".join(agreed) or None,
                    "state": state,
                    "identifier": snapshot.identifier if snapshot else None,
                }
            )
        )
    return Table(
        caption=_("Chiffres proposés et signés"),
        columns=[
            Column("name", _("Nom")),
            Column("on", _("Situation au"), "date"),
            Column("known", _("Connue à l'écriture n°")),
            Column("proposed", _("Proposé le"), "date"),
            Column("signed", _("Signé par")),
            Column("state", _("État")),
            Column("identifier", _("Identifiant")),
        ],
        rows=rows,
        id="instantanes",
        fictitious=page.contract.fictitious,
        empty=_("Rien n'a encore été proposé à la signature."),
    )


def _totals_table(page: Page, signoff: SignOff) -> Table:
    totals: Mapping[str, int] = signoff.summary["totals_cents"]
    natures = list(dict.fromkeys(label.split("/")[0] for label in sorted(totals)))
    rows = [
        Row(
            {"nature": Nature(nature).label}
            | {stage.value: totals.get(f"{nature}/{stage.value}") for stage in Stage}
        )
        for nature in natures
    ]
    stages = [stage for stage in Stage if any(label.endswith(f"/{stage}") for label in totals)]
    return Table(
        caption=_("Totaux proposés"),
        columns=[
            Column("nature", _("Nature de crédit")),
            *(Column(stage.value, stage.label, "amount") for stage in stages),
        ],
        rows=rows,
        unit=Unit.EURO,
        id="totaux",
        fictitious=page.contract.fictitious,
    )
