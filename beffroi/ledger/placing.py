"""What a territory brought: the funders' own figures of the operations that lie in it."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from beffroi.ledger.positions import SILENT, Value


@dataclass(frozen=True, slots=True)
class Placed:
    """What a funder says of its own money for an operation at a stage.

    ``contract_id`` is ``None`` for ordinary credit; ``communes`` are the codes of all those where
    the operation lies.
    """

    contract_id: int | None
    operation_id: int
    communes: frozenset[str]
    funder: str
    funder_name: str
    stage: str
    nature: str
    tax_basis: str
    value: Value

    def lies_in(self, codes: frozenset[str]) -> bool:
        """Whether every commune of the operation is one of these."""
        return self.communes <= codes

    def touches(self, codes: frozenset[str]) -> bool:
        """Whether one of its communes is one of these."""
        return not self.communes.isdisjoint(codes)


def placed_in(
    communes: Collection[str], contracts: Collection[int], au: datetime.date, connu: int
) -> list[Placed]:
    """The figures of the operations that lie in some communes or touch them, in cents.

    Of the contracts named, and of ordinary credit. Where an operation lies is its latest location
    known at ``connu``; one placed in an EPCI lies in all its communes. One query.
    """
    if not communes:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _PLACED,
            {"codes": list(communes), "contracts": list(contracts), "au": au, "connu": connu},
        )
        return [_read(row) for row in cursor.fetchall()]


def lying_in(
    communes: frozenset[str], contract_id: int | None, au: datetime.date, connu: int
) -> set[int]:
    """The operations of a contract (``None``: ordinary credit) that lie wholly in some communes,
    and of which a funder says something."""
    placed = placed_in(communes, [contract_id] if contract_id else [], au, connu)
    return {each.operation_id for each in placed if each.lies_in(communes)}


def _read(row: tuple[Any, ...]) -> Placed:
    contract, operation, codes, funder, funder_name, stage, nature, basis, *sums = row
    value = Value(*map(int, sums))
    money = (funder, funder_name, stage, nature, basis)
    return Placed(contract, operation, frozenset(codes), *money, value)


def added_up(placed: Iterable[Placed]) -> Value:
    """Their sum, for who has seen to it that they are alike."""
    return sum((each.value for each in placed), SILENT)


# Candidates first, by the indexes of locations: the others' locations are never read.
_PLACED = """
WITH asked AS (
    SELECT id, epci_id, code FROM territories_commune WHERE code = ANY(%(codes)s)
), candidate AS (
    SELECT operation_id FROM operations_location WHERE commune_id IN (SELECT id FROM asked)
    UNION
    SELECT operation_id FROM operations_location WHERE epci_id IN (SELECT epci_id FROM asked)
), known AS (
    SELECT l.operation_id, l.commune_id, l.epci_id,
           rank() OVER (PARTITION BY l.operation_id ORDER BY p.number DESC) AS age
    FROM operations_location l
    JOIN candidate USING (operation_id)
    JOIN journal_posting p ON p.id = l.posting_id
    WHERE p.number <= %(connu)s
), reach AS (
    SELECT k.operation_id, array_agg(c.code) AS codes
    FROM known k
    JOIN territories_commune c ON c.id = k.commune_id OR c.epci_id = k.epci_id
    WHERE k.age = 1
    GROUP BY k.operation_id
    HAVING bool_or(c.id IN (SELECT id FROM asked))
)
SELECT h.contract_id, r.operation_id, r.codes,
       o.slug, coalesce(nullif(o.short_name, ''), o.name), h.stage, h.nature, h.tax_basis,
       sum(e.cents), sum(e.unread), sum(e.said)
FROM reach r
JOIN ledger_key k ON k.operation_id = r.operation_id
JOIN ledger_heading h ON h.id = k.heading_id
JOIN ledger_entry e ON e.key_id = k.id
JOIN journal_posting p ON p.id = e.posting_id
JOIN partners_organisation o ON o.id = h.funder_id
WHERE h.source_id = h.funder_id AND (h.contract_id IS NULL OR h.contract_id = ANY(%(contracts)s))
  AND e.effective_on <= %(au)s AND p.number <= %(connu)s
GROUP BY h.contract_id, r.operation_id, r.codes, o.id, h.stage, h.nature, h.tax_basis
HAVING sum(e.said) > 0
ORDER BY h.contract_id, r.operation_id, h.stage, o.slug
"""
