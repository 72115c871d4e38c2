"""What the pre-filled workbook says: the lines of the last return, one by one, in euros."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.formats import date_format

from beffroi.operations.identity import plain
from beffroi.operations.models import Cost
from beffroi.operations.queries import ASSIGNED, NOW
from beffroi.returns.layouting.storing import layouts_known
from beffroi.returns.models import Request, Return
from beffroi.returns.prefilled.columns import (
    DESCRIBING,
    NAME,
    NUMBER,
    USUAL,
    Money,
    headers_of,
)

Value = str | int | float
"""A text, the number of a line, or an amount in euros."""

_CELL = re.compile(r"[A-Z]{1,3}([0-9]+)")


@dataclass(frozen=True, slots=True)
class Prefilled:
    """A workbook to write: a sheet's name, what stands above its table, its headers, its rows.

    ``amounts`` are the positions of the columns of money.
    """

    sheet: str
    titles: Sequence[str]
    headers: Sequence[str]
    rows: Sequence[Sequence[Value]]
    amounts: frozenset[int]


@dataclass(slots=True)
class _Row:
    """One line of a return: what it says of its operation, and the cells of each money."""

    said: Mapping[str, str]
    operation_id: int | None
    cells: dict[Money, list[tuple[int | None, str]]] = field(default_factory=dict)


def prefilled(request: Request) -> Prefilled:
    """The workbook of a request: the last return's lines, or headers alone before the first."""
    contract, partner = request.campaign.contract, request.partner
    layout = layouts_known(contract, partner)[NAME]
    headers = headers_of(layout)
    last = _last_return(request)
    lines = [] if last is None else _lines(last, layout.nature)
    told = {money for line in lines for money in line.cells}
    usual = {Money(stage.value, partner.slug) for stage in USUAL}
    shown = [money for money in headers if money in told | usual]
    costs = _costs(request, lines)
    rows: list[Sequence[Value]] = []
    for line in lines:
        cost = costs.pop(line.operation_id, None)  # once: costs of lines add up
        for rank in range(max(map(len, line.cells.values()))):
            said = {**line.said, "cost": "" if cost is None or rank else cost / 100}
            rows.append(
                (
                    len(rows) + 1,
                    *(said[meaning] for meaning in DESCRIBING),
                    *(_written(line.cells.get(money, ())[rank : rank + 1]) for money in shown),
                )
            )
    first = 1 + len(DESCRIBING)
    return Prefilled(
        "Remontée",
        _titles(request, last),
        (NUMBER, *DESCRIBING.values(), *(headers[money] for money in shown)),
        rows,
        frozenset({first - 1, *range(first, first + len(shown))}),
    )


def _last_return(request: Request) -> Return | None:
    """What the partner (or the service) last sent for that date or an earlier one."""
    return (
        Return.objects.filter(
            contract=request.campaign.contract_id,
            partner=request.partner_id,
            service=request.service_id,
            effective_on__lte=request.campaign.effective_on,
        )
        .defer("findings", "not_data")
        .order_by("-effective_on", "-posting__number")
        .first()
    )


def _titles(request: Request, last: Return | None) -> list[str]:
    """For whom and when, then how it is filled in. Nothing there is read as data."""
    who = f"{request.partner}, {request.service}" if request.service else str(request.partner)
    filled = (
        f"Rempli avec votre remontée au {_day(last.effective_on)} : corrigez-la, ajoutez une ligne "
        "par opération nouvelle."
        if last
        else "Une ligne par opération."
    )
    return [
        f"{who} – {request.campaign.contract}",
        f"{filled} Les montants sont cumulés depuis l'origine, en euros.",
    ]


def _day(day: Any) -> str:
    return date_format(day, "d/m/Y")


def _lines(last: Return, nature: str) -> list[_Row]:
    """The lines of a return in the order of its workbook, as their partner names them."""
    rows: dict[tuple[object, ...], _Row] = {}
    for cell in _cells(last, nature):
        found = _CELL.fullmatch(cell["cell"])
        key = (
            cell["sheet"],
            found[1] if found else cell["cell"],
            cell["reference_id"],
            cell["scheme"],
        )
        row = rows.setdefault(key, _Row(_said(cell), cell["operation_id"]))
        money = Money(cell["stage"], cell["funder"], cell["year"])
        row.cells.setdefault(money, []).append((cell["cents"], cell["shown"]))
    return list(rows.values())


def _said(cell: Mapping[str, Any]) -> dict[str, str]:
    """What a line says of its operation, as it was written wherever that is known."""
    known, owner = cell["owner_name"], cell["owner"]
    return {
        "code": cell["code"],
        "title": cell["written"] or cell["title"] if cell["title"] else "",
        "owner": known if plain(known)[:300] == owner else owner,
        "siret": cell["siret"],
        "commune": cell["place"],
        "objective": cell["objective"],
        "scheme": cell["scheme"],
    }


def _cells(last: Return, nature: str) -> Iterable[dict[str, Any]]:
    """The cells of a return that say something, with the reference of their line."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT e.sheet, e.cell, e.cents, e.shown, e.reference_id,
                   h.stage, f.slug AS funder, h.year, h.scheme,
                   coalesce(a.operation_id, r.operation_id, k.operation_id) AS operation_id,
                   coalesce(r.code, '') AS code, coalesce(r.title, o.title) AS title,
                   coalesce(r.written, '') AS written, coalesce(r.owner, '') AS owner,
                   coalesce(r.siret, '') AS siret, coalesce(r.place, '') AS place,
                   coalesce(r.objective, '') AS objective, o.owner_name
            FROM ledger_statement s
            JOIN ledger_key k ON k.id = s.key_id
            JOIN ledger_heading h ON h.id = k.heading_id
            JOIN partners_organisation f ON f.id = h.funder_id
            JOIN ledger_evidence e ON e.statement_id = s.id
            LEFT JOIN operations_reference r ON r.id = e.reference_id
            LEFT JOIN ({ASSIGNED}) a ON a.reference_id = e.reference_id
            LEFT JOIN operations_operation o
                ON o.id = coalesce(a.operation_id, r.operation_id, k.operation_id)
            WHERE s.posting_id = %(posting)s AND s.kind = 'said' AND e.file_id = %(file)s
              AND h.nature = %(nature)s
            ORDER BY e.sheet, length(e.cell), e.cell, e.id
            """,
            {
                "posting": last.posting_id,
                "file": last.file_id,
                "nature": nature,
                "connu": NOW,
            },
        )
        names = [column.name for column in cursor.description or ()]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return sorted(found, key=_place)


def _place(cell: Mapping[str, Any]) -> tuple[str, int]:
    found = _CELL.fullmatch(cell["cell"])
    return cell["sheet"], int(found[1]) if found else 0


def _costs(request: Request, lines: Iterable[_Row]) -> dict[int | None, int]:
    """The last cost in cents that the partner gave of each operation."""
    latest = (
        Cost.objects.filter(
            source=request.partner_id,
            operation__in={line.operation_id for line in lines if line.operation_id},
            effective_on__lte=request.campaign.effective_on,
        )
        .order_by("operation_id", "-effective_on", "-posting__number")
        .distinct("operation_id")
    )
    return dict(latest.values_list("operation_id", "cents"))


def _written(cells: Sequence[tuple[int | None, str]]) -> Value:
    """An amount in euros; what could not be read stays as it was written."""
    for cents, shown in cells:
        return shown if cents is None else cents / 100
    return ""
