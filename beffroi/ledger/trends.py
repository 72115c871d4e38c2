"""The funders' own figures at several moments at once: what moved, and along which way."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from beffroi.ledger.positions import Value
from beffroi.ledger.queries import Scope


class Moment(NamedTuple):
    """A situation (``au``) as known after a posting (``connu``)."""

    au: datetime.date
    connu: int


class Stood(NamedTuple):
    """Where money stood at a moment (its rank among those asked).

    ``node_id``, ``funder`` and ``funder_name`` are ``None`` for moments asked as totals alone.
    """

    moment: int
    node_id: int | None
    funder: str | None
    funder_name: str | None
    stage: str
    nature: str
    tax_basis: str
    value: Value


def stood_at(scope: Scope, moments: Sequence[Moment], detailed: int) -> list[Stood]:
    """The positions at each moment, in one query: by node and funder for the first ``detailed``
    moments, as totals for the others. Stages, natures and tax bases are never added."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT m.rank - 1, kept.node_id, kept.slug, kept.called, h.stage, h.nature,
                   h.tax_basis, sum(b.cents)::bigint, sum(b.unread)::bigint, sum(b.said)::bigint
            FROM unnest(%(days)s::date[], %(numbers)s::bigint[])
                 WITH ORDINALITY AS m(au, connu, rank)
            CROSS JOIN ledger_heading h
            JOIN partners_organisation o ON o.id = h.funder_id
            JOIN LATERAL (
                SELECT cents, unread, said FROM ledger_balance
                WHERE heading_id = h.id AND effective_on <= m.au AND number <= m.connu
                ORDER BY effective_on DESC, number DESC LIMIT 1
            ) b ON b.said > 0
            LEFT JOIN LATERAL (
                SELECT h.node_id, o.slug, coalesce(nullif(o.short_name, ''), o.name) AS called
            ) kept ON m.rank <= %(detailed)s
            WHERE h.contract_id IS NOT DISTINCT FROM %(contract)s AND h.source_id = h.funder_id
            GROUP BY 1, 2, 3, 4, 5, 6, 7
            """,
            {
                "days": [moment.au for moment in moments],
                "numbers": [moment.connu for moment in moments],
                "detailed": detailed,
                "contract": scope.contract_id,
            },
        )
        return [
            Stood(moment, node, slug, called, stage, nature, basis, Value(cents, unread, said))
            for moment, node, slug, called, stage, nature, basis, cents, unread, said in cursor
        ]
