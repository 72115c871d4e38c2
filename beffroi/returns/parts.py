"""A partner's return made of several services' parts: they add up (docs/decisions/0008)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import connection

from beffroi.ledger.actions import Cell, HeadingKey, Said
from beffroi.operations.queries import ASSIGNED, NOW
from beffroi.returns.models import Return


def other_parts(
    *, contract_id: int, partner_id: int, service_id: int, on: datetime.date
) -> list[Return]:
    """The parts of the partner's other services that stand at a date: the last of each.

    A return of the whole partner replaces the parts that came before it, by date then by posting.
    """
    parts: dict[int, Return] = {}
    for each in (
        Return.objects.filter(contract_id=contract_id, partner_id=partner_id, effective_on__lte=on)
        .select_related("service", "posting")
        .defer("findings", "not_data")
        .order_by("effective_on", "posting__number")
    ):
        if each.service_id is None:
            parts.clear()
        elif each.service_id != service_id:
            parts[each.service_id] = each
    return list(parts.values())


def with_other_parts(
    statements: Sequence[Said], parts: Sequence[Return], *, every: bool
) -> list[Said]:
    """One part's statements, with what the others say of the same money: their cells add up.

    The same money is that of one operation, funder, stage and nature. ``every`` takes in all that
    the other parts say, for a complete part: what it lacks and they hold is not absent.
    """
    by_key = {(said.heading, said.operation_id): said for said in statements}
    money = {_money(said.heading, said.operation_id) for said in statements}
    for part in parts:
        for heading, operation_id, cell in _cells_of(part):
            if every or _money(heading, operation_id) in money:
                key = (heading, operation_id)
                by_key.setdefault(key, Said(heading, operation_id)).add(cell)
    return list(by_key.values())


def _money(heading: HeadingKey, operation_id: int | None) -> tuple[int | None, int, str, str]:
    return operation_id, heading.funder_id, heading.stage, heading.nature


def _cells_of(part: Return) -> list[tuple[HeadingKey, int | None, Cell]]:
    """What a part said, cell by cell: those of its own file among those of its posting. Each is of
    the operation that its line is known to be today."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT h.contract_id, h.node_id, h.source_id, h.funder_id, h.scheme, h.nature, h.year,
                   h.stage, h.tax_basis, coalesce(a.operation_id, r.operation_id, k.operation_id),
                   e.sheet, e.cell, e.cents, e.shown, e.reference_id
            FROM ledger_statement s
            JOIN ledger_key k ON k.id = s.key_id
            JOIN ledger_heading h ON h.id = k.heading_id
            JOIN ledger_evidence e ON e.statement_id = s.id
            LEFT JOIN operations_reference r ON r.id = e.reference_id
            LEFT JOIN ({ASSIGNED}) a ON a.reference_id = e.reference_id
            WHERE s.posting_id = %(posting)s AND s.kind = 'said' AND e.file_id = %(file)s
            ORDER BY e.id
            """,
            {"posting": part.posting_id, "file": part.file_id, "connu": NOW},
        )
        return [
            (HeadingKey(*row[:9]), row[9], Cell(part.file_id, *row[10:]))
            for row in cursor.fetchall()
        ]
