"""One operation of a contract: what it is, who says what of its money, where it counts."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from beffroi.contracts.abilities import MANAGE
from beffroi.contracts.pages.frame import Page, contract_page
from beffroi.contracts.pages.situation import rest_of
from beffroi.financing.pages import tables as plan_tables
from beffroi.financing.queries import financing_of, plans_of
from beffroi.ledger.operation_history import history_of, journal_of
from beffroi.operations.models import Operation
from beffroi.operations.sheet import OperationSheet, sheet_of
from beffroi.remarks.pages.fragment import remarks_shown
from beffroi.ui.components import Fact, Link, unit_choices
from beffroi.ui.exporting import PARAMETER, export, export_choices
from beffroi.ui.figures import Unit, percent, unit_from
from beffroi.workspace.operation_addresses import TAB, list_link, operation_address
from beffroi.workspace.operation_belongings import belongings
from beffroi.workspace.operation_tables import (
    claims,
    costs,
    journal,
    named_so,
    over_time,
    own_figures,
)
from beffroi.workspace.remarked import operation_subject


@contract_page
def operation(request: HttpRequest, page: Page, code: str) -> HttpResponse:
    """All that is known of an operation at the situation shown; one that another absorbed leads to
    it."""
    found = sheet_of(page.contract.pk, code, page.situation.connu)
    if found is None:
        raise Http404
    if found.became is not None:
        return redirect(operation_address(page, found.became))
    unit = unit_from(request.GET.get("unite"), Unit.EURO)
    history = history_of(page.contract.pk, found.id, page.situation.connu)
    tables = [own_figures(page, found, history, unit)]
    tables += [each for each in [claims(page, found, history, unit)] if each.rows]
    if PARAMETER in request.GET:
        about = [*page.about(), (_("Opération"), f"{found.title} ({found.code})")]
        return export(tables, request.GET[PARAMETER], f"operation-{found.code}", about)
    is_own = found.contract_id == page.contract.pk
    plans = plans_of(Operation(pk=found.id), page.situation.connu) if is_own else []
    fictitious = page.contract.fictitious
    remarks = remarks_shown(request, page, operation_subject(found), found.absorbed)
    context = (
        page.context(TAB, [list_link(page), Link(found.title)])
        | remarks
        | {
            "found": found,
            "facts": _facts(page, found),
            "tables": tables,
            "charts": over_time(history, page.situation.au, unit, fictitious=fictitious),
            "costs": costs(found, unit, fictitious=fictitious) if found.costs else None,
            "names": named_so(found, fictitious=fictitious),
            "journal": journal(page, journal_of(page.contract.pk, found.id, page.situation.connu)),
            "belongings": belongings(request, page, found),
            "plan": plans[-1] if plans else None,
            "closure": plan_tables.closure(financing_of(plans[-1])) if plans else "",
            "plan_table": plan_tables.by_certainty(plans[-1], fictitious=fictitious)
            if plans
            else None,
            "plan_address": _plan_address(page, found),
            "contracts_address": operation_address(page, found.code, "operation-contracts"),
            "may_manage": MANAGE in page.rights.can,
            "units": unit_choices(unit, rest_of(request, "unite")),
            "exports": export_choices(rest_of(request, PARAMETER)),
        }
    )
    return render(request, "workspace/operation.html", context)


def _plan_address(page: Page, found: OperationSheet) -> str:
    """Where its financing plan is: in its own contract alone."""
    if found.contract_id != page.contract.pk:
        return ""
    where = reverse("financing:plan", args=[page.contract.slug, found.code])
    return where + page.situation.link()


def _facts(page: Page, found: OperationSheet) -> list[Fact]:
    facts = [
        Fact(_("Code"), found.code),
        Fact(
            _("Maître d'ouvrage"),
            found.owner,
            status="" if found.owner else "unknown",
            note=_("SIRET %(siret)s") % {"siret": found.siret} if found.siret else "",
        ),
    ]
    if not found.sites:
        return [*facts, Fact(_("Lieu"), "", status="unknown", note=_("non localisée"))]
    return [
        *facts,
        *(
            Fact(
                _("Lieu"),
                site.name,
                href=reverse("workspace:territory", args=[site.code]) + page.situation.link(),
                note=_("pour %(share)s") % {"share": percent(site.share, 10_000)}
                if site.share
                else "",
            )
            for site in found.sites
        ),
    ]
