"""What came to a territory: a commune, an EPCI, a department, a perimeter, side by side with
another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from beffroi.contracts.abilities import contracts_seen
from beffroi.contracts.models import Contract
from beffroi.contracts.pages.situation import (
    Situation,
    known_choices,
    others_of,
    rest_of,
    situation_of,
)
from beffroi.ledger.placing import Placed, placed_in
from beffroi.operations.models import Operation
from beffroi.territories.finding import (
    FEWEST_LETTERS,
    Kind,
    Territory,
    communes_like,
    epcis_like,
    territory,
)
from beffroi.territories.models import Department
from beffroi.territories.outlines import WIDTH, departments, frame, outline
from beffroi.territories.queries import perimeters
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.components import Fact, Link, unit_choices
from beffroi.ui.exporting import PARAMETER, export, export_choices
from beffroi.ui.figures import Unit, integer, unit_from
from beffroi.ui.maps import Sheet, locator
from beffroi.workspace.territory_asked import territory_asked
from beffroi.workspace.territory_tables import (
    brought,
    compared,
    largest_first,
    operations_there,
)

A_PAGE = 50
MOST_FOUND = 30
MOST_DRAWN = 150
"""Beyond so many communes, only the outline of their territory is drawn."""
BESIDE = "avec"
KINDS = {
    Kind.COMMUNE: gettext_lazy("Commune"),
    Kind.EPCI: gettext_lazy("EPCI"),
    Kind.DEPARTMENT: gettext_lazy("Département"),
    Kind.PERIMETER: gettext_lazy("Périmètre"),
}


@require_safe
def territories(request: HttpRequest) -> HttpResponse:
    """Finding a territory by name, code or postal code; departments and perimeters at once."""
    situation = situation_of(request.GET.dict())
    asked = " ".join(request.GET.get("q", "").split())[:100]
    found = _places(asked, situation) if asked else _first_places(situation)
    context = _around(request, situation) | {
        "asked": asked,
        "too_short": 0 < len(asked) < FEWEST_LETTERS,
        "table": Table(
            caption=_("Territoires"),
            columns=[
                Column("name", _("Nom")),
                Column("kind", _("Genre")),
                Column("code", _("Code")),
                Column("within", _("Dans")),
            ],
            rows=found,
            id="territoires",
            hide_caption=True,
            empty=_("Aucun territoire ne porte ce nom ni ce code : vérifiez l'orthographe."),
        ),
    }
    return render(request, "workspace/territories.html", context)


@require_safe
def territory_page(request: HttpRequest, code: str) -> HttpResponse:
    """What contracts and ordinary credit brought to a territory, per inhabitant too; ``avec``
    lays another territory beside it. A former commune's code leads to today's."""
    situation = situation_of(request.GET.dict())
    place = territory(code, situation.au, situation.connu)
    if place is None:
        raise Http404
    if place.code != code:
        return redirect(address_of(place.code) + situation.link())
    other = territory_asked(request.GET.get(BESIDE, "").strip(), situation)
    seen = {contract.pk: contract for contract in contracts_seen(request.user)}
    asked = place.codes | (other.codes if other else frozenset())
    placed = placed_in(asked, list(seen), situation.au, situation.connu)
    unit = unit_from(request.GET.get("unite"), Unit.THOUSAND)
    real, fictitious = _apart(place, placed, seen)
    listed, lists = _operations(request, real, fictitious, seen)
    tables = [
        brought(place, group, seen, situation, unit, fictitious=made_up)
        for group, made_up in ((real, False), (fictitious, True))
        if group or not made_up
    ]
    if other is not None:
        beside = _apart(other, placed, seen)
        tables += [
            compared((place, group), (other, its), seen, situation, fictitious=made_up)
            for group, its, made_up in zip((real, fictitious), beside, (False, True), strict=True)
            if group or its
        ]
    if PARAMETER in request.GET:
        about = [(_("Territoire"), f"{place.name} ({place.code})"), *situation_said(situation)]
        return export(tables, request.GET[PARAMETER], f"territoire-{place.code}", about)
    context = _around(request, situation, place) | {
        "place": place,
        "kind": KINDS[place.kind],
        "facts": _facts(place, situation),
        "locator": _locator(place),
        "tables": tables,
        "lists": lists,
        "listed": listed,
        "touching": _only_touching(place, placed),
        "units": unit_choices(unit, rest_of(request, "unite")),
        "exports": export_choices(rest_of(request, PARAMETER)),
        "beside": other.code if other else "",
        "kept": others_of(request, BESIDE),
    }
    return render(request, "workspace/territory.html", context)


def address_of(code: str) -> str:
    """Where the page of a territory is."""
    return reverse("workspace:territory", args=[code])


def situation_said(situation: Situation) -> list[tuple[str, str]]:
    """Both dates, as files carry them."""
    return [
        (_("Situation au"), situation.au.isoformat()),
        (_("Connue à l'écriture n°"), str(situation.connu)),
    ]


def _around(
    request: HttpRequest, situation: Situation, place: Territory | None = None
) -> dict[str, Any]:
    """What pages of territories show around their own content."""
    home = reverse("workspace:territories")
    trail = [Link(_("Contrats"), reverse("workspace:portfolio"))]
    trail.append(Link(_("Territoires"), home + situation.link() if place else ""))
    return {
        "situation": situation,
        "known": known_choices(None, situation.asked.get("connu", "")),
        "connu": situation.asked.get("connu", ""),
        "beside_dates": others_of(request, "au", "connu"),
        "home": address_of(place.code) if place else home,
        "place_name": place.name if place else _("Territoires"),
        "trail": [*trail, Link(place.name)] if place else trail,
    }


def _only_touching(place: Territory, placed: Iterable[Placed]) -> int:
    """How many operations lie partly there, partly elsewhere."""
    codes = place.codes
    partly = (each for each in placed if each.touches(codes) and not each.lies_in(codes))
    return len({each.operation_id for each in partly})


def _apart(
    place: Territory, placed: Iterable[Placed], seen: Mapping[int, Contract]
) -> tuple[list[Placed], list[Placed]]:
    """What lies there: real money, ordinary credit among it, and fictitious money."""
    codes = place.codes
    real: list[Placed] = []
    fictitious: list[Placed] = []
    for each in placed:
        if each.lies_in(codes):
            made_up = each.contract_id is not None and seen[each.contract_id].fictitious
            (fictitious if made_up else real).append(each)
    return real, fictitious


# Finding


def _first_places(situation: Situation) -> list[Row]:
    """What there is to choose from before anything is asked."""
    departments = [
        _place_row(Kind.DEPARTMENT, each.code, each.name, situation)
        for each in Department.objects.filter(communes__isnull=False).distinct()
    ]
    known = [
        _place_row(Kind.PERIMETER, each.slug, each.name, situation)
        for each in perimeters(situation.au, situation.connu)
    ]
    return [*departments, *known]


def _places(asked: str, situation: Situation) -> list[Row]:
    key = asked.casefold()
    return [
        *(row for row in _first_places(situation) if _bears(row, key)),
        *(
            _place_row(Kind.EPCI, each.siren, each.name, situation)
            for each in epcis_like(asked, MOST_FOUND)
        ),
        *(
            _place_row(
                Kind.COMMUNE,
                each.code,
                each.name,
                situation,
                ", ".join(str(within) for within in (each.epci, each.department) if within),
            )
            for each in communes_like(asked, MOST_FOUND)
        ),
    ]


def _bears(row: Row, key: str) -> bool:
    return any(key in str(row.cell(name).value).casefold() for name in ("name", "code"))


def _place_row(kind: Kind, code: str, name: str, situation: Situation, within: str = "") -> Row:
    cell = Cell(name, href=address_of(code) + situation.link())
    return Row({"name": cell, "kind": KINDS[kind], "code": code, "within": within or None})


# One territory


def _facts(place: Territory, situation: Situation) -> list[Fact]:
    people = place.population
    facts = [
        Fact(_("Code"), place.code),
        Fact(
            _("Population"),
            integer(people) if people is not None else "",
            status="" if people is not None else "unknown",
            note=_("populations municipales, INSEE") if people is not None else "",
        ),
    ]
    if place.kind == Kind.COMMUNE:
        (only,) = place.communes
        if only.epci:
            facts.append(_within(_("EPCI"), only.epci.siren, only.epci.name, situation))
        department = only.department
        facts.append(_within(_("Département"), department.code, department.name, situation))
        former = ", ".join(each.code for each in only.former.all())
        return [*facts, Fact(_("Anciens codes"), former)] if former else facts
    facts.append(Fact(_("Communes"), integer(len(place.communes))))
    if place.source:
        facts.append(Fact(_("Source de la liste"), place.source, note=place.note))
    return facts


def _locator(place: Territory) -> SafeString:
    """Where it lies in the region: commune by commune, where they are not too many; nothing where
    its outline is unknown."""
    few = len(place.communes) <= MOST_DRAWN
    parts = [frozenset([each.code]) for each in place.communes] if few else [place.codes]
    drawn = [path for path in map(outline, parts) if path]
    if not drawn:
        return SafeString()
    label = _("%(name)s dans la région") % {"name": place.name}
    return locator(label, drawn, departments(), Sheet(WIDTH, frame().height, frame().metres))


def _within(label: str, code: str, name: str, situation: Situation) -> Fact:
    return Fact(label, name, href=address_of(code) + situation.link())


def _operations(
    request: HttpRequest,
    real: Sequence[Placed],
    fictitious: Sequence[Placed],
    seen: Mapping[int, Contract],
) -> tuple[Any, list[Table]]:
    """A page of the real operations that lie there; beside them, the largest fictitious ones."""
    listed = Paginator(largest_first(real), A_PAGE).get_page(request.GET.get("page"))
    made_up = largest_first(fictitious)[:A_PAGE]
    found = Operation.objects.in_bulk([*listed, *made_up])
    tables = [
        operations_there(placed, seen, {each: found[each] for each in chosen}, fictitious=made)
        for placed, chosen, made in ((real, list(listed), False), (fictitious, made_up, True))
        if chosen or not made
    ]
    return listed, tables
