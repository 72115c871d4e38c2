"""The statements that stand for the operations of which somebody claims another's money."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection

from beffroi.operations.queries import judgements
from beffroi.returns.reading.lines import address


class Row(NamedTuple):
    """One statement that stands, with the cells it was read in."""

    statement: int
    operation_id: int
    node_id: int | None
    source: str
    source_id: int
    funder: str
    funder_id: int
    stage: str
    nature: str
    on: datetime.date
    cents: int
    unread: int
    cells: Sequence[tuple[str, str, int | None]]


@dataclass(slots=True)
class Stated:
    """What one source says of one funder's money for an operation and a stage, keys together."""

    rows: list[Row] = field(default_factory=list)

    @property
    def cents(self) -> int:
        return sum(row.cents for row in self.rows)

    @property
    def unread(self) -> int:
        return sum(row.unread for row in self.rows)

    @property
    def on(self) -> datetime.date:
        return max(row.on for row in self.rows)

    @property
    def lines(self) -> list[int]:
        cells = (cell for row in self.rows for cell in row.cells)
        return [cents for _, _, cents in cells if cents is not None]

    @property
    def measures(self) -> frozenset[int | None]:
        return frozenset(row.node_id for row in self.rows)

    @property
    def where(self) -> str:
        sheet, cell, _ = self.rows[0].cells[0] if self.rows[0].cells else ("", "", None)
        return address(sheet, cell)


Key = tuple[str, str, int, str, str]  # source, funder, operation, stage, nature


_STANDING = """
WITH claimed AS (
    SELECT DISTINCT k.operation_id
    FROM ledger_heading h JOIN ledger_key k ON k.heading_id = h.id
    WHERE h.contract_id IS NOT DISTINCT FROM %(contract)s
      AND h.source_id <> h.funder_id AND k.operation_id IS NOT NULL
), known AS (
    SELECT DISTINCT ON (s.key_id {by_date})
           s.id, k.operation_id, h.node_id, source.slug AS source, h.source_id,
           funder.slug AS funder, h.funder_id, h.stage, h.nature,
           s.effective_on, s.cents, s.unread, s.kind
    FROM ledger_heading h
    JOIN ledger_key k ON k.heading_id = h.id
    JOIN claimed USING (operation_id)
    JOIN ledger_statement s ON s.key_id = k.id
    JOIN journal_posting p ON p.id = s.posting_id
    JOIN partners_organisation source ON source.id = h.source_id
    JOIN partners_organisation funder ON funder.id = h.funder_id
    WHERE h.contract_id IS NOT DISTINCT FROM %(contract)s
      AND s.effective_on <= %(au)s AND p.number <= %(connu)s
    ORDER BY s.key_id, s.effective_on DESC, p.number DESC
)
"""


def standing(contract_id: int | None, au: datetime.date, connu: int) -> dict[Key, Stated]:
    """What is said at (au, connu) of the operations that bear a claim, whoever says it."""
    asked = {"contract": contract_id, "au": au, "connu": connu}
    with connection.cursor() as cursor:
        cursor.execute(
            _STANDING.format(by_date="") + "SELECT * FROM known WHERE kind = 'said' ORDER BY id",
            asked,
        )
        rows = cursor.fetchall()
    cells = _cells([row[0] for row in rows])
    stated: dict[Key, Stated] = {}
    for *told, _kind in rows:
        row = Row._make([*told, cells.get(told[0], ())])
        key = (row.source, row.funder, row.operation_id, row.stage, row.nature)
        stated.setdefault(key, Stated()).rows.append(row)
    return stated


def histories(contract_id: int | None, connu: int) -> dict[Key, dict[datetime.date, int]]:
    """What funders said of their own money, in cents, at each date of their returns."""
    with connection.cursor() as cursor:
        cursor.execute(
            _STANDING.format(by_date=", s.effective_on")
            + """
            SELECT source, funder, operation_id, stage, nature, effective_on, sum(cents)::bigint
            FROM known WHERE source = funder AND kind = 'said'
            GROUP BY source, funder, operation_id, stage, nature, effective_on
            """,
            {"contract": contract_id, "au": datetime.date.max, "connu": connu},
        )
        found: dict[Key, dict[datetime.date, int]] = defaultdict(dict)
        for *key, on, cents in cursor.fetchall():
            found[tuple(key)][on] = int(cents)
    return found


def _cells(statements: Sequence[int]) -> Mapping[int, Sequence[tuple[str, str, int | None]]]:
    found: dict[int, list[Any]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT statement_id, sheet, cell, cents FROM ledger_evidence
            WHERE statement_id = ANY(%s) ORDER BY id
            """,
            [list(statements)],
        )
        for statement, *cell in cursor.fetchall():
            found[statement].append(tuple(cell))
    return found


def names_of(operations: Collection[int]) -> dict[int, tuple[str, str]]:
    """The code and title of operations, by row id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, code, title FROM operations_operation WHERE id = ANY(%s)",
            [list(operations)],
        )
        return {number: (code, title) for number, code, title in cursor.fetchall()}


def costs_of(
    contract_id: int | None, operations: Collection[int], connu: int
) -> dict[int, list[int]]:
    """Every total cost, in cents, that was given of operations, or of those they absorbed."""
    absorbed = judgements(contract_id, connu).absorbed
    bearers = {each: each for each in operations}
    bearers |= {each: into for each, into in absorbed.items() if into in bearers}
    found: dict[int, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT c.operation_id, c.cents
            FROM operations_cost c JOIN journal_posting p ON p.id = c.posting_id
            WHERE c.operation_id = ANY(%s) AND p.number <= %s
            """,
            [list(bearers), connu],
        )
        for operation_id, cents in cursor.fetchall():
            found[bearers[operation_id]].add(cents)
    return {operation_id: sorted(costs) for operation_id, costs in found.items()}
