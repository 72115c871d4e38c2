"""The operations of a contract: a list to filter, to sort, to share by its address, to keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from beffroi.contracts.abilities import MANAGE
from beffroi.contracts.pages.frame import Page, contract_page
from beffroi.contracts.pages.situation import others_of, rest_of, stage_named
from beffroi.contracts.tree import TreeNode, tree
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.ledger.listing import SORTS, Listed, Listing, Wanted, listing
from beffroi.ledger.placing import lying_in
from beffroi.ui.columns import Cell, Column, Row, Sorting, Table
from beffroi.ui.components import Link, unit_choices
from beffroi.ui.exporting import PARAMETER, export, export_choices
from beffroi.ui.figures import Unit, unit_from
from beffroi.workspace.figure_labels import BASIS, OPERATION, UNKNOWN_BASIS
from beffroi.workspace.money_asked import (
    AXIS,
    FUNDER,
    NATURE,
    STAGE,
    axes_of,
    bases_of,
    basis_asked,
    funder_asked,
    funders_of,
    nature_asked,
    natures_offered,
    nodes_under,
)
from beffroi.workspace.operation_addresses import operation_address
from beffroi.workspace.territory_asked import TERRITORY, territory_asked

A_PAGE = 50
EVERYTHING = 1_000_000
TEXT = "q"
FILTERS = (TEXT, AXIS, FUNDER, STAGE, NATURE, BASIS, TERRITORY)
STAGES = (Stage.PROGRAMMED, Stage.COMMITTED, Stage.PAID)
LONGEST_TEXT = 100
FigureLink = Callable[[str, str], str]
"""The address of an operation's figure, by its code and a stage."""


@contract_page
def operations(request: HttpRequest, page: Page) -> HttpResponse:
    """Operations with their amounts at each stage, one nature of credit at a time."""
    asked = {name: " ".join(request.GET.get(name, "").split()) for name in FILTERS}
    nodes = tree(page.contract, page.situation.au, page.situation.connu)
    funders = funders_of(page)
    unit = unit_from(request.GET.get("unite"), Unit.THOUSAND)
    columns = _columns()
    sorting = Sorting.asked(request.GET.dict(), columns)
    bases = bases_of(page)
    asked[BASIS] = asked[BASIS] or next(iter(bases))
    wanted = _wanted(page, asked, nodes, funders, sorting)
    au, connu = page.situation.au, page.situation.connu
    link = _figure_link(page, wanted, asked[AXIS])
    if PARAMETER in request.GET:
        whole = listing(page.contract.pk, au, connu, wanted, 0, EVERYTHING)
        about = [*page.about(), (_("Nature de crédit"), str(Nature(wanted.nature).label))]
        name = f"{page.contract.slug}-operations-{au}"
        tables = [_table(page, whole, link, columns, sorting, unit)]
        return export(tables, request.GET[PARAMETER], name, about)
    number = _page_asked(request.GET.get("page", ""))
    found = listing(page.contract.pk, au, connu, wanted, (number - 1) * A_PAGE, A_PAGE)
    listed = Paginator(range(found.count), A_PAGE).get_page(number)
    if listed.number != number:  # beyond the end: the last page is shown
        number = listed.number
        found = listing(page.contract.pk, au, connu, wanted, (number - 1) * A_PAGE, A_PAGE)
    context = page.context("operations", [Link(_("Opérations"))]) | {
        "table": _table(page, found, link, columns, sorting, unit),
        "listed": listed,
        "count": found.count,
        "asked": asked,
        "axes": axes_of(nodes),
        "funders": list(funders.items()),
        "stages": [(stage.value, stage.label) for stage in STAGES],
        "natures": natures_offered(),
        "nature": wanted.nature,
        "bases": list(bases.items()) if len(bases) > 1 else [],
        "units": unit_choices(unit, rest_of(request, "unite")),
        "exports": export_choices(rest_of(request, PARAMETER)),
        "beside_filters": others_of(request, *FILTERS),
        "may_create": MANAGE in page.rights.can,
    }
    return render(request, "workspace/operations.html", context)


def _page_asked(text: str) -> int:
    """The number of a page; the first where the address gives none that makes sense."""
    number = int(text[:7]) if text.isascii() and text.isdecimal() else 0
    return max(number, 1)


def _wanted(
    page: Page,
    asked: dict[str, str],
    nodes: Sequence[TreeNode],
    funders: dict[str, str],
    sorting: Sorting,
) -> Wanted:
    """What the address asks for. Raises ``BadRequest`` with a sentence."""
    return Wanted(
        nature=nature_asked(asked[NATURE]),
        tax_basis=basis_asked(asked[BASIS]),
        text=asked[TEXT][:LONGEST_TEXT],
        nodes=nodes_under(nodes, asked[AXIS]),
        funder=funder_asked(asked[FUNDER], funders),
        reached=stage_named(asked[STAGE]).value if asked[STAGE] else "",
        operations=_lying_in(page, asked[TERRITORY]),
        sort=sorting.key if sorting.key in SORTS else "code",
        descending=sorting.descending,
    )


def _lying_in(page: Page, code: str) -> set[int] | None:
    """The operations that lie wholly in a territory; ``None`` where none is named."""
    au, connu = page.situation.au, page.situation.connu
    place = territory_asked(code, page.situation)
    return lying_in(place.codes, page.contract.pk, au, connu) if place else None


def _columns() -> list[Column]:
    return [
        Column("title", _("Opération"), sortable=True),
        Column("owner", _("Maître d'ouvrage"), sortable=True),
        *(Column(stage.value, stage.label, "amount", sortable=True) for stage in STAGES),
    ]


def _table(
    page: Page,
    found: Listing,
    link: FigureLink,
    columns: list[Column],
    sorting: Sorting,
    unit: Unit,
) -> Table:
    total = Row(
        {"title": _("Ensemble de la liste")}
        | {stage: Cell(value.cents, unread=value.unread) for stage, value in found.totals.items()},
        kind="total",
    )
    return Table(
        caption=_("Opérations"),
        columns=columns,
        rows=[_row(page, each, link) for each in found.operations],
        totals=[total] if found.totals else [],
        unit=unit,
        id="operations",
        sorting=sorting,
        fictitious=page.contract.fictitious,
        hide_caption=True,
        empty=_("Aucune opération ne répond à ces filtres : ôtez-en un, ou changez les dates."),
    )


def _figure_link(page: Page, wanted: Wanted, axis: str) -> FigureLink:
    """Where the statements behind a figure of the list are."""
    figure = reverse("workspace:figure", args=[page.contract.slug])
    labels = {
        "axis": axis,
        "nature": wanted.nature,
        "funder": wanted.funder,
        BASIS: wanted.tax_basis or UNKNOWN_BASIS,
    }
    return lambda code, stage: (
        figure + page.situation.link(**labels, stage=stage, **{OPERATION: code})
    )


def _row(page: Page, each: Listed, link: FigureLink) -> Row:
    return Row(
        {
            "title": Cell(each.title, note=each.code, href=operation_address(page, each.code)),
            "owner": each.owner or None,
        }
        | {
            stage: Cell(value.cents, href=link(each.code, stage), unread=value.unread)
            for stage, value in each.amounts.items()
        }
    )
