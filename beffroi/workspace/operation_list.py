"""The operations of a contract: a list to filter, to sort, to share by its address, to keep."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from beffroi.contracts.pages.frame import Page, contract_page
from beffroi.contracts.pages.situation import others_of, rest_of, stage_named
from beffroi.contracts.tree import TreeNode, tree
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.ledger.listing import SORTS, Listed, Listing, Wanted, listing
from beffroi.ledger.models import Heading
from beffroi.ledger.placing import placed_in
from beffroi.partners.models import Organisation
from beffroi.territories.finding import territory
from beffroi.ui.columns import Cell, Column, Row, Sorting, Table
from beffroi.ui.components import Link, unit_choices
from beffroi.ui.exporting import PARAMETER, export, export_choices
from beffroi.ui.figures import Unit, unit_from
from beffroi.workspace.tracing import TERRITORY

A_PAGE = 50
EVERYTHING = 1_000_000
TEXT, AXIS, FUNDER, STAGE, NATURE = "q", "axe", "financeur", "stade", "nature"
FILTERS = (TEXT, AXIS, FUNDER, STAGE, NATURE, TERRITORY)
STAGES = (Stage.PROGRAMMED, Stage.COMMITTED, Stage.PAID)
LONGEST_TEXT = 100


@contract_page
def operations(request: HttpRequest, page: Page) -> HttpResponse:
    """Operations with their amounts at each stage, one nature of credit at a time."""
    asked = {name: " ".join(request.GET.get(name, "").split()) for name in FILTERS}
    nodes = tree(page.contract, page.situation.au, page.situation.connu)
    funders = {each.slug: str(each) for each in _funders(page)}
    unit = unit_from(request.GET.get("unite"), Unit.THOUSAND)
    columns = _columns()
    sorting = Sorting.asked(request.GET.dict(), columns)
    wanted = _wanted(page, asked, nodes, funders, sorting)
    au, connu = page.situation.au, page.situation.connu
    if PARAMETER in request.GET:
        whole = listing(page.contract.pk, au, connu, wanted, 0, EVERYTHING)
        about = [*page.about(), (_("Nature de crédit"), str(Nature(wanted.nature).label))]
        name = f"{page.contract.slug}-operations-{au}"
        return export(
            [_table(page, whole, columns, sorting, unit)], request.GET[PARAMETER], name, about
        )
    number = _page_asked(request.GET.get("page", ""))
    found = listing(page.contract.pk, au, connu, wanted, (number - 1) * A_PAGE, A_PAGE)
    context = page.context("operations", [Link(_("Opérations"))]) | {
        "table": _table(page, found, columns, sorting, unit),
        "listed": Paginator(range(found.count), A_PAGE).get_page(number),
        "count": found.count,
        "asked": asked,
        "axes": [(each.code, f"{each.code} {each.title}") for each in nodes if _is_axis(each)],
        "funders": list(funders.items()),
        "stages": [(stage.value, stage.label) for stage in STAGES],
        "natures": [(nature.value, nature.label) for nature in Nature if nature != Nature.ORDINARY],
        "nature": wanted.nature,
        "units": unit_choices(unit, rest_of(request, "unite")),
        "exports": export_choices(rest_of(request, PARAMETER)),
        "beside_filters": others_of(request, *FILTERS),
    }
    return render(request, "workspace/operations.html", context)


def _funders(page: Page) -> QuerySet[Organisation]:
    """Those whose money it may be: the parties, and whoever speaks of its own money."""
    speaking = Heading.objects.filter(contract=page.contract, source=F("funder"))
    party = Q(participations__contract=page.contract)
    return Organisation.objects.filter(party | Q(pk__in=speaking.values("funder"))).distinct()


def _is_axis(node: TreeNode) -> bool:
    return node.depth == 0 and bool(node.code)


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
    nature = asked[NATURE] or Nature.CONTRACTUAL.value
    if nature not in Nature.values:
        raise BadRequest(_("La nature « %(nature)s » est inconnue.") % {"nature": nature[:40]})
    if asked[FUNDER] and asked[FUNDER] not in funders:
        raise BadRequest(
            _("Le financeur « %(slug)s » est inconnu ici.") % {"slug": asked[FUNDER][:60]}
        )
    return Wanted(
        nature=nature,
        text=asked[TEXT][:LONGEST_TEXT],
        nodes=_under(nodes, asked[AXIS]),
        funder=asked[FUNDER],
        reached=stage_named(asked[STAGE]).value if asked[STAGE] else "",
        operations=_lying_in(page, asked[TERRITORY]),
        sort=sorting.key if sorting.key in SORTS else "code",
        descending=sorting.descending,
    )


def _under(nodes: Sequence[TreeNode], axis: str) -> set[int] | None:
    """The nodes of an axis."""
    if not axis:
        return None
    found = {node.id for node in nodes if node.axis == axis}
    if not found:
        raise BadRequest(_("L'axe « %(axis)s » n'est pas dans le programme.") % {"axis": axis[:40]})
    return found


def _lying_in(page: Page, code: str) -> set[int] | None:
    """The operations that lie wholly in a territory."""
    if not code:
        return None
    situation = page.situation
    place = territory(code, situation.au, situation.connu)
    if place is None:
        raise BadRequest(_("Le territoire « %(code)s » est inconnu.") % {"code": code[:40]})
    placed = placed_in(place.codes, [page.contract.pk], situation.au, situation.connu)
    return {each.operation_id for each in placed if each.lies_in(place.codes)}


def _columns() -> list[Column]:
    return [
        Column("title", _("Opération"), sortable=True),
        Column("owner", _("Maître d'ouvrage"), sortable=True),
        *(Column(stage.value, stage.label, "amount", sortable=True) for stage in STAGES),
    ]


def _table(
    page: Page, found: Listing, columns: list[Column], sorting: Sorting, unit: Unit
) -> Table:
    total = Row(
        {"title": _("Ensemble de la liste")}
        | {stage: Cell(value.cents, unread=value.unread) for stage, value in found.totals.items()},
        kind="total",
    )
    return Table(
        caption=_("Opérations"),
        columns=columns,
        rows=[_row(page, each) for each in found.operations],
        totals=[total] if found.totals else [],
        unit=unit,
        id="operations",
        sorting=sorting,
        fictitious=page.contract.fictitious,
        hide_caption=True,
        empty=_("Aucune opération ne répond à ces filtres : ôtez-en un, ou changez les dates."),
    )


def _row(page: Page, each: Listed) -> Row:
    plan = reverse("financing:plan", args=[page.contract.slug, each.code])
    return Row(
        {
            "title": Cell(each.title, note=each.code, href=plan + page.situation.link()),
            "owner": each.owner or None,
        }
        | {stage: Cell(value.cents, unread=value.unread) for stage, value in each.amounts.items()}
    )
