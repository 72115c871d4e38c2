"""Reconciliation pages of a contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from beffroi.contracts.models import Contract
from beffroi.contracts.pages.frame import Page, contract_page
from beffroi.contracts.pages.situation import others_of, rest_of
from beffroi.contracts.tree import tree
from beffroi.contracts.vocabulary import Stage
from beffroi.ledger.queries import Scope
from beffroi.partners.models import Organisation
from beffroi.reconciliation.causes import Cause, Status
from beffroi.reconciliation.pages import gap_tables as tables
from beffroi.reconciliation.queries import Gap, gaps
from beffroi.ui.columns import Sorting
from beffroi.ui.components import Link, unit_choices
from beffroi.ui.figures import Unit, unit_from

PAGE = 200
TAB = "reconciliation"

#: Each filter of the page: its parameter, and what a gap must bear.
FILTERS: Mapping[str, Callable[[Gap], str]] = {
    "statut": lambda gap: gap.status.value,
    "cause": lambda gap: gap.cause.value,
    "source": lambda gap: gap.source,
    "financeur": lambda gap: gap.funder,
    "stade": lambda gap: gap.stage,
}


@contract_page
def reconciliation(request: HttpRequest, page: Page) -> HttpResponse:
    """Gaps between what partners say of each other's money, by cause, then one by one."""
    parameters = request.GET.dict()
    unit = unit_from(parameters.get("unite"), Unit.THOUSAND)
    found = gaps(Scope(page.contract), page.situation.au, page.situation.connu)
    names = _names(page, found)
    _refuse_unknown(parameters, found)
    chosen = {name: parameters.get(name, "") for name in (*FILTERS, "axe")}
    shown = _filtered(found, chosen, names)
    sorting = Sorting.asked(parameters, tables.columns())
    listed = tables.one_by_one(shown, names, unit, sorting)
    paginator = Paginator(listed.rows, PAGE)
    this_page = paginator.get_page(parameters.get("page"))
    context = page.context(TAB, [Link(_("Rapprochement"))]) | {
        "causes": tables.by_cause(shown, names, unit),
        "gaps": tables.page_of(listed, list(this_page.object_list)),
        "pages": this_page,
        "count": len(shown),
        "units": unit_choices(unit, rest_of(request, "unite")),
        "filters": _choices(found, names, chosen),
        "beside_filters": others_of(request, *FILTERS, "axe"),
    }
    return render(request, "reconciliation/gaps.html", context)


def _names(page: Page, found: Sequence[Gap]) -> tables.Names:
    slugs = {slug for gap in found for slug in (gap.source, gap.funder)}
    partners = Organisation.objects.filter(slug__in=slugs).order_by("sort_key")
    contract: Contract = page.contract
    nodes = tree(contract, page.situation.au, page.situation.connu)
    return tables.Names(
        partners={partner.slug: str(partner) for partner in partners},
        axes={node.id: node.axis for node in nodes},
        fictitious=contract.fictitious,
    )


def _refuse_unknown(parameters: Mapping[str, str], found: Sequence[Gap]) -> None:
    """A filter that names nothing is a slip in the address: say so, rather than show nothing."""
    known: Mapping[str, set[str]] = {
        "statut": {status.value for status in Status},
        "cause": {cause.value for cause in Cause},
        "stade": set(Stage.values),
        "source": {gap.source for gap in found},
        "financeur": {gap.funder for gap in found},
    }
    for name, values in known.items():
        if parameters.get(name) and parameters[name] not in values:
            raise BadRequest(
                _("« %(value)s » n'est pas un choix de « %(name)s » ici.")
                % {"value": parameters[name][:40], "name": name}
            )


def _filtered(found: Sequence[Gap], chosen: Mapping[str, str], names: tables.Names) -> list[Gap]:
    return [
        gap
        for gap in found
        if all(not chosen[name] or bears(gap) == chosen[name] for name, bears in FILTERS.items())
        and (not chosen["axe"] or names.axes.get(gap.node_id, "?") == chosen["axe"])
    ]


def _choices(
    found: Sequence[Gap], names: tables.Names, chosen: Mapping[str, str]
) -> list[tables.Filter]:
    borne = {name: {bears(gap) for gap in found} for name, bears in FILTERS.items()}
    axes = sorted({names.axes.get(gap.node_id, "?") for gap in found})
    return [
        tables.Filter(
            "statut",
            _("Ce qu'il en est"),
            [(s.value, label) for s, label in tables.STATUSES.items() if s in borne["statut"]],
            chosen["statut"],
        ),
        tables.Filter(
            "cause",
            _("Cause probable"),
            [(c.value, label) for c, label in tables.CAUSES.items() if c in borne["cause"]],
            chosen["cause"],
        ),
        tables.Filter(
            "source",
            _("Ce que dit"),
            [(slug, name) for slug, name in names.partners.items() if slug in borne["source"]],
            chosen["source"],
        ),
        tables.Filter(
            "financeur",
            _("de l'argent de"),
            [(slug, name) for slug, name in names.partners.items() if slug in borne["financeur"]],
            chosen["financeur"],
        ),
        tables.Filter(
            "stade",
            _("Stade"),
            [(s.value, s.label) for s in Stage if s.value in borne["stade"]],
            chosen["stade"],
        ),
        tables.Filter("axe", _("Axe"), [(axis, axis) for axis in axes], chosen["axe"]),
    ]
