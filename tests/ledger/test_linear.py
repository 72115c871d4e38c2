"""A posting's work grows with the lines of the return, whatever the session did before."""

import pytest
from django.db import connection

from beffroi.journal.actions import posting
from beffroi.ledger.actions import post
from beffroi.server.migrating import owner_connection
from tests.ledger.replay import DAYS
from tests.worlds import make_world

pytestmark = pytest.mark.usefixtures("db")

LINES = 3_000
"""Enough for an index to be worth more than a table of few pages read whole."""
SMALL_POSTINGS = 8
"""More than the executions after which PostgreSQL keeps one plan for a foreign key's checks."""


def rows_read_whole() -> dict[str, int]:
    """How many rows this transaction has read by reading tables of the ledger from end to end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, seq_tup_read FROM pg_stat_xact_user_tables "
            "WHERE relname LIKE 'ledger\\_%%'"
        )
        return dict(cursor.fetchall())


def test_a_large_return_does_not_pay_for_what_a_session_learnt_on_small_tables():
    world = make_world(operations=LINES)

    def post_first(lines: int) -> dict[str, int]:
        with posting("return", "essai") as opened:
            post(
                opened,
                [world.said(1, operation=at) for at in range(lines)],
                contract_id=world.contract.pk,
                source_id=world.sources[0],
                effective_on=DAYS[0],
            )
            return rows_read_whole()

    post_first(2)
    with owner_connection() as owner:
        owner.execute("ANALYZE")
    for _ in range(SMALL_POSTINGS):
        post_first(2)
    read = post_first(LINES)
    # A few dozen readings of a whole table are a plan; one a line would be LINES * LINES rows.
    assert {table: rows for table, rows in read.items() if rows > 100 * LINES} == {}
