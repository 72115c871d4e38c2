"""The areas that the region is divided into, at each level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from beffroi.territories.finding import Kind
from beffroi.territories.models import Commune


class CommuneRow(NamedTuple):
    """A commune with what it belongs to; ``epci`` is ``None`` where it belongs to none."""

    code: str
    name: str
    population: int | None
    epci: str | None
    epci_name: str | None
    department: str
    department_name: str


@dataclass(frozen=True, slots=True)
class Area:
    """A commune, an EPCI or a department: what it holds, and how many people live there.

    ``population`` is ``None`` where that of one of its communes is unknown.
    """

    code: str
    name: str
    communes: frozenset[str]
    population: int | None


def communes_known() -> list[CommuneRow]:
    """Every commune, in alphabetical order. One query."""
    rows = Commune.objects.order_by("sort_key", "code").values_list(
        "code",
        "name",
        "population",
        "epci__siren",
        "epci__name",
        "department_id",
        "department__name",
    )
    return [CommuneRow(*row) for row in rows]


def areas(communes: Sequence[CommuneRow], kind: Kind) -> list[Area]:
    """The areas of a level that hold some communes, in alphabetical order (departments by code).

    Raises ``ValueError`` for perimeters, which divide nothing.
    """
    if kind == Kind.COMMUNE:
        return [
            Area(each.code, each.name, frozenset([each.code]), each.population) for each in communes
        ]
    if kind == Kind.EPCI:
        named = [(each.epci, each.epci_name, each) for each in communes if each.epci]
    elif kind == Kind.DEPARTMENT:
        named = [(each.department, each.department_name, each) for each in communes]
    else:
        raise ValueError(f"{kind} divides nothing")
    held: dict[str, list[CommuneRow]] = {}
    names: dict[str, str] = {}
    for code, name, each in named:
        held.setdefault(code, []).append(each)
        names[code] = name or code
    found = [
        Area(code, names[code], frozenset(each.code for each in its), _people(its))
        for code, its in held.items()
    ]
    return sorted(found, key=lambda area: area.code if kind == Kind.DEPARTMENT else area.name)


def _people(communes: Sequence[CommuneRow]) -> int | None:
    known = [each.population for each in communes if each.population is not None]
    return sum(known) if len(known) == len(communes) else None
