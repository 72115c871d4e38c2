"""The statements that stand for the operations of which somebody claims another's money."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection

from beffroi.ledger.arbitrating import Money
from beffroi.operations.queries import JUDGED
from beffroi.reconciliation.causes import TOLERANCE
from beffroi.returns.reading.lines import address


class Row(NamedTuple):
    """One statement, with the cells it was read in (sheet, cell, cents), and every total cost in
    cents that was given of its operation, or of those it absorbed."""

    key_id: int
    statement: int
    operation_id: int
    code: str
    title: str
    node_id: int | None
    source: str
    source_name: str
    source_id: int
    funder: str
    funder_name: str
    funder_id: int
    stage: str
    nature: str
    kind: str
    on: datetime.date
    cents: int
    unread: int
    cells: Sequence[tuple[str, str, int | None]] | None
    costs: Sequence[int] | None

    @property
    def money(self) -> Money:
        """Whose money it speaks of."""
        return Money(self.operation_id, self.funder_id, self.stage, self.nature)

    @property
    def key(self) -> Key:
        """Who speaks of what."""
        return (self.source, self.funder, self.operation_id, self.stage, self.nature)


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
        cells = (cell for row in self.rows for cell in row.cells or ())
        return [cents for _, _, cents in cells if cents is not None]

    @property
    def measures(self) -> frozenset[int | None]:
        return frozenset(row.node_id for row in self.rows)

    @property
    def where(self) -> str:
        sheet, cell, _ = self.rows[0].cells[0] if self.rows[0].cells else ("", "", None)
        return address(sheet, cell)


Key = tuple[str, str, int, str, str]  # source, funder, operation, stage, nature


@dataclass(frozen=True, slots=True)
class Standing:
    """What is said at (au, connu) of the operations that bear a claim, whoever says it.

    ``past`` is what funders said of their own money at each date of their returns, ``agreed`` what
    both sides agreed on, in cents; ``tolerance`` what the contract takes for rounding today.
    """

    stated: Mapping[Key, Stated]
    past: Mapping[Key, Mapping[datetime.date, int]]
    agreed: Mapping[Money, int]
    tolerance: int


_KNOWN = f"""
WITH RECURSIVE claimed AS (
    SELECT DISTINCT k.operation_id
    FROM ledger_heading h JOIN ledger_key k ON k.heading_id = h.id
    WHERE h.contract_id IS NOT DISTINCT FROM %(contract)s
      AND h.source_id <> h.funder_id AND k.operation_id IS NOT NULL
), known AS (
    SELECT DISTINCT ON (s.key_id, s.effective_on)
           s.key_id, s.id, k.operation_id, h.node_id, h.source_id, h.funder_id,
           h.stage, h.nature, s.kind, s.effective_on, s.cents, s.unread
    FROM ledger_heading h
    JOIN ledger_key k ON k.heading_id = h.id
    JOIN claimed USING (operation_id)
    JOIN ledger_statement s ON s.key_id = k.id
    JOIN journal_posting p ON p.id = s.posting_id
    WHERE h.contract_id IS NOT DISTINCT FROM %(contract)s AND p.number <= %(connu)s
    ORDER BY s.key_id, s.effective_on, p.number DESC
), judged AS ({JUDGED}), borne AS (
    SELECT operation_id, operation_id AS bearer FROM claimed
    UNION
    SELECT j.operation_id, b.bearer
    FROM borne b JOIN judged j ON j.other_id = b.operation_id AND j.verdict = 'same'
), priced AS (
    SELECT b.bearer, array_agg(DISTINCT c.cents ORDER BY c.cents) AS costs
    FROM borne b
    JOIN operations_cost c ON c.operation_id = b.operation_id
    JOIN journal_posting p ON p.id = c.posting_id
    WHERE p.number <= %(connu)s
    GROUP BY b.bearer
)
SELECT known.key_id, known.id, known.operation_id, o.code, o.title, known.node_id,
       source.slug, coalesce(nullif(source.short_name, ''), source.name), known.source_id,
       funder.slug, coalesce(nullif(funder.short_name, ''), funder.name), known.funder_id,
       known.stage, known.nature, known.kind, known.effective_on, known.cents, known.unread,
       (SELECT json_agg(json_build_array(e.sheet, e.cell, e.cents) ORDER BY e.id)
        FROM ledger_evidence e WHERE e.statement_id = known.id),
       priced.costs,
       (SELECT t.cents FROM reconciliation_tolerance t
        WHERE t.contract_id = %(contract)s ORDER BY t.id DESC LIMIT 1)
FROM known
JOIN operations_operation o ON o.id = known.operation_id
JOIN partners_organisation source ON source.id = known.source_id
JOIN partners_organisation funder ON funder.id = known.funder_id
LEFT JOIN priced ON priced.bearer = known.operation_id
ORDER BY known.effective_on, known.id
"""


def standing(
    contract_id: int | None, dates: Iterable[datetime.date], connu: int
) -> dict[datetime.date, Standing]:
    """All that gaps are made of, at each of some dates, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"contract": contract_id, "connu": connu})
        rows = cursor.fetchall()
    chosen = rows[0][-1] if rows else None
    tolerance = TOLERANCE if chosen is None else chosen
    known = [Row._make(row[:-1]) for row in rows]
    return {au: _standing(known, au, tolerance) for au in dates}


def _standing(rows: Sequence[Row], au: datetime.date, tolerance: int) -> Standing:
    """What stands at a date, of the last word of each key at each date, in the order of dates."""
    last = {row.key_id: row for row in rows if row.on <= au}
    stated: dict[Key, Stated] = {}
    for row in sorted(last.values(), key=lambda row: row.statement):
        if row.kind == "said":
            stated.setdefault(row.key, Stated()).rows.append(row)
    past: dict[Key, dict[datetime.date, int]] = {}
    for row in rows:
        if row.kind == "said" and row.source == row.funder:
            by_date = past.setdefault(row.key, {})
            by_date[row.on] = by_date.get(row.on, 0) + row.cents
    return Standing(stated, past, _agreed(last.values(), stated), tolerance)


def _agreed(last: Iterable[Row], stated: Mapping[Key, Stated]) -> dict[Money, int]:
    """The funder's word, and what an agreement adds beside it."""
    found: dict[Money, int] = {}
    for row in last:
        if row.kind == "agreed":
            own = stated.get(row.key)
            before = found.get(row.money, own.cents if own else 0)
            found[row.money] = before + row.cents
    return found
