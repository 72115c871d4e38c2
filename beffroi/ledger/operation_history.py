"""What is said of one operation in a contract, date after date, and the postings that said it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from beffroi.ledger.positions import SILENT, Value

LONGEST_JOURNAL = 50


class Money(NamedTuple):
    """Whose money, who speaks of it, and the labels that are never added together."""

    funder: str
    funder_name: str
    source: str
    source_name: str
    stage: str
    nature: str
    tax_basis: str

    @property
    def is_claim(self) -> bool:
        """Whether another than the funder speaks."""
        return self.source != self.funder


@dataclass(frozen=True, slots=True)
class History:
    """The moves of each money, by date: cents are differences, a position is their sum."""

    moves: Mapping[Money, Mapping[datetime.date, Value]]

    def dates(self, until: datetime.date) -> list[datetime.date]:
        """The dates at which a funder says something of its own money, in order."""
        own = (by_date for money, by_date in self.moves.items() if not money.is_claim)
        return sorted({on for by_date in own for on in by_date if on <= until})

    def at(self, on: datetime.date) -> dict[Money, Value]:
        """The positions at a date of whatever is said by then."""
        return {
            money: value
            for money, by_date in self.moves.items()
            if (value := _sum(v for d, v in by_date.items() if d <= on)) and value.said > 0
        }


def _sum(values: Iterable[Value]) -> Value | None:
    found = list(values)
    return sum(found, SILENT) if found else None


def history_of(contract_id: int, operation_id: int, connu: int) -> History:
    """All that is said of an operation in a contract, as known at ``connu``; one query.

    Schemes, years and measures are added up; what was agreed of a funder's money is in it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT funder.slug, coalesce(nullif(funder.short_name, ''), funder.name),
                   source.slug, coalesce(nullif(source.short_name, ''), source.name),
                   h.stage, h.nature, h.tax_basis, e.effective_on,
                   sum(e.cents)::bigint, sum(e.unread)::bigint, sum(e.said)::bigint
            FROM ledger_key k
            JOIN ledger_heading h ON h.id = k.heading_id
            JOIN partners_organisation funder ON funder.id = h.funder_id
            JOIN partners_organisation source ON source.id = h.source_id
            JOIN ledger_entry e ON e.key_id = k.id
            JOIN journal_posting p ON p.id = e.posting_id AND p.number <= %(connu)s
            WHERE k.operation_id = %(operation)s AND h.contract_id = %(contract)s
            GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
            ORDER BY 2, 4, 5
            """,
            {"contract": contract_id, "operation": operation_id, "connu": connu},
        )
        moves: dict[Money, dict[datetime.date, Value]] = {}
        for *labels, on, cents, unread, said in cursor.fetchall():
            moves.setdefault(Money(*labels), {})[on] = Value(cents, unread, said)
    return History(moves)


class Written(NamedTuple):
    """A posting that touched an operation: what it wrote of it (``money``, ``place``…).

    ``label`` is empty where a return of another contract made it: it would tell of that contract.
    """

    number: int
    at: datetime.datetime
    kind: str
    label: str
    what: Sequence[str]


def journal_of(contract_id: int, operation_id: int, connu: int) -> list[Written]:
    """The last postings that said something of an operation in a contract, the latest first; one
    query, at most :data:`LONGEST_JOURNAL` of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT p.number, p.at, p.kind,
                   CASE WHEN p.kind <> 'return' OR EXISTS (
                       SELECT 1 FROM ledger_statement s
                       JOIN ledger_key k ON k.id = s.key_id
                       JOIN ledger_heading h ON h.id = k.heading_id
                       WHERE s.posting_id = p.id AND h.contract_id = %(contract)s
                   ) THEN p.label ELSE '' END,
                   array_agg(DISTINCT touched.what)
            FROM (
                SELECT o.posting_id, 'made' AS what FROM operations_operation o
                WHERE o.id = %(operation)s
                UNION ALL
                SELECT s.posting_id, 'money' FROM ledger_key k
                JOIN ledger_heading h ON h.id = k.heading_id AND h.contract_id = %(contract)s
                JOIN ledger_statement s ON s.key_id = k.id
                WHERE k.operation_id = %(operation)s
                UNION ALL
                SELECT l.posting_id, 'place' FROM operations_location l
                WHERE l.operation_id = %(operation)s
                UNION ALL
                SELECT r.posting_id, 'name' FROM operations_reference r
                WHERE r.operation_id = %(operation)s
                UNION ALL
                SELECT j.posting_id, 'judgement' FROM operations_judgement j
                WHERE j.operation_id = %(operation)s OR j.other_id = %(operation)s
                UNION ALL
                SELECT c.posting_id, 'cost' FROM operations_cost c
                WHERE c.operation_id = %(operation)s
                UNION ALL
                SELECT f.posting_id, 'plan' FROM financing_plan f
                WHERE f.operation_id = %(operation)s
            ) touched
            JOIN journal_posting p ON p.id = touched.posting_id AND p.number <= %(connu)s
            GROUP BY p.id, p.number, p.at, p.kind, p.label
            ORDER BY p.number DESC LIMIT %(most)s
            """,
            {
                "contract": contract_id,
                "operation": operation_id,
                "connu": connu,
                "most": LONGEST_JOURNAL,
            },
        )
        return [Written(*row) for row in cursor.fetchall()]
