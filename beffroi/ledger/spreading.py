"""How the money of a contract spreads over communes, EPCI or departments.

An operation counts in the area that holds it whole. One that lies over several areas counts in none
of them: nothing tells what each would get; it counts at the first level that holds it.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.db import connection

from beffroi.ledger.positions import SILENT, Value
from beffroi.territories.finding import Kind


class Unplaced(StrEnum):
    """Why money lies in no area: over several, located nowhere at that level, of no operation."""

    SEVERAL = "plusieurs"
    NOWHERE = "nulle-part"
    WITHOUT = "sans-operation"


@dataclass(frozen=True, slots=True)
class Money:
    """Which money of a contract: one stage, one nature and one tax basis (``""``: the one nobody
    says), so that it adds up.

    ``funder`` is a slug, ``nodes`` those of the tree it is charged to; without them, all of it.
    """

    contract_id: int
    stage: str
    nature: str
    tax_basis: str = ""
    funder: str = ""
    nodes: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Some of the money, and how many operations it is of."""

    value: Value = SILENT
    operations: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.value + other.value, self.operations + other.operations)


@dataclass(frozen=True, slots=True)
class Spread:
    """What each area holds whole, by code (INSEE, SIREN, department), and what none does."""

    areas: Mapping[str, Share]
    unplaced: Mapping[Unplaced, Share]

    @property
    def total(self) -> Share:
        """All of the money."""
        return sum([*self.areas.values(), *self.unplaced.values()], Share())


def spread(money: Money, level: Kind, au: datetime.date, connu: int) -> Spread:
    """The funders' own figures at (au, connu) by commune, EPCI or department. One query.

    Where an operation lies is its latest location known at ``connu``; one placed in an EPCI lies in
    all its communes.
    """
    areas: dict[str, Share] = {}
    unplaced: dict[Unplaced, Share] = {}
    for code, reason, operations, *sums in _asked(_BY_AREA, level, au, connu, **asdict(money)):
        share = Share(Value(*map(int, sums)), operations)
        if reason:
            unplaced[Unplaced(reason)] = share
        else:
            areas[code] = share
    return Spread(areas, unplaced)


def unplaced_operations(
    contract_id: int | None, level: Kind, reason: Unplaced, au: datetime.date, connu: int
) -> set[int | None]:
    """The operations of which a funder says something and that lie in no area for that reason;
    ``None`` is money of no operation. Of a contract (``None``: of ordinary credit)."""
    rows = _asked(_BY_OPERATION, level, au, connu, contract_id=contract_id)
    return {operation for operation, why in rows if why == reason}


def _asked(
    query: str, level: Kind, au: datetime.date, connu: int, **money: Any
) -> list[tuple[Any, ...]]:
    """The answer to a query about some money: what ``money`` does not name is not looked at."""
    nodes = money.pop("nodes", None)
    said: dict[str, Any] = {"stage": None, "nature": None, "tax_basis": None, "funder": ""}
    parameters = said | money | {"nodes": None if nodes is None else list(nodes)}
    with connection.cursor() as cursor:
        cursor.execute(query.format(area=_AREAS[level]), {**parameters, "au": au, "connu": connu})
        return cursor.fetchall()


#: What names the area of a commune; a commune of no EPCI lies in none, which holds nothing else.
_AREAS = {
    Kind.COMMUNE: "c.code",
    Kind.EPCI: "coalesce(e.siren, '')",
    Kind.DEPARTMENT: "c.department_id",
}

_PLACED = """
WITH position AS (
    SELECT k.operation_id, sum(e.cents) AS cents, sum(e.unread) AS unread, sum(e.said) AS said
    FROM ledger_heading h
    JOIN partners_organisation funder ON funder.id = h.funder_id
    JOIN ledger_key k ON k.heading_id = h.id
    JOIN ledger_entry e ON e.key_id = k.id
    JOIN journal_posting p ON p.id = e.posting_id
    WHERE h.contract_id IS NOT DISTINCT FROM %(contract_id)s AND h.source_id = h.funder_id
      AND (%(stage)s::text IS NULL OR h.stage = %(stage)s)
      AND (%(nature)s::text IS NULL OR h.nature = %(nature)s)
      AND (%(tax_basis)s::text IS NULL OR h.tax_basis = %(tax_basis)s)
      AND (%(funder)s = '' OR funder.slug = %(funder)s)
      AND (%(nodes)s::bigint[] IS NULL OR h.node_id = ANY(%(nodes)s))
      AND e.effective_on <= %(au)s AND p.number <= %(connu)s
    GROUP BY k.operation_id
    HAVING sum(e.said) > 0
), known AS (
    SELECT l.operation_id, l.commune_id, l.epci_id,
           rank() OVER (PARTITION BY l.operation_id ORDER BY p.number DESC) AS age
    FROM operations_location l
    JOIN position USING (operation_id)
    JOIN journal_posting p ON p.id = l.posting_id
    WHERE p.number <= %(connu)s
), area AS (
    SELECT c.id AS commune_id, c.epci_id, {area} AS code
    FROM territories_commune c LEFT JOIN territories_epci e ON e.id = c.epci_id
), place AS (
    SELECT k.operation_id, a.code FROM known k JOIN area a ON a.commune_id = k.commune_id
    WHERE k.age = 1
    UNION
    SELECT k.operation_id, held.code FROM known k
    JOIN (SELECT DISTINCT epci_id, code FROM area) held ON held.epci_id = k.epci_id
    WHERE k.age = 1
), reach AS (
    SELECT operation_id, min(code) AS code, count(*) AS codes FROM place GROUP BY operation_id
), placed AS (
    SELECT position.operation_id, reach.code,
           CASE WHEN position.operation_id IS NULL THEN 'sans-operation'
                WHEN reach.codes > 1 THEN 'plusieurs'
                WHEN reach.code IS NULL OR reach.code = '' THEN 'nulle-part'
                ELSE '' END AS reason,
           position.cents, position.unread, position.said
    FROM position LEFT JOIN reach ON reach.operation_id = position.operation_id
)
"""
_BY_OPERATION = _PLACED + "SELECT operation_id, reason FROM placed"
_BY_AREA = (
    _PLACED
    + """
SELECT CASE WHEN reason = '' THEN code END, reason, count(operation_id),
       sum(cents), sum(unread), sum(said)
FROM placed GROUP BY 1, 2
"""
)
