"""What partners say of each other's money: shown, compared, never added."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import connection

from beffroi.ledger.queries import Scope


@dataclass(frozen=True, slots=True)
class UnconfirmedClaims:
    """What one source says of a funder's money at one stage, on operations of which the funder
    itself says nothing. In cents; ``unread`` counts cells; both are given by slug and by name."""

    source: str
    source_name: str
    funder: str
    funder_name: str
    stage: str
    nature: str
    cents: int
    unread: int
    operations: int


def unconfirmed_claims(scope: Scope, au: datetime.date, connu: int) -> list[UnconfirmedClaims]:
    """The claims that stand at (au, connu) where the funder is silent on the same operation and
    stage. They are in no total: see ``figures`` for the funders' own figures."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH standing AS (
                SELECT h.source_id, h.funder_id, h.stage, h.nature, k.operation_id,
                       sum(e.cents) AS cents, sum(e.unread) AS unread
                FROM ledger_heading h
                JOIN ledger_entry e ON e.heading_id = h.id
                JOIN ledger_key k ON k.id = e.key_id
                JOIN journal_posting p ON p.id = e.posting_id
                WHERE h.contract_id IS NOT DISTINCT FROM %(contract)s
                  AND k.operation_id IS NOT NULL
                  AND e.effective_on <= %(au)s AND p.number <= %(connu)s
                GROUP BY h.source_id, h.funder_id, h.stage, h.nature, k.operation_id
                HAVING sum(e.said) > 0
            )
            SELECT source.slug, coalesce(nullif(source.short_name, ''), source.name),
                   funder.slug, coalesce(nullif(funder.short_name, ''), funder.name),
                   c.stage, c.nature, sum(c.cents)::bigint, sum(c.unread)::bigint, count(*)
            FROM standing c
            JOIN partners_organisation source ON source.id = c.source_id
            JOIN partners_organisation funder ON funder.id = c.funder_id
            WHERE c.source_id <> c.funder_id
              AND NOT EXISTS (
                SELECT 1 FROM standing own
                WHERE own.source_id = c.funder_id AND own.funder_id = c.funder_id
                  AND own.stage = c.stage AND own.operation_id = c.operation_id)
            GROUP BY source.id, funder.id, c.stage, c.nature
            ORDER BY source.slug, sum(c.cents) DESC, funder.slug
            """,
            {"contract": scope.contract_id, "au": au, "connu": connu},
        )
        return [UnconfirmedClaims(*row) for row in cursor.fetchall()]
