"""Moving statements between operations, when what is known of partners' lines changes.

Two operations found to be one, or a recognition undone: the past of these operations is told again
(:mod:`replaying`) with the operations their lines are now known to be. Whatever differs is closed
and reopened in one posting: the key falls silent at all its dates, the next generation of it bears
what is now told, with the same cells; the entries of both, signed, add up to the difference. Asked
as known before that posting, everything stands as it did.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.backends.utils import CursorWrapper

from beffroi.journal.actions import OpenPosting
from beffroi.ledger.actions import heading_ids, keep_balances, lock_stream
from beffroi.ledger.positions import SILENT, Key, Value
from beffroi.ledger.replaying import Money, SaidCell, Standing, Word, replay, standing
from beffroi.ledger.statements import Cell, HeadingKey

_LAST = 2**62

Stream = tuple[int | None, int]
"""The contract (``None``: ordinary credit) and the source of some postings."""
KeyName = tuple[HeadingKey, int]
"""A heading and an operation."""
Told = Mapping[datetime.date, Standing]
"""The statements of a key that stand, by date."""


@dataclass(slots=True)
class _Known:
    """A key as it stands: the row of its last generation, and its statements."""

    id: int
    generation: int
    told: dict[datetime.date, Standing] = field(default_factory=dict)


def move_statements(
    posting: OpenPosting,
    *,
    operations: Collection[int],
    formerly: Collection[int],
    operation_of: Mapping[int, int],
    absorbed: Mapping[int, int],
) -> int:
    """Tell again, in a posting, the past of some operations; how many keys it changed.

    ``operations`` are those whose lines are no longer the same; ``formerly`` those that their lines
    were ever known to be. ``operation_of`` gives the operation of each reference of ``operations``
    as now known; ``absorbed`` that of operations found to be others, for cells without reference.
    """
    streams = _streams({*operations, *formerly})
    for contract_id, source_id in streams:
        lock_stream(contract_id, source_id)
    known = _known_keys(operations)
    told: dict[KeyName, Told] = {}
    for stream in streams:
        words = _words(stream, {*operations, *formerly}, operation_of, absorbed)
        proofs = {word.number: word.proof for word in words}
        for money, story in replay(words).items():
            if money.operation_id in operations:
                for key, statements in standing(story, proofs, _LAST).items():
                    told[_heading(stream, money, key), money.operation_id] = statements
    changed = _changed(known, told)
    with connection.cursor() as cursor:
        _write(cursor, posting, changed, known, told)
    posting.as_last_act("balances", lambda number: keep_balances(posting.id, number))
    return len(changed)


def _changed(known: Mapping[KeyName, _Known], told: Mapping[KeyName, Told]) -> list[KeyName]:
    """The keys that are no longer as they stood. What was agreed of their money is among them: it
    was agreed of other lines."""
    changed = {
        name
        for name in {*known, *told}
        if not name[0].agreed and (known[name].told if name in known else {}) != told.get(name, {})
    }
    money = {_money(name) for name in changed if name[0].source_id == name[0].funder_id}
    agreed = {name for name in known if name[0].agreed and _money(name) in money}
    return sorted(changed | agreed, key=repr)


def _money(name: KeyName) -> Money:
    heading, operation_id = name
    return Money(operation_id, heading.funder_id, heading.stage, heading.nature)


def _heading(stream: Stream, money: Money, key: Key) -> HeadingKey:
    contract_id, source_id = stream
    return HeadingKey(
        contract_id,
        key.measure,
        source_id,
        money.funder_id,
        key.scheme,
        money.nature,
        key.year,
        money.stage,
        key.tax_basis,
    )


def _streams(operations: Collection[int]) -> list[Stream]:
    """Who speaks of some operations, and in which contracts, in the order in which to lock them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT h.contract_id, h.source_id
            FROM ledger_key k JOIN ledger_heading h ON h.id = k.heading_id
            WHERE k.operation_id = ANY(%s)
            ORDER BY 1 NULLS FIRST, 2
            """,
            [list(operations)],
        )
        return list(cursor.fetchall())


def _known_keys(operations: Collection[int]) -> dict[KeyName, _Known]:
    """The last generation of each key of some operations, with the statements that stand."""
    found: dict[KeyName, _Known] = {}
    cells: dict[int, list[Cell]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH last_key AS (
                SELECT DISTINCT ON (heading_id, operation_id)
                       id, heading_id, operation_id, generation
                FROM ledger_key WHERE operation_id = ANY(%s)
                ORDER BY heading_id, operation_id, generation DESC
            )
            SELECT DISTINCT ON (k.id, s.effective_on)
                   h.contract_id, h.node_id, h.source_id, h.funder_id, h.scheme, h.nature, h.year,
                   h.stage, h.tax_basis, h.agreed, k.operation_id, k.id, k.generation,
                   s.id, s.effective_on, s.kind, s.cents, s.unread
            FROM last_key k
            JOIN ledger_heading h ON h.id = k.heading_id
            LEFT JOIN ledger_statement s ON s.key_id = k.id
            LEFT JOIN journal_posting p ON p.id = s.posting_id
            ORDER BY k.id, s.effective_on, p.number DESC
            """,
            [list(operations)],
        )
        rows = cursor.fetchall()
        cursor.execute(
            """
            SELECT statement_id, file_id, sheet, cell, cents, shown, reference_id
            FROM ledger_evidence WHERE statement_id = ANY(%s)
            """,
            [[row[13] for row in rows if row[13] is not None]],
        )
        for statement_id, *cell in cursor.fetchall():
            cells[statement_id].append(Cell(*cell))
    for *heading, operation_id, key_id, generation, statement_id, on, kind, cents, unread in rows:
        name = (HeadingKey(*heading), operation_id)
        key = found.setdefault(name, _Known(key_id, generation))
        if statement_id is not None:
            value = SILENT if kind == "retired" else Value(cents, unread, 1)
            key.told[on] = Standing(kind, value, tuple(sorted(cells[statement_id], key=repr)))
    return found


