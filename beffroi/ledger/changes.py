"""What a posting changes, told before it is known: the entries it makes, against what stood."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import connection

from beffroi.journal.actions import OpenPosting
from beffroi.ledger.positions import Value


@dataclass(frozen=True, slots=True)
class Change:
    """What one source says of one operation's money in one measure: before a posting, and after.

    ``removed`` tells that a complete return no longer holds it; ``is_new`` that the posting makes
    the operation itself.
    """

    operation_id: int | None
    node_id: int | None
    funder_id: int
    stage: str
    nature: str
    before: Value
    after: Value
    removed: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What one source says of a funder's money in one measure, all operations together."""

    node_id: int | None
    funder_id: int
    stage: str
    nature: str
    value: Value


def changes_made(new: OpenPosting, on: datetime.date) -> list[Change]:
    """What an open posting has changed so far of the positions at ``on``, one source's."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH touched AS MATERIALIZED (
                SELECT key_id, bool_or(kind = 'removed') AS removed
                FROM ledger_statement WHERE posting_id = %(posting)s AND effective_on = %(on)s
                GROUP BY key_id
            )
            SELECT k.operation_id, h.node_id, h.funder_id, h.stage, h.nature,
                   coalesce(sum(e.cents) FILTER (WHERE e.posting_id <> %(posting)s), 0)::bigint,
                   coalesce(sum(e.unread) FILTER (WHERE e.posting_id <> %(posting)s), 0)::int,
                   coalesce(sum(e.said) FILTER (WHERE e.posting_id <> %(posting)s), 0)::int,
                   coalesce(sum(e.cents), 0)::bigint, coalesce(sum(e.unread), 0)::int,
                   coalesce(sum(e.said), 0)::int, bool_and(t.removed),
                   coalesce(bool_or(o.posting_id = %(posting)s), false)
            FROM touched t
            JOIN ledger_key k ON k.id = t.key_id
            JOIN ledger_heading h ON h.id = k.heading_id
            LEFT JOIN operations_operation o ON o.id = k.operation_id
            LEFT JOIN ledger_entry e ON e.key_id = k.id AND e.effective_on <= %(on)s
            GROUP BY k.operation_id, h.node_id, h.funder_id, h.stage, h.nature
            """,
            {"posting": new.id, "on": on},
        )
        found = []
        for operation, node, funder, stage, nature, *values, removed, is_new in cursor.fetchall():
            before, after = Value(*values[:3]), Value(*values[3:])
            found.append(
                Change(operation, node, funder, stage, nature, before, after, removed, is_new)
            )
        return found


def said_by(contract_id: int, source_id: int, au: datetime.date, connu: int) -> list[Said]:
    """What a source says at (au, connu), of its own money and of others'."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT h.node_id, h.funder_id, h.stage, h.nature,
                   sum(b.cents)::bigint, sum(b.unread)::int, sum(b.said)::int
            FROM ledger_heading h
            JOIN LATERAL (
                SELECT cents, unread, said FROM ledger_balance
                WHERE heading_id = h.id AND effective_on <= %(au)s AND number <= %(connu)s
                ORDER BY effective_on DESC, number DESC LIMIT 1
            ) b ON b.said > 0
            WHERE h.contract_id = %(contract)s AND h.source_id = %(source)s AND NOT h.agreed
            GROUP BY h.node_id, h.funder_id, h.stage, h.nature
            """,
            {"contract": contract_id, "source": source_id, "au": au, "connu": connu},
        )
        return [
            Said(node_id, funder_id, stage, nature, Value(*value))
            for node_id, funder_id, stage, nature, *value in cursor.fetchall()
        ]
