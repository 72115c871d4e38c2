"""Posting statements: the only way anything enters the ledger."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper

from beffroi.journal.actions import OpenPosting
from beffroi.ledger import positions
from beffroi.ledger.models import Part, StatementKind
from beffroi.ledger.positions import SILENT, Stated, Value
from beffroi.ledger.statements import Cell, HeadingKey, Said
from beffroi.ledger.statements_sql import (
    BALANCES,
    COVERAGE,
    DROP_WORKING_TABLES,
    ENTRIES,
    EVIDENCE,
    FOREIGN_KEYS,
    KNOWN_HEADINGS,
    NEW_KEYS,
    REMOVED,
    REOPENED,
    RIVAL_HISTORY,
    STATED,
    STATEMENTS,
    WORKING_TABLES,
)

__all__ = [
    "Cell",
    "Completeness",
    "HeadingKey",
    "Posted",
    "Said",
    "ServicePart",
    "heading_ids",
    "keep_balances",
    "lock_stream",
    "post",
]

#: First half of the advisory lock that makes the postings of one source to one contract queue up:
#: the difference a statement makes depends on what the same source said before.
STREAM_LOCK = 0x4C444752  # "LDGR"


@dataclass(frozen=True, slots=True)
class Posted:
    """What a posting did: how many statements were made of each kind, how many entries.

    ``reopened`` counts those by which what had been agreed no longer stands.
    """

    said: int
    retired: int
    removed: int
    reopened: int
    entries: int


@dataclass(frozen=True, slots=True)
class Completeness:
    """What a complete return covers, and the cell (its file) that proves an absence."""

    funders_and_stages: Collection[tuple[int, str]]
    proof: Cell


@dataclass(frozen=True, slots=True)
class ServicePart:
    """That a posting is one service's part of what its source says, read in this file."""

    service_id: int
    file: str


def lock_stream(contract_id: int | None, source_id: int) -> None:
    """Make the postings of one source to one contract wait for each other, until commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))",
            [STREAM_LOCK, f"{contract_id or 0}:{source_id}"],
        )


def post(
    posting: OpenPosting,
    statements: Sequence[Said],
    *,
    contract_id: int | None,
    source_id: int,
    effective_on: datetime.date,
    complete: Completeness | None = None,
    part: ServicePart | None = None,
) -> Posted:
    """Record what one source says of one contract (``None``: ordinary credit) at one date.

    Every statement's heading must be of that contract and source, and no key may appear twice;
    one posting speaks once for a source and contract.
    Keys that the statements exclude (see :func:`positions.excludes`) fall silent; with
    ``complete``, the keys of its perimeter that are no longer there are posted at zero. A ``part``
    is posted with what the others hold on the same money. What had been agreed of the money that
    the source itself speaks of stands no longer (see :mod:`beffroi.ledger.arbitrations`).
    """
    lock_stream(contract_id, source_id)
    if part is not None:
        Part.objects.create(
            contract_id=contract_id,
            source_id=source_id,
            service_id=part.service_id,
            effective_on=effective_on,
            file_id=part.file,
            posting_id=posting.id,
        )
    with connection.cursor() as cursor:
        cursor.execute(WORKING_TABLES)
        _copy_incoming(cursor, statements)
        cursor.execute(KNOWN_HEADINGS, {"contract": contract_id, "source": source_id})
        cursor.execute(NEW_KEYS)
        cursor.execute(STATED, {"effective_on": effective_on})
        said = len(statements)
        retired = _retire_rivals(cursor, effective_on)
        removed = 0
        if complete is not None:
            removed = _remove_absent(cursor, complete, effective_on)
            _remember_coverage(cursor, complete, contract_id, source_id, effective_on, posting)
        cursor.execute(
            REOPENED,
            {"contract": contract_id, "source": source_id, "effective_on": effective_on},
        )
        reopened = cursor.rowcount
        cursor.execute(STATEMENTS, {"posting": posting.id})
        cursor.execute(EVIDENCE)
        cursor.execute(ENTRIES, {"posting": posting.id})
        made = cursor.rowcount
        cursor.execute(DROP_WORKING_TABLES)
        _check_foreign_keys(cursor)
    posting.as_last_act("balances", lambda number: keep_balances(posting.id, number))
    return Posted(said=said, retired=retired, removed=removed, reopened=reopened, entries=made)


def heading_ids(headings: Iterable[HeadingKey]) -> dict[HeadingKey, int]:
    """The row ids of headings, made where they do not exist yet."""
    wanted = sorted(set(headings), key=repr)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE TEMP TABLE wanted_heading (
                ordinal int, contract_id bigint, node_id bigint, source_id bigint,
                funder_id bigint, scheme text, nature text, year smallint, stage text,
                tax_basis text, agreed boolean) ON COMMIT DROP
            """
        )
        with cursor.copy("COPY wanted_heading FROM STDIN") as copy:
            for ordinal, heading in enumerate(wanted):
                copy.write_row((ordinal, *heading))
        cursor.execute(
            """
            INSERT INTO ledger_heading (contract_id, node_id, source_id, funder_id, scheme,
                                        nature, year, stage, tax_basis, agreed)
            SELECT contract_id, node_id, source_id, funder_id, scheme, nature, year, stage,
                   tax_basis, agreed
            FROM wanted_heading ORDER BY ordinal
            ON CONFLICT DO NOTHING
            """
        )
        cursor.execute(
            """
            SELECT w.ordinal, h.id
            FROM wanted_heading w
            JOIN ledger_heading h
              ON (h.source_id, h.funder_id, h.scheme, h.nature, h.stage, h.tax_basis, h.agreed)
               = (w.source_id, w.funder_id, w.scheme, w.nature, w.stage, w.tax_basis, w.agreed)
             AND h.contract_id IS NOT DISTINCT FROM w.contract_id
             AND h.node_id IS NOT DISTINCT FROM w.node_id
             AND h.year IS NOT DISTINCT FROM w.year
            """
        )
        found = {wanted[ordinal]: heading_id for ordinal, heading_id in cursor.fetchall()}
        cursor.execute("DROP TABLE wanted_heading")
    return found


