"""Posting statements against a real database, held to the pure specification."""

import pytest
from django.db import transaction
from django.db.utils import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beffroi.journal.actions import last_number
from beffroi.ledger.checking import ledger_faults
from beffroi.ledger.positions import Value
from beffroi.ledger.queries import Scope
from beffroi.ledger.tracing import statements_behind
from tests.ledger.replay import ALWAYS, DAYS, Specification, answer, post_one, statements
from tests.worlds import make_world

pytestmark = pytest.mark.django_db

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
        st.sampled_from([(), (), ("paid",), ("programmed", "paid")]),  # complete for these stages
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(returns)
def test_any_history_answers_as_the_specification_says_at_every_date_and_knowledge(history):
    with transaction.atomic():
        world = make_world()
        spec = Specification(world)
        given_before = {}
        for number, (values, on, source, complete) in enumerate(history, last_number() + 1):
            post_one(world, statements(world, values, source), on, source, complete)
            spec.say(values, on, source=source, number=number, complete=complete)
            assert {k: answer(world, *k) for k in given_before} == given_before
            for au in ALWAYS:
                expected = spec.answer(au, number)
                assert answer(world, au, number) == expected
                given_before[(au, number)] = expected
        assert list(ledger_faults()) == []
        transaction.set_rollback(True)


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


def test_ordinary_credit_and_contracts_do_not_mix():
    world = make_world()
    wrong = world.said(10)
    wrong.heading = wrong.heading._replace(nature="ordinary")
    with pytest.raises(IntegrityError, match="ledger_heading_ordinary_outside_contracts"):
        post_one(world, [wrong], DAYS[0])
