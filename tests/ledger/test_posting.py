"""Posting statements against a real database, held to the pure specification."""

import datetime

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beffroi.journal.actions import last_number, posting
from beffroi.ledger import positions
from beffroi.ledger.actions import post
from beffroi.ledger.checking import ledger_faults
from beffroi.ledger.positions import SILENT, Value
from beffroi.ledger.queries import Scope, figures
from beffroi.ledger.tracing import statements_behind
from tests.worlds import World, make_world

DAYS = [datetime.date(2022, 12, 31), datetime.date(2023, 6, 30), datetime.date(2023, 12, 31)]
ALWAYS = [datetime.date(2020, 1, 1), *DAYS, datetime.date(2025, 1, 1)]

pytestmark = pytest.mark.django_db

MONEY = ("axis", "funder", "stage", "year")


def post_one(world: World, statements, on, source=0):
    with posting("return", "essai") as opened:
        return post(
            opened,
            statements,
            contract_id=world.contract.pk,
            source_id=world.sources[source],
            effective_on=on,
        )


def answer(world: World, au, connu):
    return {
        tuple(figure.labels[name] for name in MONEY): figure.value
        for figure in figures(Scope(world.contract), au, connu, MONEY)
    }


keys = st.tuples(
    st.sampled_from([0, 1, None]),  # node
    st.sampled_from([0, 1]),  # operation
    st.sampled_from(["programmed", "paid"]),
    st.sampled_from([None, 2023, 2024]),
)
returns = st.lists(
    st.tuples(
        st.dictionaries(keys, st.tuples(st.integers(-100, 10**6), st.integers(0, 2)), min_size=1),
        st.sampled_from(DAYS),
        st.sampled_from([0, 1]),  # source
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(returns)
def test_any_history_answers_as_the_specification_says_at_every_date_and_knowledge(history):
    with transaction.atomic():
        world = make_world()
        first = last_number()
        spec: dict[tuple, list[positions.Stated]] = {}
        earlier_answers = {}
        for number, (values, on, source) in enumerate(history, first + 1):
            post_one(
                world,
                [
                    world.said(
                        cents, node=n, operation=o, stage=s, year=y, source=source, unread=unread
                    )
                    for (n, o, s, y), (cents, unread) in values.items()
                ],
                on,
                source,
            )
            _specify(spec, world, values, on, source, number)
            assert {k: answer(world, *k) for k in earlier_answers} == earlier_answers
            for au in ALWAYS:
                expected = _expected(spec, au, number)
                assert answer(world, au, number) == expected
                earlier_answers[(au, number)] = expected
        assert list(ledger_faults()) == []
        transaction.set_rollback(True)


def _specify(spec, world, values, on, source, number):
    groups: dict[tuple, dict] = {}
    for (node, operation, stage, year), (cents, unread) in values.items():
        key = positions.Key(None if node is None else world.nodes[node], "", year, "")
        group = groups.setdefault((source, operation, stage), {})
        group[key] = Value(cents, unread, 1)
    for name, said in groups.items():
        story = spec.setdefault(name, [])
        new = [positions.Stated(key, on, number, value) for key, value in said.items()]
        new += positions.retirements(story, said, on, number)
        story += new
    spec.setdefault("nodes", {None: "?"} | dict(zip(world.nodes, ["I", "II", "III"], strict=True)))


def _expected(spec, au, connu):
    totals: dict[tuple, Value] = {}
    for name, story in spec.items():
        if name == "nodes":
            continue
        source, _, stage = name
        for key, value in positions.position(story, au, connu).items():
            if value.said:
                labels = (spec["nodes"][key.measure], f"source-{source}", stage, key.year)
                totals[labels] = totals.get(labels, SILENT) + value
    return totals


def test_said_zero_silence_and_unread_are_three_things():
    world = make_world()
    post_one(
        world, [world.said(0, operation=0), world.said(5, operation=1, node=1, unread=1)], DAYS[0]
    )
    found = answer(world, DAYS[0], last_number())
    assert found == {
        ("I", "source-0", "programmed", None): Value(0, 0, 1),
        ("II", "source-0", "programmed", None): Value(5, 1, 1),
    }


def test_a_claim_is_never_added():
    world = make_world()
    post_one(world, [world.said(100, source=0, funder=1)], DAYS[0])
    assert answer(world, DAYS[0], last_number()) == {}


def test_the_trace_adds_up_to_the_figure():
    world = make_world()
    post_one(world, [world.said(100, operation=0), world.said(50, operation=1)], DAYS[0])
    post_one(world, [world.said(70, operation=1)], DAYS[1])
    where = {"axis": "I", "funder": "source-0", "stage": "programmed"}
    for au, total in ((DAYS[0], 150), (DAYS[1], 170)):
        traced = statements_behind(Scope(world.contract), au, last_number(), where)
        assert sum(statement.cents for statement in traced) == total
        assert [cell.where for statement in traced for cell in statement.cells] == ["F!A2"] * 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
        "TRUNCATE {table} CASCADE",
        "ALTER TABLE {table} DISABLE TRIGGER ALL",
        "ALTER TABLE {table} DROP COLUMN {column}",
        "DROP TABLE {table} CASCADE",
        "SET session_replication_role = replica",
        "SET ROLE beffroi_owner",
        "CREATE TABLE public.mine (a int)",
    ],
)
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("ledger_heading", "id"),
        ("ledger_key", "id"),
        ("ledger_statement", "cents"),
        ("ledger_evidence", "cents"),
        ("ledger_entry", "cents"),
        ("ledger_balance", "cents"),
        ("journal_posting", "number"),
        ("files_storedfile", "name"),
        ("returns_return", "rows"),
    ],
)
def test_the_application_cannot_change_what_was_written(statement, table, column):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("beffroi_app",)
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            cursor.execute(statement.format(table=table, column=column))


def test_ordinary_credit_and_contracts_do_not_mix():
    world = make_world()
    wrong = world.said(10)
    wrong.heading = wrong.heading._replace(nature="ordinary")
    with pytest.raises(IntegrityError, match="ledger_heading_ordinary_outside_contracts"):
        post_one(world, [wrong], DAYS[0])