def _copy_incoming(cursor: CursorWrapper, statements: Sequence[Said]) -> None:
    ids = heading_ids(statement.heading for statement in statements)
    with cursor.copy("COPY incoming FROM STDIN") as copy:
        for line, said in enumerate(statements):
            copy.write_row((line, ids[said.heading], said.operation_id, said.cents, said.unread))
    with cursor.copy("COPY incoming_cell FROM STDIN") as copy:
        for line, said in enumerate(statements):
            for cell in said.cells:
                copy.write_row(
                    (
                        line,
                        cell.file,
                        cell.sheet,
                        cell.cell,
                        cell.cents,
                        cell.shown[:120],
                        cell.reference,
                    )
                )
    cursor.execute("ANALYZE incoming")


def _retire_rivals(cursor: CursorWrapper, effective_on: datetime.date) -> int:
    """Silence the keys that cannot stand beside the new statements, and conversely."""
    cursor.execute(RIVAL_HISTORY, {"effective_on": effective_on})
    silenced: list[tuple[int, datetime.date]] = []
    for key_ids, statements, said in _groups(cursor.fetchall()):
        found = positions.retirements(statements, said, effective_on, posting=_LAST)
        silenced += [(key_ids[statement.key], statement.on) for statement in found]
    if silenced:
        with cursor.copy("COPY silenced FROM STDIN") as copy:
            for key_id, on in silenced:
                copy.write_row((key_id, on, StatementKind.RETIRED.value, None))
        cursor.execute("ANALYZE silenced")
    return len(silenced)


#: Later than any posting: what a posting being made sees is everything before it.
_LAST = 2**62

History = tuple[dict[positions.Key, int], list[Stated], dict[positions.Key, Value]]


def _groups(rows: Iterable[tuple]) -> Iterator[History]:  # type: ignore[type-arg]
    """Histories of the money in question, one (operation, funder, stage, nature) at a time."""
    groups: dict[tuple[int, int], History] = {}
    for operation, money, key_id, node, scheme, year, basis, *story in rows:
        key = positions.Key(node, scheme, year, basis)
        key_ids, statements, said = groups.setdefault((operation, money), ({}, [], {}))
        key_ids[key] = key_id
        is_stated, on, number, kind = story
        if is_stated:
            said[key] = Value(said=1)
        if on is not None:
            value = SILENT if kind == StatementKind.RETIRED else Value(said=1)
            statements.append(Stated(key, on, number, value))
    return iter(groups.values())


def _remove_absent(
    cursor: CursorWrapper, complete: Completeness, effective_on: datetime.date
) -> int:
    funders = [funder for funder, _ in complete.funders_and_stages]
    stages = [stage for _, stage in complete.funders_and_stages]
    cursor.execute(
        REMOVED,
        {
            "effective_on": effective_on,
            "funders": funders,
            "stages": stages,
            "file": complete.proof.file,
        },
    )
    return cursor.rowcount


def _remember_coverage(
    cursor: CursorWrapper,
    complete: Completeness,
    contract_id: int | None,
    source_id: int,
    effective_on: datetime.date,
    posting: OpenPosting,
) -> None:
    covered = sorted(set(complete.funders_and_stages))
    cursor.execute(
        COVERAGE,
        {
            "contract": contract_id,
            "source": source_id,
            "effective_on": effective_on,
            "funders": [funder for funder, _ in covered],
            "stages": [stage for _, stage in covered],
            "file": complete.proof.file,
            "posting": posting.id,
        },
    )


def _check_foreign_keys(cursor: CursorWrapper) -> None:
    """Check them now, not at commit, when every other posting waits for this one.

    The plans by which a session checks them date from its first postings: made when the tables
    were small, they would read them whole for every row.
    """
    cursor.execute(FOREIGN_KEYS)
    names = cursor.fetchone()[0]
    cursor.execute("DISCARD PLANS")
    cursor.execute(f"SET CONSTRAINTS {names} IMMEDIATE; SET CONSTRAINTS {names} DEFERRED")


def keep_balances(posting_id: int, number: int) -> None:
    """Keep the cumulated positions that a posting changes; its last act."""
    with connection.cursor() as cursor:
        cursor.execute(BALANCES, {"posting": posting_id, "number": number})
