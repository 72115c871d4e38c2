"""The map of a contract: what each commune, EPCI or department holds whole, at one stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from beffroi.contracts.pages.frame import Page, contract_page
from beffroi.contracts.pages.situation import others_of, rest_of
from beffroi.contracts.tree import tree
from beffroi.contracts.vocabulary import Stage
from beffroi.ledger.spreading import Spread, spread
from beffroi.territories.areas import Area, areas, communes_known
from beffroi.territories.outlines import WIDTH, departments, frame, outline
from beffroi.territories.queries import perimeters
from beffroi.ui.columns import Sorting
from beffroi.ui.components import Choice, Link, unit_choices
from beffroi.ui.exporting import PARAMETER, export, export_choices
from beffroi.ui.figures import Unit, day, rounded, unit_from
from beffroi.ui.map_files import SVG, svg_file
from beffroi.ui.maps import AreaMap, MapArea, Sheet, labelled
from beffroi.workspace.figure_labels import BASIS
from beffroi.workspace.map_asked import (
    EACH,
    LEVEL,
    MEASURE,
    MEASURES,
    PERIMETER,
    Asked,
    map_asked,
)
from beffroi.workspace.map_tables import (
    counted_said,
    counted_table,
    level_label,
    map_columns,
    map_table,
    number_of,
)
from beffroi.workspace.money_asked import (
    AXIS,
    FUNDER,
    NATURE,
    STAGE,
    axes_of,
    bases_of,
    funders_of,
    natures_offered,
)
from beffroi.workspace.territories import address_of
from beffroi.workspace.territory_asked import LEVELS

A_PAGE = 100
STAGES = (Stage.PROGRAMMED, Stage.COMMITTED, Stage.PAID)
TABLE = "par-territoire"


@contract_page
def contract_map(request: HttpRequest, page: Page) -> HttpResponse:
    """One stage, one nature and one tax basis at a time; the same figures in a table beneath, which
    adds up to the contract's total with what lies in no area."""
    au, connu = page.situation.au, page.situation.connu
    nodes, funders, bases = tree(page.contract, au, connu), funders_of(page), bases_of(page)
    shown = perimeters(au, connu)
    asked = map_asked(request, page, nodes, funders, bases, shown)
    places = areas(communes_known(), asked.level)
    found = spread(asked.money, asked.level, au, connu)
    columns = map_columns(asked.level, asked.stage)
    sorting = Sorting.asked(request.GET.dict(), columns)
    unit = unit_from(request.GET.get("unite"), Unit.THOUSAND)
    table = map_table(page, asked, places, found, columns, sorting, unit, table_id=TABLE)
    name = f"{page.contract.slug}-carte-{asked.level.value}-{asked.stage.value}-{au}"
    counted = counted_table(page, asked, found, unit)
    drawn = replace(
        _drawn(page, asked, places, found),
        remark=counted_said(counted),
    )
    form = request.GET.get(PARAMETER)
    if form == SVG:
        return svg_file(drawn, name)
    if form:
        return export([table], form, name, [*page.about(), *asked.about()])
    listed = Paginator(table.rows, A_PAGE).get_page(request.GET.get("page"))
    context = page.context("map", [Link(_("Carte"))]) | {
        "map": drawn,
        "counted": counted,
        "table": table.with_rows(list(listed)),
        "listed": listed,
        "said": asked.said,
        "nature": asked.money.nature,
        "levels": _choices(request, LEVEL, _levels(), asked.said[LEVEL]),
        "measures": _choices(request, MEASURE, _measures(), asked.said[MEASURE]),
        "stages": _choices(
            request, STAGE, {each.value: str(each.label) for each in STAGES}, asked.stage.value
        ),
        "axes": axes_of(nodes),
        "funders": list(funders.items()),
        "natures": natures_offered(),
        "bases": list(bases.items()) if len(bases) > 1 else [],
        "perimeters": [(each.slug, each.name) for each in shown],
        "perimeter": asked.perimeter,
        "units": unit_choices(unit, rest_of(request, "unite")),
        "exports": _exports(request),
        "beside_filters": others_of(request, AXIS, FUNDER, NATURE, BASIS, PERIMETER),
        "undrawn": sum(not each.path for each in drawn.areas),
    }
    return render(request, "workspace/map.html", context)


def _levels() -> dict[str, str]:
    return {name: level_label(kind) for name, kind in LEVELS.items()}


def _stages() -> dict[str, str]:
    return {stage.value: str(stage.label) for stage in STAGES}


def _measures() -> dict[str, str]:
    return {MEASURES[0]: _("montant"), EACH: _("€ par habitant")}


def _choices(request: HttpRequest, name: str, labels: dict[str, str], current: str) -> list[Choice]:
    rest = rest_of(request, name)
    before = f"?{rest}&" if rest else "?"
    return [
        Choice(label, f"{before}{name}={value}", value == current)
        for value, label in labels.items()
    ]


def _exports(request: HttpRequest) -> list[Choice]:
    rest = rest_of(request, PARAMETER)
    before = f"?{rest}&" if rest else "?"
    return [*export_choices(rest), Choice("SVG", f"{before}{PARAMETER}={SVG}")]


def _drawn(
    page: Page,
    asked: Asked,
    places: Sequence[Area],
    found: Spread,
) -> AreaMap:
    """The map: every area of the level, the departments above, the perimeter over all."""
    level, stage = level_label(asked.level), str(asked.stage.label)
    title = (
        _("%(stage)s par habitant, par %(level)s")
        if asked.for_each
        else _("%(stage)s par %(level)s")
    )
    dates = _("situation au %(au)s, connue à l'écriture n° %(connu)s") % {
        "au": day(page.situation.au),
        "connu": page.situation.connu,
    }
    about = [labelled(label, text) for label, text in asked.about()[1:]]
    query = page.situation.link()
    return AreaMap(
        title=title % {"stage": stage.capitalize(), "level": level},
        description=" · ".join([page.contract.name, *about, dates]),
        legend_title=f"{_('€ par habitant') if asked.for_each else _('Montant')}, "
        f"{number_of(asked.level)}",
        areas=[_area(each, asked, found, query) for each in places],
        sheet=Sheet(WIDTH, frame().height, frame().metres),
        lines=departments(),
        around=outline(asked.perimeter.communes) if asked.perimeter else "",
        around_name=asked.perimeter.name if asked.perimeter else "",
        silent=_("— : personne ne dit rien, ou population inconnue") if asked.for_each else "",
        credit=_(
            "Contours : IGN (Admin Express), communes de 2026 ; populations et codes : INSEE ; "
            "EPCI : DGCL. Licence Ouverte 2.0. Projection Lambert-93."
        ),
        table=TABLE,
        fictitious=page.contract.fictitious,
    )


def _area(area: Area, asked: Asked, found: Spread, query: str) -> MapArea:
    share = found.areas.get(area.code)
    drawn = outline(area.communes)
    if share is None:
        return MapArea(area.name, drawn)
    value: int | None = share.value.cents
    if asked.for_each:
        value = rounded(share.value.cents, area.population) if area.population else None
    return MapArea(area.name, drawn, value, share.value.unread, address_of(area.code) + query)
