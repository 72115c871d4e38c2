"""Finding a territory by its code or by its name, whatever its kind."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q

from beffroi.territories.models import Commune, Epci
from beffroi.territories.queries import commune, perimeters
from beffroi.territories.sorting import sort_key

_COMMUNE, _SIREN = 5, 9
"""How long codes are: a department's is shorter than a commune's."""
FEWEST_LETTERS = 2
"""What is shorter names too many communes to be looked for."""


class Kind(StrEnum):
    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTMENT = "department"
    PERIMETER = "perimeter"


@dataclass(frozen=True, slots=True)
class Territory:
    """A territory as communes make it: its code, what it holds, and how many people live there.

    ``population`` counts the communes whose population is known, ``None`` where none is;
    ``source`` and ``note`` are those of a perimeter's list.
    """

    kind: Kind
    code: str
    name: str
    communes: tuple[Commune, ...]
    source: str = ""
    note: str = ""

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(each.code for each in self.communes)

    @property
    def population(self) -> int | None:
        known = [each.population for each in self.communes if each.population is not None]
        return sum(known) if known else None


def territory(code: str, au: datetime.date, connu: int) -> Territory | None:
    """The territory of a code: a commune's (even a former one), the SIREN of an EPCI, a
    department's, or the name of a perimeter, as it was at (au, connu)."""
    if len(code) == _COMMUNE:
        found = commune(code)
        if found is not None:
            return Territory(Kind.COMMUNE, found.code, found.name, (found,))
    elif len(code) == _SIREN and code.isdecimal():
        held = _read(epci__siren=code)
        if held and held[0].epci:
            return Territory(Kind.EPCI, code, held[0].epci.name, held)
    elif code[:1].isdecimal():
        held = _read(department=code)
        if held:
            return Territory(Kind.DEPARTMENT, code, held[0].department.name, held)
    for each in perimeters(au, connu):
        if each.slug == code:
            held = _read(code__in=each.communes)
            return Territory(
                Kind.PERIMETER, each.slug, each.name, held, source=each.source, note=each.note
            )
    return None


def communes_like(text: str, limit: int) -> list[Commune]:
    """The communes whose name begins so, then those that hold it; or those of a code."""
    located = Commune.objects.select_related("department", "epci")
    if text.isdecimal() or text[:2].upper() in {"2A", "2B"}:
        found = commune(text)
        sharing = located.filter(postal_codes__contains=text) if len(text) == _COMMUNE else ()
        return _once([*([found] if found else []), *sharing])[:limit]
    key = sort_key(text)
    if len(key) < FEWEST_LETTERS:
        return []
    begin = located.filter(sort_key__startswith=key)[:limit]
    hold = located.filter(sort_key__contains=key)[:limit]
    return _once([*begin, *hold])[:limit]


def epcis_like(text: str, limit: int) -> list[Epci]:
    """The EPCI whose name holds that text, or of that SIREN."""
    named = Q(sort_key__contains=sort_key(text)) if len(text) >= FEWEST_LETTERS else Q(pk=None)
    return list(Epci.objects.filter(Q(siren=text) | named)[:limit])


def _read(**where: object) -> tuple[Commune, ...]:
    return tuple(Commune.objects.filter(**where).select_related("department", "epci"))


def _once(found: Iterable[Commune]) -> list[Commune]:
    return list({each.pk: each for each in found}.values())
