"""Budget « post »: against PostgreSQL's COPY of the same rows into the same tables."""

from __future__ import annotations

import datetime
import time
from collections.abc import Sequence

from beffroi.bench.run import Result
from beffroi.bench.worlds import BenchWorld, make_world
from beffroi.journal.actions import posting
from beffroi.ledger.actions import Said, post

LIMIT = 2.0
TABLES = ("ledger_key", "ledger_statement", "ledger_evidence", "ledger_entry")


def post_statements(lines: int) -> Result:
    """Post a first return of ``lines`` operations, three amounts each, then COPY the same rows."""
    world = make_world("post", operations=lines)
    statements = world.statements(stages=("programmed", "committed", "paid"))
    ours = _timed_post(world, statements)
    reference = _timed_copy()
    return Result(
        budget="post",
        ours_ms=ours,
        reference_ms=reference,
        limit=LIMIT,
        detail=f"{len(statements)} déclarations, contre COPY des mêmes lignes avec contraintes",
    )


def _timed_post(world: BenchWorld, statements: Sequence[Said]) -> float:
    start = time.perf_counter()
    with posting("return", "bench") as opened:
        post(
            opened,
            statements,
            contract_id=world.contract_id,
            source_id=world.source_id,
            effective_on=datetime.date(2024, 12, 31),
        )
    return (time.perf_counter() - start) * 1000


def _timed_copy() -> float:
    """COPY what was posted out, then the same rows into copies of the tables, keys included.

    The copies have the tables' columns, defaults, checks, indexes and foreign keys; foreign keys
    are checked at commit, as in the ledger.
    """
    from beffroi.server.migrating import owner_connection

    with owner_connection() as owner:
        owner.execute("CREATE SCHEMA bench_copy")
        content: dict[str, bytes] = {}
        for table in TABLES:
            owner.execute(f"CREATE TABLE bench_copy.{table} (LIKE public.{table} INCLUDING ALL)")
            keys = owner.execute(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
                "WHERE conrelid = %s::regclass AND contype = 'f'",
                [f"public.{table}"],
            ).fetchall()
            for name, definition in keys:
                target = definition
                for other in TABLES:
                    target = target.replace(
                        f"REFERENCES {other}(", f"REFERENCES bench_copy.{other}("
                    )
                owner.execute(f'ALTER TABLE bench_copy.{table} ADD CONSTRAINT "{name}" {target}')
            with owner.cursor().copy(f"COPY public.{table} TO STDOUT") as copy:
                content[table] = b"".join(bytes(block) for block in copy)
        start = time.perf_counter()
        with owner.transaction():
            for table in TABLES:
                with owner.cursor().copy(f"COPY bench_copy.{table} FROM STDIN") as copy:
                    copy.write(content[table])
        took = (time.perf_counter() - start) * 1000
        owner.execute("DROP SCHEMA bench_copy CASCADE")
    return took
