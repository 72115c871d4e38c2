"""The pages of the workspace: from the portfolio to the cell a figure was read in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from beffroi.contracts.abilities import CONTRIBUTE, may_create_contracts
from beffroi.contracts.models import Contract
from beffroi.contracts.pages.frame import Page, contract_page
from beffroi.contracts.pages.situation import (
    choices_of,
    day_asked,
    others_of,
    rest_of,
    stage_named,
)
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.ledger.claims import unconfirmed_claims
from beffroi.ledger.queries import Scope
from beffroi.partners.models import Organisation
from beffroi.ui.columns import Table
from beffroi.ui.components import Link, unit_choices
from beffroi.ui.exporting import PARAMETER, export, export_choices
from beffroi.ui.figures import Unit, day, unit_from
from beffroi.workspace import maquette as framework
from beffroi.workspace.contract_sheet import contract_sheet
from beffroi.workspace.money_asked import FUNDER, NATURE, funder_asked, nature_asked
from beffroi.workspace.portfolio import portfolio_table
from beffroi.workspace.progress import bars, period_of


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """The contracts one may see, real ones first, fictitious ones apart."""
    real, fictitious = portfolio_table(request.user)
    context = {
        "real": real,
        "fictitious": fictitious,
        "ordinary": reverse("workspace:ordinary"),
        "creates": may_create_contracts(request.user),
        "trail": [Link(_("Contrats"))],
    }
    return render(request, "workspace/portfolio.html", context)


@contract_page
def sheet(request: HttpRequest, page: Page) -> HttpResponse:
    """What is known of a contract, each fact with its status and sources."""
    trail = [Link(_("Le contrat"))]
    context = page.context("sheet", trail) | contract_sheet(page.contract, page.situation)
    context["may_read_directory"] = CONTRIBUTE in page.rights.can
    return render(request, "workspace/contract.html", context)


@contract_page
def maquette(request: HttpRequest, page: Page) -> HttpResponse:
    """The financial framework as of a date: tree × funder × stage."""
    parameters = request.GET.dict()
    unit = unit_from(parameters.get("unite"), Unit.MILLION)
    stage = stage_named(parameters.get("stade") or Stage.PROGRAMMED.value)
    nature = nature_asked(parameters.get(NATURE, ""))
    au, connu = page.situation.au, page.situation.connu
    found = framework.maquette(page.contract, au, connu, nature)
    names = _funder_names(page.contract, found)
    funder = funder_asked(parameters.get(FUNDER, ""), names) or None
    link = _figure_link(page, nature)
    fictitious = page.contract.fictitious
    claims = [
        claim
        for claim in unconfirmed_claims(Scope(page.contract), au, connu)
        if claim.nature == nature
    ]
    tables = [
        framework.by_tree(found, link, funder=funder, unit=unit, fictitious=fictitious),
        framework.by_funder(found, link, names, unit=unit, fictitious=fictitious),
        framework.by_axis_and_funder(
            found, link, names, stage=stage, unit=unit, fictitious=fictitious
        ),
    ]
    if PARAMETER in parameters:
        about = [*page.about(), (_("Nature de crédit"), str(Nature(nature).label))]
        name = f"{page.contract.slug}-maquette-{au}"
        return export(tables, parameters[PARAMETER], name, about)
    context = page.context("maquette", [Link(_("Maquette"))]) | {
        "tables": tables,
        "exports": export_choices(rest_of(request, PARAMETER)),
        "claims": framework.unconfirmed(claims, unit=unit, fictitious=fictitious)
        if claims
        else None,
        "changes": _changes(request, page, found, nature, unit),
        "since": parameters.get("depuis", ""),
        "units": unit_choices(unit, rest_of(request, "unite")),
        "stages": choices_of(request, "stade", stage, {s: s.label for s in framework.STAGES}),
        "natures": choices_of(
            request, "nature", nature, {n: Nature(n).label for n in found.natures}
        ),
        "funders": names,
        "funder": funder or "",
        "period": period_of(page),
        "bars": bars(found, unit, link),
        "speaks": bool(found.positions),
        "silent": [name for slug, name in names.items() if not found.speaks(slug)],
        "unread": sum(p.value.unread for p in found.positions),
        "beside_filters": others_of(request, "financeur", "depuis"),
    }
    return render(request, "workspace/maquette.html", context)


def _funder_names(contract: Contract, found: framework.Maquette) -> dict[str, str]:
    """The funders of a contract in the order of its parties, then whoever else says something."""
    parties = (
        Organisation.objects.filter(participations__contract=contract)
        .order_by("participations__rank")
        .values_list("slug", "short_name", "name")
    )
    speaking = found.funders()
    names = {slug: short or name for slug, short, name in parties if slug in speaking}
    others = Organisation.objects.filter(slug__in=speaking - names.keys())
    return names | {other.slug: other.short_name or other.name for other in others}


def _figure_link(page: Page, nature: str) -> framework.Link:
    address = reverse("workspace:figure", args=[page.contract.slug])

    def link(labels: Any) -> str:
        return address + page.situation.link(**labels, nature=nature)

    return link


def _changes(
    request: HttpRequest, page: Page, found: framework.Maquette, nature: str, unit: Unit
) -> Table | None:
    since = day_asked(request.GET.dict(), "depuis")
    if since is None:
        return None
    before = framework.maquette(page.contract, since, page.situation.connu, nature)
    caption = _("Ce qui a changé du %(before)s au %(after)s") % {
        "before": day(since),
        "after": day(page.situation.au),
    }
    return framework.changes(
        before, found, unit=unit, fictitious=page.contract.fictitious, caption=caption
    )
