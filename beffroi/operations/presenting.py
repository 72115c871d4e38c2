"""Operations as people recognise them: their title, where they lie, how each partner names them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connection

from beffroi.operations.queries import ASSIGNED, NOW


@dataclass(frozen=True, slots=True)
class NamedBy:
    """How one partner names an operation: its codes and titles, the latest first."""

    partner: str
    codes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Presented:
    """One operation, as a question shows it beside a line."""

    id: int
    code: str
    title: str
    owner: str
    siret: str
    places: Sequence[str]
    objectives: Sequence[str]
    named_by: Sequence[NamedBy]


def presented(operation_ids: Collection[int]) -> dict[int, Presented]:
    """Those operations by row id. One query."""
    if not operation_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH assigned AS ({ASSIGNED})
            SELECT o.id, o.code, o.title, o.owner_name, o.owner_siret,
                   coalesce(place.names, '{{}}'), coalesce(said.objectives, '{{}}'),
                   coalesce(said.partners, '[]'::jsonb)
            FROM operations_operation o
            LEFT JOIN LATERAL (
                SELECT array_agg(DISTINCT coalesce(c.name || ' (' || c.code || ')', e.name))
                           AS names
                FROM operations_location l
                LEFT JOIN territories_commune c ON c.id = l.commune_id
                LEFT JOIN territories_epci e ON e.id = l.epci_id
                WHERE l.operation_id = o.id AND coalesce(c.name, e.name) IS NOT NULL
                  AND l.posting_id = (
                    SELECT m.posting_id FROM operations_location m
                    JOIN journal_posting p ON p.id = m.posting_id
                    WHERE m.operation_id = o.id ORDER BY p.number DESC LIMIT 1)
            ) place ON true
            LEFT JOIN LATERAL (
                SELECT array_agg(DISTINCT named.objective) FILTER (WHERE named.objective <> '')
                           AS objectives,
                       jsonb_agg(DISTINCT jsonb_build_array(
                           coalesce(nullif(p.short_name, ''), p.name), named.code)) AS partners
                FROM operations_reference named
                JOIN partners_organisation p ON p.id = named.partner_id
                LEFT JOIN assigned a ON a.reference_id = named.id
                WHERE named.id IN (
                    SELECT r.id FROM operations_reference r WHERE r.operation_id = o.id
                    UNION SELECT b.reference_id FROM assigned b WHERE b.operation_id = o.id)
                  AND coalesce(a.operation_id, named.operation_id) = o.id
            ) said ON true
            WHERE o.id = ANY(%(operations)s)
            """,
            {"operations": list(operation_ids), "connu": NOW},
        )
        return {
            number: Presented(
                number, code, title, owner, siret, places, objectives, _by_partner(partners)
            )
            for number, code, title, owner, siret, places, objectives, partners in cursor.fetchall()
        }


def _by_partner(pairs: str) -> list[NamedBy]:
    codes: dict[str, list[str]] = {}
    for partner, code in json.loads(pairs):  # raw queries give JSON as it is written
        borne = codes.setdefault(partner, [])
        if code:
            borne.append(code)
    return [NamedBy(partner, borne) for partner, borne in sorted(codes.items())]
