"""All that is known of one operation, apart from its money: one query."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from beffroi.operations.queries import ASSIGNED, MEMBERS


@dataclass(frozen=True, slots=True)
class Site:
    """A commune (INSEE code) or an EPCI (SIREN) where it lies; its part in ten-thousandths, where
    a split key is known."""

    code: str
    name: str
    share: int | None


@dataclass(frozen=True, slots=True)
class NamedSo:
    """How a partner names it: its code (may be empty) and its title as it was written."""

    partner: str
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class CostSaid:
    """What a source says it costs in all, in cents, at a date."""

    source: str
    on: datetime.date
    cents: int
    tax_basis: str


@dataclass(frozen=True, slots=True)
class Belonging:
    """Another contract it counts in, from a day to another; unknown where ``None``."""

    contract_id: int
    since: datetime.date | None
    until: datetime.date | None
    reason: str


@dataclass(frozen=True, slots=True)
class OperationSheet:
    """One operation as known at a posting. ``became`` is the code of the operation that absorbed
    it, ``absorbed`` those of the operations it absorbed; ``contract_id`` its own contract, ``None``
    for ordinary credit."""

    id: int
    code: str
    title: str
    owner: str
    siret: str
    contract_id: int | None
    fictitious: bool
    unmatched: bool
    became: str | None
    sites: Sequence[Site]
    absorbed: Sequence[str]
    names: Sequence[NamedSo]
    costs: Sequence[CostSaid]
    belongings: Sequence[Belonging]


def sheet_of(contract_id: int, code: str, connu: int) -> OperationSheet | None:
    """The operation of that code, where it counts in the contract at ``connu``: as its own, as one
    that it shares, or because money of it is said there. ``None`` where it does not."""
    with connection.cursor() as cursor:
        cursor.execute(_SHEET, {"contract": contract_id, "code": code, "connu": connu})
        row = cursor.fetchone()
    if row is None:
        return None
    *identity, sites, absorbed, names, costs, belongings = row
    return OperationSheet(
        *identity,  # type: ignore[call-arg]
        [Site(*each) for each in _read(sites)],
        _read(absorbed),
        [NamedSo(*each) for each in _read(names)],
        [
            CostSaid(source, datetime.date.fromisoformat(on), cents, basis)
            for source, on, cents, basis in _read(costs)
        ],
        [
            Belonging(number, _date(since), _date(until), reason)
            for number, since, until, reason in _read(belongings)
        ],
    )


def _read(text: str | None) -> list[Any]:
    return json.loads(text or "[]")


def _date(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


#: The operations that one (``o``) has absorbed.
_ABSORBED = """
SELECT judged.operation_id FROM judged WHERE judged.other_id = o.id AND judged.verdict = 'same'
"""

_SHEET = f"""
WITH assigned AS ({ASSIGNED}), judged AS MATERIALIZED (
    SELECT DISTINCT ON (least(j.operation_id, j.other_id), greatest(j.operation_id, j.other_id)) j.*
    FROM operations_judgement j
    JOIN journal_posting p ON p.id = j.posting_id AND p.number <= %(connu)s
    WHERE (SELECT id FROM operations_operation WHERE code = %(code)s)
          IN (j.operation_id, j.other_id)
    ORDER BY least(j.operation_id, j.other_id), greatest(j.operation_id, j.other_id),
             p.number DESC, j.id DESC
)
SELECT o.id, o.code, o.title, coalesce(nullif(owner.name, ''), o.owner_name), o.owner_siret,
       o.contract_id, o.fictitious, o.unmatched,
       (SELECT other.code FROM judged JOIN operations_operation other ON other.id = judged.other_id
        WHERE judged.operation_id = o.id AND judged.verdict = 'same' LIMIT 1),
       sites.found::text,
       (SELECT jsonb_agg(other.code ORDER BY other.code)::text
        FROM operations_operation other WHERE other.id IN ({_ABSORBED})),
       names.found::text, costs.found::text, belongings.found::text
FROM operations_operation o
JOIN journal_posting made ON made.id = o.posting_id AND made.number <= %(connu)s
LEFT JOIN partners_organisation owner ON owner.id = o.owner_id
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(coalesce(c.code, e.siren), coalesce(c.name, e.name), l.share)
                     ORDER BY coalesce(c.name, e.name)) AS found
    FROM operations_location l
    LEFT JOIN territories_commune c ON c.id = l.commune_id
    LEFT JOIN territories_epci e ON e.id = l.epci_id
    WHERE l.operation_id = o.id AND coalesce(c.code, e.siren) IS NOT NULL
      AND l.posting_id = (
        SELECT m.posting_id FROM operations_location m
        JOIN journal_posting p ON p.id = m.posting_id AND p.number <= %(connu)s
        WHERE m.operation_id = o.id ORDER BY p.number DESC LIMIT 1)
) sites ON true
LEFT JOIN LATERAL (
    SELECT jsonb_agg(named.said ORDER BY named.said) AS found
    FROM (
        SELECT DISTINCT jsonb_build_array(
                   coalesce(nullif(partner.short_name, ''), partner.name), r.code,
                   coalesce(nullif(r.written, ''), r.title)) AS said
        FROM operations_reference r
        JOIN journal_posting p ON p.id = r.posting_id AND p.number <= %(connu)s
        JOIN partners_organisation partner ON partner.id = r.partner_id
        LEFT JOIN assigned a ON a.reference_id = r.id
        WHERE r.id IN (SELECT own.id FROM operations_reference own WHERE own.operation_id = o.id
                       UNION SELECT b.reference_id FROM assigned b WHERE b.operation_id = o.id)
          AND coalesce(a.operation_id, r.operation_id) = o.id
    ) named
) names ON true
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(last.name, last.effective_on, last.cents, last.tax_basis)
                     ORDER BY last.effective_on DESC, last.name) AS found
    FROM (
        SELECT DISTINCT ON (cost.source_id, cost.tax_basis)
               coalesce(nullif(source.short_name, ''), source.name) AS name,
               cost.effective_on, cost.cents, cost.tax_basis
        FROM operations_cost cost
        JOIN journal_posting p ON p.id = cost.posting_id AND p.number <= %(connu)s
        JOIN partners_organisation source ON source.id = cost.source_id
        WHERE cost.operation_id = o.id
        ORDER BY cost.source_id, cost.tax_basis, cost.effective_on DESC, p.number DESC
    ) last
) costs ON true
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(last.contract_id, last.since, last.until, last.reason)
                     ORDER BY last.contract_id) AS found
    FROM (
        SELECT DISTINCT ON (m.contract_id) m.contract_id, m.since, m.until, m.reason
        FROM operations_membership m
        JOIN journal_posting p ON p.id = m.posting_id AND p.number <= %(connu)s
        WHERE m.operation_id = o.id OR m.operation_id IN ({_ABSORBED})
        ORDER BY m.contract_id, p.number DESC
    ) last
) belongings ON true
WHERE o.code = %(code)s
  AND (o.contract_id = %(contract)s OR o.id IN ({MEMBERS})
       OR EXISTS (SELECT 1 FROM ({MEMBERS}) m WHERE m.operation_id IN ({_ABSORBED}))
       OR EXISTS (SELECT 1 FROM ledger_key k JOIN ledger_heading h ON h.id = k.heading_id
                  WHERE k.operation_id = o.id AND h.contract_id = %(contract)s))
"""