def _words(
    stream: Stream,
    operations: Collection[int],
    operation_of: Mapping[int, int],
    absorbed: Mapping[int, int],
) -> list[Word]:
    """What a source's own returns ever said of some operations, by the operations now known."""
    contract_id, source_id = stream
    asked = {"contract": contract_id, "source": source_id, "operations": list(operations)}
    cells: dict[int, list[SaidCell]] = defaultdict(list)
    dates: dict[int, datetime.date] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SAID_CELLS, asked)
        for number, on, said_of, *money, node, scheme, year, basis, cell in (
            (*row[:10], Cell(*row[10:])) for row in cursor.fetchall()
        ):
            operation_id = operation_of.get(cell.reference) if cell.reference else None
            if operation_id is None:
                operation_id = absorbed.get(said_of, said_of)
            dates[number] = on
            key = Key(node, scheme, year, basis)
            cells[number].append(SaidCell(Money(operation_id, *money), key, cell))
        cursor.execute(_COVERAGES, asked)
        covered: dict[int, set[tuple[int, str]]] = defaultdict(set)
        proofs: dict[int, str] = {}
        for number, on, funder, stage, file in cursor:
            dates[number] = on
            covered[number].add((funder, stage))
            proofs[number] = file
        cursor.execute(_PARTS, asked)
        parts: dict[int, tuple[int | None, str]] = {}
        for number, on, service, file in cursor:
            dates[number] = on
            parts[number] = (service, file)
    return [
        Word(
            number,
            on,
            cells.get(number, ()),
            frozenset(covered.get(number, ())),
            proofs.get(number, ""),
            *parts.get(number, (None, "")),
        )
        for number, on in dates.items()
    ]


_SAID_CELLS = """
SELECT p.number, s.effective_on, k.operation_id, h.funder_id, h.stage, h.nature,
       h.node_id, h.scheme, h.year, h.tax_basis,
       e.file_id, e.sheet, e.cell, e.cents, e.shown, e.reference_id
FROM ledger_key k
JOIN ledger_heading h ON h.id = k.heading_id
JOIN ledger_statement s ON s.key_id = k.id AND s.kind = 'said'
JOIN journal_posting p ON p.id = s.posting_id AND p.kind <> 'recognition'
JOIN ledger_evidence e ON e.statement_id = s.id
WHERE k.operation_id = ANY(%(operations)s)
  AND h.contract_id IS NOT DISTINCT FROM %(contract)s AND h.source_id = %(source)s
"""

_COVERAGES = """
SELECT p.number, c.effective_on, c.funder_id, c.stage, c.file_id
FROM ledger_coverage c JOIN journal_posting p ON p.id = c.posting_id
WHERE c.contract_id IS NOT DISTINCT FROM %(contract)s AND c.source_id = %(source)s
"""

