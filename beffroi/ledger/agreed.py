"""What both sides agreed on, as it stands."""

from __future__ import annotations

import datetime

from django.db import connection

from beffroi.ledger.arbitrating import Money


def agreed_figures(contract_id: int | None, au: datetime.date, connu: int) -> dict[Money, int]:
    """The figures that stand agreed at (au, connu), in cents, measures and years together."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT k.operation_id, h.funder_id, h.stage, h.nature, sum(e.cents)::bigint
            FROM ledger_heading h
            JOIN ledger_key k ON k.heading_id = h.id
            JOIN ledger_entry e ON e.key_id = k.id
            JOIN journal_posting p ON p.id = e.posting_id
            WHERE h.contract_id = %(contract)s AND h.source_id = h.funder_id
              AND e.effective_on <= %(au)s AND p.number <= %(connu)s
              AND k.operation_id IN (
                SELECT operation_id FROM ledger_arbitration WHERE contract_id = %(contract)s)
            GROUP BY k.operation_id, h.funder_id, h.stage, h.nature
            HAVING sum(e.said) FILTER (WHERE h.agreed) > 0
            """,
            {"contract": contract_id, "au": au, "connu": connu},
        )
        return {Money(*money): cents for *money, cents in cursor.fetchall()}
