"""Budget « post »: against PostgreSQL's COPY of the same rows into the same tables."""

from __future__ import annotations

import datetime
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median

import psycopg

from beffroi.bench.run import Result
from beffroi.bench.worlds import BenchWorld, make_world
from beffroi.journal.actions import posting
from beffroi.ledger.actions import Said, post
from beffroi.server.migrating import owner_connection

LIMIT = 2.0
ROUNDS = 3
STAGES = ("programmed", "committed", "paid")
TABLES = ("ledger_key", "ledger_statement", "ledger_evidence", "ledger_entry")
DATES = {
    "première remontée": datetime.date(2024, 6, 30),
    "remontée suivante": datetime.date(2024, 12, 31),
}


def post_statements(lines: int) -> list[Result]:
    """Post two returns of ``lines`` operations, three amounts each, and COPY the rows of each.

    The first return of a contract makes its keys; the next finds them, and what they said before.
    """
    ours: dict[str, list[float]] = {which: [] for which in DATES}
    copied: dict[str, list[float]] = {which: [] for which in DATES}
    with _copies() as owner:
        for rank in range(ROUNDS):
            world = make_world(f"post-{rank}", operations=lines)
            for seed, (which, on) in enumerate(DATES.items()):
                ours[which].append(_timed_post(world, world.statements(STAGES, seed=seed), on))
                copied[which].append(_timed_copy(owner))
    return [
        Result(
            budget="post",
            ours_ms=median(ours[which]),
            reference_ms=median(copied[which]),
            limit=LIMIT,
            detail=(
                f"{which} : {lines * len(STAGES)} déclarations, "
                "contre COPY des mêmes lignes avec contraintes"
            ),
        )
        for which in DATES
    ]


def _timed_post(world: BenchWorld, statements: Sequence[Said], on: datetime.date) -> float:
    """How long a return takes to post, commit included, in milliseconds."""
    start = time.perf_counter()
    with posting("return", "bench") as opened:
        post(
            opened,
            statements,
            contract_id=world.contract_id,
            source_id=world.source_id,
            effective_on=on,
        )
    return (time.perf_counter() - start) * 1000


@contextmanager
def _copies() -> Iterator[psycopg.Connection]:
    """Copies of the tables: columns, defaults, checks, indexes, foreign keys and triggers.

    Foreign keys are checked at commit, and lead from copy to copy, as in the ledger. One trigger is
    left out: it refuses the rows of postings already known, as those copied are.
    """
    with owner_connection() as owner:
        owner.execute("CREATE SCHEMA bench_copy")
        for table in TABLES:
            owner.execute(f"CREATE TABLE bench_copy.{table} (LIKE public.{table} INCLUDING ALL)")
            for definition in _foreign_keys(owner, table):
                owner.execute(f"ALTER TABLE bench_copy.{table} ADD {definition}")
            owner.execute(
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
                f"ON bench_copy.{table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        yield owner
        owner.execute("DROP SCHEMA bench_copy CASCADE")


def _foreign_keys(owner: psycopg.Connection, table: str) -> Iterator[str]:
    found = owner.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = %s::regclass AND contype = 'f'",
        [f"public.{table}"],
    )
    ours = re.compile(rf"REFERENCES ({'|'.join(TABLES)})\(")
    for (definition,) in found.fetchall():
        yield ours.sub(r"REFERENCES bench_copy.\1(", definition)


def _timed_copy(owner: psycopg.Connection) -> float:
    """How long the rows not copied yet take to COPY, commit included, in milliseconds."""
    content = {table: _new_rows(owner, table) for table in TABLES}
    start = time.perf_counter()
    with owner.transaction():
        for table in TABLES:
            with owner.cursor().copy(f"COPY bench_copy.{table} FROM STDIN") as copy:
                copy.write(content[table])
    return (time.perf_counter() - start) * 1000


def _new_rows(owner: psycopg.Connection, table: str) -> bytes:
    """The rows of a table that its copy does not have, as COPY writes them, in their order."""
    rows = (
        f"SELECT * FROM public.{table} "
        f"WHERE id > (SELECT coalesce(max(id), 0) FROM bench_copy.{table}) ORDER BY id"
    )
    with owner.cursor().copy(f"COPY ({rows}) TO STDOUT") as copy:
        return b"".join(bytes(block) for block in copy)
