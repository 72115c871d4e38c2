"""The gaps of a contract: by cause, by axis, one by one; many proposed at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beffroi.contracts.abilities import SEE
from beffroi.contracts.pages.frame import Page, contract_action
from beffroi.contracts.pages.situation import others_of, rest_of
from beffroi.contracts.tree import tree
from beffroi.ledger.queries import Scope
from beffroi.reconciliation.abilities import speaks_for
from beffroi.reconciliation.agreements.actions import (
    AgreementRefused,
    Figure,
    Voice,
    propose_all,
)
from beffroi.reconciliation.agreements.queries import Seen, seen
from beffroi.reconciliation.models import Agreement
from beffroi.reconciliation.pages import gap_tables as tables
from beffroi.reconciliation.pages.agreeing_forms import BulkForm
from beffroi.reconciliation.pages.gap_filters import NAMES, Filters, perimeter_asked
from beffroi.reconciliation.queries import Gap, gaps
from beffroi.territories.queries import perimeters
from beffroi.ui.columns import Sorting, Table
from beffroi.ui.components import Link, unit_choices
from beffroi.ui.exporting import PARAMETER, export, export_choices
from beffroi.ui.figures import Unit, unit_from

PAGE = 200
TAB = "reconciliation"


@contract_action(SEE)
def reconciliation(request: HttpRequest, page: Page) -> HttpResponse:
    """Gaps between what partners say of each other's money; POST proposes for many at once which
    figure stands."""
    filters = _filters(request, page)
    filters.refuse_unknown()
    shown = _shown(request, page, filters)
    listed = _listed(request, filters, shown)
    bulk = BulkForm(request.POST or None)
    if request.method == "POST":
        if not shown.sides:
            raise PermissionDenied
        if bulk.is_valid() and _propose(request, page, filters, bulk):
            return redirect(request.get_full_path())
    elif PARAMETER in request.GET:
        name = f"{page.contract.slug}-ecarts-{page.situation.au}"
        return export([listed], request.GET[PARAMETER], name, page.about())
    paginator = Paginator(listed.rows, PAGE)
    this_page = paginator.get_page(request.GET.get("page"))
    apart = filters.whatever_the_status()
    context = page.context(TAB, [Link(_("Rapprochement"))]) | {
        "causes": tables.by_cause(apart, shown),
        "axes": tables.by_axis(apart, shown),
        "unconfirmed": tables.unconfirmed(apart, shown),
        "gaps": listed.with_rows(list(this_page.object_list)),
        "pages": this_page,
        "count": len(listed.rows),
        "units": unit_choices(shown.unit, rest_of(request, "unite")),
        "exports": export_choices(rest_of(request, PARAMETER)),
        "filters": filters.choices(),
        "beside_filters": others_of(request, *NAMES),
        "bulk": bulk,
        "every_listed": tables.listing_token(_proposable(filters.shown(), shown.sides)),
        "open_to_proposal": sum(bool(row.cell(tables.CHOSEN).value) for row in listed.rows),
    }
    return render(request, "reconciliation/gaps.html", context, status=400 if bulk.errors else 200)


def gap_address(page: Page, gap: Gap) -> str:
    """The page of one gap, at the dates of this one."""
    asked = [gap.operation_id, gap.source, gap.funder, gap.stage, gap.nature]
    return reverse("reconciliation:gap", args=[page.contract.slug, *asked]) + page.situation.link()


def agreement_address(agreement: Agreement) -> str:
    """The page of the gap that an agreement is about, when both sides' words stand."""
    asked = [
        agreement.contract.slug,
        agreement.operation_id,
        agreement.source.slug,
        agreement.funder.slug,
        agreement.stage,
        agreement.nature,
    ]
    return reverse("reconciliation:gap", args=asked) + f"?au={agreement.seen_on}"


def gaps_link(page: Page) -> Link:
    """The way back to the list of gaps, at the dates of this page."""
    address = reverse("reconciliation:gaps", args=[page.contract.slug])
    return Link(_("Rapprochement"), address + page.situation.link())


def sides_now(page: Page) -> frozenset[int]:
    """For whom somebody may speak on a page that shows what is said now; nobody on any other."""
    is_past = page.situation.snapshot or "connu" in page.situation.asked
    return frozenset() if is_past else speaks_for(page.rights)


def _filters(request: HttpRequest, page: Page) -> Filters:
    situation, asked = page.situation, request.GET.dict()
    known = perimeters(situation.au, situation.connu)
    perimeter = perimeter_asked(asked, known)
    found = gaps(
        Scope(page.contract),
        situation.au,
        situation.connu,
        perimeter=perimeter.slug if perimeter else None,
        shown=known,
    )
    nodes = tree(page.contract, situation.au, situation.connu)
    axes: dict[int | None, str] = {node.id: node.axis for node in nodes}
    return Filters(seen(page.contract, found), asked, axes, known)


def _shown(request: HttpRequest, page: Page, filters: Filters) -> tables.Shown:
    kept = {key: value for key, value in request.GET.items() if key not in {"page", PARAMETER}}

    def filtered(asked: Mapping[str, str]) -> str:
        return "?" + urlencode({**kept, **asked}) + "#ecarts"

    return tables.Shown(
        axes=filters.axes,
        unit=unit_from(request.GET.get("unite"), Unit.THOUSAND),
        address=lambda gap: gap_address(page, gap),
        filtered=filtered,
        sides=sides_now(page),
        fictitious=page.contract.fictitious,
    )


def _listed(request: HttpRequest, filters: Filters, shown: tables.Shown) -> Table:
    sorting = Sorting.asked(request.GET.dict(), tables.columns())
    return tables.one_by_one(filters.shown(), shown, sorting)


def _propose(request: HttpRequest, page: Page, filters: Filters, form: BulkForm) -> bool:
    """Propose the figure asked for, of the gaps ticked or of all that the list shows; whether some
    were proposed, the form saying why where none was."""
    voice = Voice(request.user, sides_now(page))  # type: ignore[arg-type]
    chosen = _chosen(request, filters.shown(), voice)
    is_every = request.POST.get("do") == "every"
    if is_every and request.POST.get("listed") != tables.listing_token(chosen):
        form.add_error(None, _("La liste a changé depuis que vous l'avez lue : relisez-la."))
        return False
    if not chosen:
        form.add_error(
            None, _("Cochez au moins un écart dont vous êtes l'un des deux partenaires.")
        )
        return False
    said = form.cleaned_data
    try:
        made = propose_all(
            page.contract, chosen, Figure(said["figure"]), voice, reason=said["reason"]
        )
    except AgreementRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(
        request,
        ngettext(
            "%(n)s montant proposé : c'est à l'autre partenaire de répondre.",
            "%(n)s montants proposés : c'est aux autres partenaires de répondre.",
            made,
        )
        % {"n": made},
    )
    return True


def _chosen(request: HttpRequest, shown: list[Seen], voice: Voice) -> list[Gap]:
    ticked = set(request.POST.getlist(tables.CHOSEN))
    is_every = request.POST.get("do") == "every"
    found = _proposable(shown, voice.sides)
    return [gap for gap in found if is_every or tables.token(gap) in ticked]


def _proposable(shown: Iterable[Seen], sides: Collection[int]) -> list[Gap]:
    """The gaps of a list that somebody may propose a figure for."""
    return [each.gap for each in shown if each.may_be_proposed_by(sides)]
