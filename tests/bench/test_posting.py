"""The reference of the bench is honest: the same rows, under the same constraints."""

import datetime

import pytest

from beffroi.bench import posting as bench
from beffroi.bench.worlds import make_world
from beffroi.server.migrating import owner_connection

pytestmark = pytest.mark.usefixtures("db")

CONSTRAINTS = """
SELECT replace(pg_get_constraintdef(oid), 'bench_copy.', '') FROM pg_constraint
WHERE conrelid = %s::regclass AND contype <> 'n' ORDER BY 1
"""
INDEXES = """
SELECT regexp_replace(pg_get_indexdef(indexrelid), '^.* USING ', '') FROM pg_index
WHERE indrelid = %s::regclass ORDER BY 1
"""
# But for the one that refuses rows of a posting already known, as those copied are.
TRIGGERS = """
SELECT tgname, tgtype, tgfoid FROM pg_trigger
WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgname <> 'nothing_added_to_the_known'
ORDER BY 1
"""


@pytest.mark.parametrize("table", bench.TABLES)
@pytest.mark.parametrize("what", [CONSTRAINTS, INDEXES, TRIGGERS])
def test_a_copy_has_all_that_its_table_has(table, what):
    with bench._copies() as owner:
        ours = owner.execute(what, [f"public.{table}"]).fetchall()
        copied = owner.execute(what, [f"bench_copy.{table}"]).fetchall()
    assert ours
    assert copied == ours


def test_the_copy_takes_the_same_rows_posting_after_posting():
    world = make_world("essai", operations=10)
    with bench._copies() as owner:
        for seed in range(2):
            on = datetime.date(2024, 1 + seed, 1)
            bench._timed_post(world, world.statements(bench.STAGES, seed=seed), on)
            bench._timed_copy(owner)
        for table in bench.TABLES:
            rows = [
                owner.execute(f"SELECT * FROM {schema}.{table} ORDER BY id").fetchall()
                for schema in ("public", "bench_copy")
            ]
            assert rows[0]
            assert rows[0] == rows[1]


def test_both_returns_are_measured():
    first, following = bench.post_statements(lines=5)
    assert first.detail.startswith("première remontée : 15 déclarations")
    assert following.detail.startswith("remontée suivante")
    assert first.reference_ms > 0
    with owner_connection() as owner:
        found = owner.execute("SELECT to_regnamespace('bench_copy')").fetchone()
    assert found == (None,)
