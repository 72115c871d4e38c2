"""The operations of a contract, with what their funders say: filtered, sorted and cut to a page."""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from beffroi.contracts.vocabulary import Stage
from beffroi.ledger.positions import Value
from beffroi.operations.queries import ASSIGNED, COUNTING, JUDGED_ANYWHERE

SORTS = {"code": "o.code", "title": "o.sort_key", "owner": "lower(o.owner_name)"} | {
    stage.value: f"(said.cents ->> '{stage.value}')::bigint" for stage in Stage
}
"""What a list may be sorted by."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which operations, and in which order. Amounts are those of one nature and one tax basis.

    ``text`` is looked for in titles, codes, owners and partners' references; ``nodes`` are those of
    the tree their money is charged to; ``reached`` a stage at which something is said;
    ``operations`` some of them. ``sort`` is one of :data:`SORTS`.
    """

    nature: str
    tax_basis: str = ""
    text: str = ""
    nodes: Collection[int] | None = None
    funder: str = ""
    reached: str = ""
    operations: Collection[int] | None = None
    sort: str = "code"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """One operation, and what its funders say of it at each stage."""

    id: int
    code: str
    title: str
    owner: str
    amounts: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list: how many operations the whole list holds, and its total at each stage."""

    operations: Sequence[Listed]
    count: int
    totals: Mapping[str, Value]


def listing(
    contract_id: int, au: datetime.date, connu: int, wanted: Wanted, first: int, most: int
) -> Listing:
    """``most`` operations from the ``first`` (0), of those wanted, at (au, connu). One query.

    Operations that count in the contract are listed whether or not money is said of them; those
    that others absorbed are not. Raises ``KeyError`` for an unknown sort.
    """
    direction = "DESC" if wanted.descending else "ASC"
    order = f"{SORTS[wanted.sort]} {direction} NULLS LAST, o.code"
    speaking = bool(wanted.nodes is not None or wanted.funder or wanted.reached)
    like = wanted.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    with connection.cursor() as cursor:
        cursor.execute(
            _LISTED.format(order=order),
            {
                "contract": contract_id,
                "au": au,
                "connu": connu,
                "nature": wanted.nature,
                "tax_basis": wanted.tax_basis,
                "nodes": None if wanted.nodes is None else list(wanted.nodes),
                "funder": wanted.funder,
                "reached": wanted.reached,
                "speaking": speaking,
                "operations": None if wanted.operations is None else list(wanted.operations),
                "like": f"%{like}%" if like else "",
                "first": first,
                "most": most,
            },
        )
        rows = cursor.fetchall()
    totals, count = rows[0][5], rows[0][6]
    found = [
        Listed(number, code, title, owner, _values(said))
        for number, code, title, owner, said, *_ in rows
        if number is not None
    ]
    return Listing(found, count, _values(totals))


def _values(said: str | None) -> dict[str, Value]:
    """Stages with their amounts; raw queries give JSON as it is written."""
    return {stage: Value(cents, unread, 1) for stage, cents, unread in json.loads(said or "[]")}


_LISTED = f"""
WITH judged AS ({JUDGED_ANYWHERE}), assigned AS ({ASSIGNED}), position AS (
    SELECT k.operation_id, h.stage,
           sum(e.cents)::bigint AS cents, sum(e.unread)::bigint AS unread
    FROM ledger_heading h
    JOIN partners_organisation funder ON funder.id = h.funder_id
    JOIN ledger_key k ON k.heading_id = h.id AND k.operation_id IS NOT NULL
    JOIN ledger_entry e ON e.key_id = k.id
    JOIN journal_posting p ON p.id = e.posting_id
    WHERE h.contract_id = %(contract)s AND h.source_id = h.funder_id AND h.nature = %(nature)s
      AND h.tax_basis = %(tax_basis)s
      AND (%(nodes)s::bigint[] IS NULL OR h.node_id = ANY(%(nodes)s))
      AND (%(funder)s = '' OR funder.slug = %(funder)s)
      AND e.effective_on <= %(au)s AND p.number <= %(connu)s
    GROUP BY k.operation_id, h.stage
    HAVING sum(e.said) > 0
), said AS (
    SELECT operation_id, jsonb_object_agg(stage, cents) AS cents,
           jsonb_agg(jsonb_build_array(stage, cents, unread)) AS amounts
    FROM position GROUP BY operation_id
), found AS (
    SELECT o.id, o.code, o.title, o.owner_name, said.amounts,
           row_number() OVER (ORDER BY {{order}}) AS rank
    FROM operations_operation o
    JOIN journal_posting p ON p.id = o.posting_id AND p.number <= %(connu)s
    LEFT JOIN said ON said.operation_id = o.id
    WHERE (o.contract_id = %(contract)s OR o.id IN ({COUNTING}) OR said.operation_id IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM judged j WHERE j.verdict = 'same' AND j.operation_id = o.id)
      AND (NOT %(speaking)s OR said.operation_id IS NOT NULL)
      AND (%(reached)s = '' OR said.cents ? %(reached)s)
      AND (%(operations)s::bigint[] IS NULL OR o.id = ANY(%(operations)s))
      AND (%(like)s = '' OR o.title ILIKE %(like)s OR o.code ILIKE %(like)s
           OR o.owner_name ILIKE %(like)s OR o.owner_siret LIKE %(like)s
           OR EXISTS (SELECT 1 FROM operations_reference r LEFT JOIN assigned a
                      ON a.reference_id = r.id
                      WHERE coalesce(a.operation_id, r.operation_id) = o.id
                        AND r.code ILIKE %(like)s))
), total AS (
    SELECT jsonb_agg(jsonb_build_array(stage, cents, unread)) AS amounts FROM (
        SELECT stage, sum(cents) AS cents, sum(unread) AS unread FROM position
        WHERE operation_id IN (SELECT id FROM found) GROUP BY stage
    ) by_stage
)
SELECT page.id, page.code, page.title, page.owner_name, page.amounts,
       (SELECT amounts FROM total), (SELECT count(*) FROM found)
FROM (SELECT 1) once
LEFT JOIN (SELECT * FROM found ORDER BY rank LIMIT %(most)s OFFSET %(first)s) page ON true
ORDER BY page.rank
"""
