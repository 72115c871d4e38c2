"""The figures of a contract at (au, connu), operation by operation: hashed, and compared."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection

from beffroi.contracts.models import Contract
from beffroi.contracts.tree import tree_places
from beffroi.ledger.territory import locations


class Money(NamedTuple):
    """Whose money, of which nature, at which stage, for which operation (its code, or ``""``)."""

    operation: str
    funder: str
    nature: str
    stage: str
    scheme: str = ""
    year: int = 0


@dataclass(frozen=True, slots=True)
class Position:
    """What stands for one money: cents, cells not read, the measure it is charged to.

    ``statement`` last changed it, by the posting called ``posting``: neither is a figure.
    """

    cents: int
    unread: int
    measure: str
    axis: str
    statement: int | None = field(default=None, compare=False)
    posting: str = field(default="", compare=False)


Figures = Mapping[tuple[Money, str], Position]
"""Positions by money and measure (the node's code; ``?`` where it is unknown)."""


def frozen_figures(
    contract: Contract, au: datetime.date, connu: int, perimeter: str = ""
) -> Figures:
    """The funders' own figures at (au, connu). ``perimeter`` keeps operations that lie in it."""
    nodes = tree_places(contract, au, connu)
    located = locations(contract.pk, au, connu, (), perimeter or None)
    found: dict[tuple[Money, str], Position] = {}
    for row in _rows(contract.pk, au, connu):
        operation_id, code, node_id, *label, cents, unread, statement, posting = row
        if not located.places(operation_id):
            continue
        node = nodes.get(node_id) if node_id else None
        measure, axis = (node.code or node.title, node.axis) if node else ("?", "?")
        funder, nature, stage, scheme, year = label
        key = (Money(code, funder, nature, stage, scheme, year), measure)
        before = found.get(key, Position(0, 0, measure, axis))
        found[key] = Position(
            before.cents + cents, before.unread + unread, measure, axis, statement, posting
        )
    return found


def digest(figures: Figures) -> str:
    """The sha256 of figures, whatever the order they were read in."""
    lines = sorted(
        "\t".join(map(str, (*money, measure, position.cents, position.unread)))
        for (money, measure), position in figures.items()
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Change:
    """What changed of one money between two snapshots. Cents; ``None``: nothing was said.

    ``kind`` is ``in``, ``out``, ``changed`` or ``moved`` (to another measure, whatever the amount).
    ``said_before`` and ``said_after`` are the statements that made it so; ``why`` is the posting of
    the latter.
    """

    money: Money
    kind: str
    before: int | None
    after: int | None
    axis_before: str
    axis_after: str
    said_before: int | None = None
    said_after: int | None = None
    why: str = ""

    @property
    def difference(self) -> int:
        """What is gained, in cents."""
        return (self.after or 0) - (self.before or 0)


def changes(before: Figures, after: Figures) -> list[Change]:
    """What changed, operation by operation, the largest first. Differences add up to the totals'
    difference, stage by stage and nature by nature."""
    old, new = _by_money(before), _by_money(after)
    found = []
    for money in old.keys() | new.keys():
        was, now = old.get(money, ()), new.get(money, ())
        kind = _kind(was, now)
        if kind:
            last_was, last_now = (positions[-1] if positions else None for positions in (was, now))
            found.append(
                Change(
                    money,
                    kind,
                    _cents(was),
                    _cents(now),
                    _axes(was),
                    _axes(now),
                    last_was.statement if last_was else None,
                    last_now.statement if last_now else None,
                    last_now.posting if last_now else "",
                )
            )
    return sorted(found, key=lambda change: (-abs(change.difference), change.money))


def _by_money(figures: Figures) -> dict[Money, tuple[Position, ...]]:
    found: dict[Money, tuple[Position, ...]] = {}
    for (money, _), position in sorted(figures.items(), key=lambda each: each[0]):
        found[money] = (*found.get(money, ()), position)
    return found


def _kind(was: Sequence[Position], now: Sequence[Position]) -> str:
    if was == now:
        return ""
    if not was:
        return "in"
    if not now:
        return "out"
    return "moved" if _measures(was) != _measures(now) else "changed"


def _measures(positions: Iterable[Position]) -> set[str]:
    return {position.measure for position in positions}


def _cents(positions: Sequence[Position]) -> int | None:
    return sum(position.cents for position in positions) if positions else None


def _axes(positions: Sequence[Position]) -> str:
    return ", ".join(sorted({position.axis for position in positions}))


def _rows(contract_id: int, au: datetime.date, connu: int) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT k.operation_id, coalesce(o.code, ''), h.node_id, funder.slug, h.nature, h.stage,
                   h.scheme, coalesce(h.year, 0), sum(e.cents)::bigint, sum(e.unread)::bigint,
                   (array_agg(s.id ORDER BY e.effective_on DESC, p.number DESC))[1],
                   (array_agg(p.label ORDER BY e.effective_on DESC, p.number DESC))[1]
            FROM ledger_heading h
            JOIN ledger_entry e ON e.heading_id = h.id
            JOIN ledger_key k ON k.id = e.key_id
            JOIN journal_posting p ON p.id = e.posting_id
            JOIN partners_organisation funder ON funder.id = h.funder_id
            LEFT JOIN operations_operation o ON o.id = k.operation_id
            LEFT JOIN ledger_statement s
              ON (s.key_id, s.effective_on, s.posting_id)
               = (e.key_id, e.effective_on, e.posting_id)
            WHERE h.contract_id = %(contract)s AND h.source_id = h.funder_id
              AND e.effective_on <= %(au)s AND p.number <= %(connu)s
            GROUP BY k.id, o.code, h.id, funder.slug
            HAVING sum(e.said) > 0
            """,
            {"contract": contract_id, "au": au, "connu": connu},
        )
        return cursor.fetchall()
