"""From a figure to the statements that make it, and from a statement to its cells."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection

from beffroi.ledger.queries import Scope, headings_labelled
from beffroi.ledger.territory import locations


@dataclass(frozen=True, slots=True)
class TracedCell:
    """One cell a statement was read in; ``cents`` is ``None`` where it could not be read.

    ``file`` is the name under which the file was sent then.
    """

    sha256: str
    file: str
    sheet: str
    cell: str
    cents: int | None
    shown: str

    @property
    def where(self) -> str:
        """The address as people write it: ``Sheet!H12``, or ``H12`` where there is no sheet."""
        return f"{self.sheet}!{self.cell}" if self.sheet else self.cell


@dataclass(slots=True)
class TracedStatement:
    """A statement that stands at (au, connu), with its cells."""

    id: int
    heading_id: int
    cents: int
    unread: int
    kind: str
    on: datetime.date
    posting: int
    posted_at: datetime.datetime
    operation_id: int | None
    operation: str | None
    operation_code: str | None
    contract_id: int | None
    source: str
    funder: str
    stage: str
    nature: str
    tax_basis: str
    labels: Mapping[str, str | int | None] = field(default_factory=dict)
    cells: list[TracedCell] = field(default_factory=list)


def statements_behind(
    scope: Scope,
    au: datetime.date,
    connu: int,
    where: Mapping[str, str | int | None],
    *,
    nodes: Collection[int] | None = None,
    perimeter: str | None = None,
    operations: Collection[int | None] | None = None,
) -> list[TracedStatement]:
    """The statements that add up to a figure, largest first.

    ``where`` gives the figure's labels by money dimension, as :func:`figures` names them
    (``{"axis": "I", "funder": "etat", "stage": "committed"}``); ``nodes`` keeps what is charged to
    some nodes of the tree, ``perimeter`` the operations that lie in it, ``operations`` some of
    them. Raises ``UnknownDimension``.
    """
    headings = headings_labelled(scope, au, connu, where, nodes)
    located = locations(scope.contract_id, au, connu, (), perimeter)
    found = [
        statement
        for statement in _standing(list(headings), au, connu, operations)
        if located.places(statement.operation_id)
    ]
    for statement in found:
        statement.labels = headings[statement.heading_id]
    cells = _cells([statement.id for statement in found])
    for statement in found:
        statement.cells = cells.get(statement.id, [])
    return found


def statement_named(statement_id: int) -> TracedStatement | None:
    """One statement with its cells, whatever stands today."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_SELECT} WHERE s.id = %s", [statement_id])
        rows = cursor.fetchall()
    if not rows:
        return None
    found = TracedStatement(*rows[0])
    found.cells = _cells([found.id]).get(found.id, [])
    return found


_SELECT = """
SELECT s.id, k.heading_id, s.cents, s.unread, s.kind, s.effective_on, p.number, p.at,
       k.operation_id, o.title, o.code, h.contract_id, source.name, funder.name, h.stage, h.nature,
       h.tax_basis
FROM ledger_statement s
JOIN ledger_key k ON k.id = s.key_id
JOIN ledger_heading h ON h.id = k.heading_id
JOIN partners_organisation source ON source.id = h.source_id
JOIN partners_organisation funder ON funder.id = h.funder_id
JOIN journal_posting p ON p.id = s.posting_id
LEFT JOIN operations_operation o ON o.id = k.operation_id
"""


def _standing(
    heading_ids: Sequence[int],
    au: datetime.date,
    connu: int,
    operations: Collection[int | None] | None,
) -> list[TracedStatement]:
    """What stands under some headings, the largest first; of some operations alone where they are
    given (``None`` among them: of no operation)."""
    named = None if operations is None else [each for each in operations if each is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            {_SELECT}
            JOIN (
                SELECT DISTINCT ON (s.key_id) s.id
                FROM ledger_key k
                JOIN ledger_statement s ON s.key_id = k.id
                JOIN journal_posting p ON p.id = s.posting_id
                WHERE k.heading_id = ANY(%(headings)s)
                  AND (%(operations)s::bigint[] IS NULL
                       OR k.operation_id = ANY(%(operations)s)
                       OR k.operation_id IS NULL AND %(unnamed)s)
                  AND s.effective_on <= %(au)s AND p.number <= %(connu)s
                ORDER BY s.key_id, s.effective_on DESC, p.number DESC
            ) standing ON standing.id = s.id
            WHERE s.kind <> 'retired'
            ORDER BY abs(s.cents) DESC, s.id
            """,
            {
                "headings": list(heading_ids),
                "operations": named,
                "unnamed": operations is not None and None in operations,
                "au": au,
                "connu": connu,
            },
        )
        return [TracedStatement(*row) for row in cursor.fetchall()]


def _cells(statement_ids: Sequence[int]) -> dict[int, list[TracedCell]]:
    cells: dict[int, list[TracedCell]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT e.statement_id, e.file_id, coalesce(p.context ->> 'file', f.name),
                   e.sheet, e.cell, e.cents, e.shown
            FROM ledger_evidence e
            JOIN files_storedfile f ON f.sha256 = e.file_id
            JOIN ledger_statement s ON s.id = e.statement_id
            JOIN journal_posting p ON p.id = s.posting_id
            WHERE e.statement_id = ANY(%s) ORDER BY e.id
            """,
            [list(statement_ids)],
        )
        for statement_id, *cell in cursor.fetchall():
            cells.setdefault(statement_id, []).append(TracedCell(*cell))
    return cells
