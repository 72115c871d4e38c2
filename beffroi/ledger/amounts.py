"""What everybody says of some operations: the amounts that matching compares, and shows."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping

from django.db import connection

from beffroi.journal.actions import last_number
from beffroi.operations.proposals import Amounts, AmountsOf, Money


def amounts_by_operation(
    operation_ids: Collection[int], au: datetime.date, connu: int
) -> dict[int, dict[Money, int]]:
    """The amounts that each source says of each operation, its own money and claims, in cents.

    Measures, schemes and years are added up; what is not wholly read is left out.
    """
    if not operation_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT k.operation_id, h.source_id, h.funder_id, h.stage, sum(e.cents)::bigint
            FROM ledger_key k
            JOIN ledger_heading h ON h.id = k.heading_id
            JOIN ledger_entry e ON e.key_id = k.id
            JOIN journal_posting p ON p.id = e.posting_id
            WHERE k.operation_id = ANY(%(operations)s) AND NOT h.agreed
              AND e.effective_on <= %(au)s AND p.number <= %(connu)s
            GROUP BY k.operation_id, h.source_id, h.funder_id, h.stage
            HAVING sum(e.said) > 0 AND sum(e.unread) = 0
            """,
            {"operations": list(operation_ids), "au": au, "connu": connu},
        )
        found: dict[int, dict[Money, int]] = {}
        for operation_id, *money, cents in cursor.fetchall():
            found.setdefault(operation_id, {})[Money(*money)] = cents
    return found


def amounts_known(au: datetime.date) -> AmountsOf:
    """The amounts that matching compares with those of a return at ``au``: those known today."""
    connu = last_number()

    def amounts_of(operation_ids: Collection[int]) -> Mapping[int, Amounts]:
        return amounts_by_operation(operation_ids, au, connu)

    return amounts_of
