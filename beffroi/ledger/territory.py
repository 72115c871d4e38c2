"""Where the money of an operation lies: the territory of a figure."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from beffroi.operations.queries import MEMBERS
from beffroi.territories.queries import PerimeterShown, epci_by_commune, perimeters

PLACES = ("commune", "epci", "perimeter")
SEVERAL = "plusieurs"
"""The commune (or EPCI) of an operation that lies in several, without split key."""


@dataclass(frozen=True, slots=True)
class Located:
    """The places of operations, along the dimensions asked for."""

    by_operation: Mapping[int, list[tuple[str | None, ...]]]
    elsewhere: list[tuple[str | None, ...]]

    def places(self, operation_id: int | None) -> list[tuple[str | None, ...]]:
        """One tuple of labels for each place; none at all for an operation left out."""
        if operation_id is None:
            return self.elsewhere
        return self.by_operation.get(operation_id, self.elsewhere)


def locations(
    contract_id: int | None,
    au: datetime.date,
    connu: int,
    dimensions: Sequence[str],
    perimeter: str | None,
    shown: Sequence[PerimeterShown] | None = None,
) -> Located:
    """The places, as known then, of the operations of a contract (``None``: ordinary credit).

    An operation lies *in* a perimeter if all its communes do; one operation may lie in several
    perimeters. With ``perimeter``, the operations that do not lie in it are left out. ``shown`` are
    the perimeters at (au, connu), for who has read them already.
    """
    if not dimensions and perimeter is None:
        return Located({}, [()])
    listed = perimeters(au, connu) if shown is None else shown
    known = {each.slug: each.communes for each in listed}
    epci_of = epci_by_commune() if "epci" in dimensions else {}
    found: dict[int, list[tuple[str | None, ...]]] = {}
    kept = known.get(perimeter, frozenset()) if perimeter else None
    for operation_id, said_communes, said_epci, members in _known_locations(contract_id, connu):
        communes = {*said_communes, *members}
        if kept is not None and not (communes and communes <= kept):
            found[operation_id] = []
            continue
        epci = set(said_epci) | {epci_of[code] for code in said_communes if code in epci_of}
        inside = [name for name, codes in known.items() if communes and communes <= codes]
        found[operation_id] = _combinations(
            dimensions, {"commune": said_communes, "epci": sorted(epci), "perimeter": inside}
        )
    nowhere: tuple[str | None, ...] = tuple(None for _ in dimensions)
    return Located(found, [] if perimeter else [nowhere])


def _combinations(
    dimensions: Sequence[str], places: Mapping[str, Sequence[str]]
) -> list[tuple[str | None, ...]]:
    """One commune, one EPCI (or "several", or none), and every perimeter."""
    combined: list[tuple[str | None, ...]] = [()]
    for dimension in dimensions:
        names = places[dimension]
        labels: list[str | None]
        if dimension == "perimeter":
            labels = list(names)  # an operation in no perimeter counts in none
        elif len(names) > 1:
            labels = [SEVERAL]
        else:
            labels = [names[0] if names else None]
        combined = [(*rest, label) for rest in combined for label in labels]
    return combined


def _known_locations(
    contract_id: int | None, connu: int
) -> list[tuple[int, list[str], list[str], list[str]]]:
    """For each operation, the communes and the EPCI of its latest location known, then the communes
    of these EPCI."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT l.operation_id,
                   coalesce(array_agg(DISTINCT c.code) FILTER (WHERE c.code IS NOT NULL), '{{}}'),
                   coalesce(array_agg(DISTINCT e.siren) FILTER (WHERE e.siren IS NOT NULL), '{{}}'),
                   coalesce(array_agg(DISTINCT m.code) FILTER (WHERE m.code IS NOT NULL), '{{}}')
            FROM operations_location l
            JOIN journal_posting p ON p.id = l.posting_id
            JOIN operations_operation o ON o.id = l.operation_id
            LEFT JOIN territories_commune c ON c.id = l.commune_id
            LEFT JOIN territories_epci e ON e.id = l.epci_id
            LEFT JOIN territories_commune m ON m.epci_id = l.epci_id
            WHERE (o.contract_id IS NOT DISTINCT FROM %(contract)s OR o.id IN ({MEMBERS}))
              AND p.number = (
                SELECT max(q.number) FROM operations_location m
                JOIN journal_posting q ON q.id = m.posting_id
                WHERE m.operation_id = l.operation_id AND q.number <= %(connu)s)
            GROUP BY l.operation_id
            """,
            {"contract": contract_id, "connu": connu},
        )
        return list(cursor.fetchall())