# The postings of a source that has parts: those that are whole matter too, for they replace parts.
_PARTS = """
SELECT DISTINCT p.number, s.effective_on, t.service_id, coalesce(t.file_id, '')
FROM ledger_heading h
JOIN ledger_key k ON k.heading_id = h.id
JOIN ledger_statement s ON s.key_id = k.id AND s.kind = 'said'
JOIN journal_posting p ON p.id = s.posting_id AND p.kind <> 'recognition'
LEFT JOIN ledger_part t ON t.posting_id = s.posting_id AND t.source_id = h.source_id
WHERE h.contract_id IS NOT DISTINCT FROM %(contract)s AND h.source_id = %(source)s
  AND EXISTS (SELECT 1 FROM ledger_part any_part
              WHERE any_part.contract_id IS NOT DISTINCT FROM %(contract)s
                AND any_part.source_id = %(source)s)
"""


def _write(
    cursor: CursorWrapper,
    posting: OpenPosting,
    changed: Sequence[KeyName],
    known: Mapping[KeyName, _Known],
    told: Mapping[KeyName, Told],
) -> None:
    """Close the keys that changed, and open the next generation of each with what is now told."""
    headings = heading_ids(heading for heading, _ in changed)
    opened = _open_keys(cursor, changed, headings, known)
    statements: list[tuple[int, int, datetime.date, Standing]] = []  # key, heading, date, what
    for name in changed:
        heading_id = headings[name[0]]
        if name in known:
            key = known[name]
            statements += [
                (key.id, heading_id, on, _SILENCE)
                for on, before in sorted(key.told.items())
                if before.value.said
            ]
        statements += [
            (opened[name], heading_id, on, now) for on, now in sorted(told.get(name, {}).items())
        ]
    ids = _ids(cursor, len(statements))
    with cursor.copy(
        "COPY ledger_statement (id, key_id, effective_on, posting_id, kind, cents, unread)"
        " FROM STDIN"
    ) as copy:
        for statement_id, (key_id, _, on, now) in zip(ids, statements, strict=True):
            copy.write_row(
                (statement_id, key_id, on, posting.id, now.kind, now.value.cents, now.value.unread)
            )
    with cursor.copy(
        "COPY ledger_evidence (statement_id, file_id, sheet, cell, cents, shown, reference_id)"
        " FROM STDIN"
    ) as copy:
        for statement_id, (_, _, _, now) in zip(ids, statements, strict=True):
            for cell in now.cells:
                copy.write_row(
                    (
                        statement_id,
                        cell.file,
                        cell.sheet,
                        cell.cell,
                        cell.cents,
                        cell.shown,
                        cell.reference,
                    )
                )
    with cursor.copy(
        "COPY ledger_entry (key_id, heading_id, effective_on, posting_id, cents, unread, said)"
        " FROM STDIN"
    ) as copy:
        for name in changed:
            heading_id = headings[name[0]]
            for on, value in _steps(known[name].told if name in known else {}):
                copy.write_row((known[name].id, heading_id, on, posting.id, *SILENT.minus(value)))
            for on, value in _steps(told.get(name, {})):
                copy.write_row((opened[name], heading_id, on, posting.id, *value))


_SILENCE = Standing("retired", SILENT, ())


def _open_keys(
    cursor: CursorWrapper,
    changed: Sequence[KeyName],
    headings: Mapping[HeadingKey, int],
    known: Mapping[KeyName, _Known],
) -> dict[KeyName, int]:
    opened: dict[KeyName, int] = {}
    for name in changed:
        generation = known[name].generation + 1 if name in known else 0
        cursor.execute(
            "INSERT INTO ledger_key (heading_id, operation_id, generation) VALUES (%s, %s, %s)"
            " RETURNING id",
            [headings[name[0]], name[1], generation],
        )
        opened[name] = cursor.fetchone()[0]
    return opened


def _ids(cursor: CursorWrapper, how_many: int) -> list[int]:
    cursor.execute(
        "SELECT nextval('ledger_statement_id_seq') FROM generate_series(1, %s)", [how_many]
    )
    return [row[0] for row in cursor.fetchall()]


def _steps(told: Told) -> Iterator[tuple[datetime.date, Value]]:
    """What each date adds to the position of a key."""
    before = SILENT
    for on, now in sorted(told.items()):
        if now.value != before:
            yield on, now.value.minus(before)
        before = now.value
