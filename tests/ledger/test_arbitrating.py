"""What both sides agreed on: it stands beside the funder's word until the funder speaks again."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beffroi.journal.actions import last_number, posting
from beffroi.ledger.arbitrating import Money, Settlement, arbitrate
from beffroi.ledger.arbitrations import adjustments, spread
from beffroi.ledger.checking import ledger_faults
from beffroi.ledger.models import Statement
from beffroi.ledger.positions import Key, Value
from beffroi.ledger.queries import Scope, figures
from tests.ledger.replay import ALWAYS, DAYS, post_one
from tests.worlds import World, make_world

TWO_YEARS = (2023, 2024)


@dataclass(frozen=True)
class Event:
    """Somebody's word on the one operation: the funder's, or what both sides agreed on."""

    on: datetime.date
    number: int
    cents: int
    agreed: bool


def expected(events: list[Event], au: datetime.date, connu: int) -> int | None:
    """The figure at (au, connu), told by the rules rather than by postings; ``None``: silence."""
    known = [event for event in events if event.number <= connu]
    own = [event for event in known if not event.agreed]
    standing = [event for event in known if event.agreed and _stands(event, known, own, au)]
    if standing:
        return max(standing, key=lambda event: (event.on, event.number)).cents
    said = [event for event in own if event.on <= au]
    return max(said, key=lambda event: (event.on, event.number)).cents if said else None


def _stands(agreed: Event, known: list[Event], own: list[Event], au: datetime.date) -> bool:
    if agreed.on > au or _reopened(agreed, own, until=known[-1].number):
        return False
    if any(agreed.on < said.on <= au for said in own):  # a later date takes over
        return False
    return not any(
        other.agreed and _hides(other, agreed, own) and other.on <= au
        for other in known
        if other != agreed
    )


def _reopened(agreed: Event, own: list[Event], until: int) -> bool:
    """Whether the funder spoke since for the same date, or for an earlier one and nothing after."""
    return any(
        agreed.number < said.number <= until
        and said.on <= agreed.on
        and not any(other.number < said.number and said.on < other.on <= agreed.on for other in own)
        for said in own
    )


def _hides(other: Event, agreed: Event, own: list[Event]) -> bool:
    """Whether another agreement takes over from its date on: made since, or standing already."""
    if other.number > agreed.number:
        return other.on >= agreed.on
    return other.on > agreed.on and not _reopened(other, own, until=agreed.number)


events = st.lists(
    st.tuples(
        st.sampled_from(DAYS),
        st.integers(-(10**9), 10**9),
        st.sampled_from(["one", "years", "agreed", "agreed"]),
    ),
    min_size=1,
    max_size=7,
)


def play(world: World, told: list[tuple[datetime.date, int, str]]) -> list[Event]:
    claim = Statement.objects.latest("pk").pk
    played = []
    for on, cents, kind in told:
        if kind == "agreed":
            agree(world, on, cents, settles=[claim])
        else:
            years = TWO_YEARS if kind == "years" else (None,)
            shares = spread(cents, [2] + [1] * (len(years) - 1))
            said = [world.said(share, year=year) for share, year in zip(shares, years, strict=True)]
            post_one(world, said, on)
        played.append(Event(on, last_number(), cents, kind == "agreed"))
    return played


def agree(world: World, on: datetime.date, cents: int, *, settles: list[int]) -> None:
    money = Money(world.operations[0], world.sources[0], "programmed", "contractual")
    with posting("agreement", "essai") as opened:
        arbitrate(opened, world.contract.pk, [Settlement(money, on, cents, settles, "essai", 1)])


def claimed(world: World) -> World:
    """A world where another partner speaks of the funder's money."""
    post_one(world, [world.said(5_000, source=1, funder=0)], DAYS[0], source=1)
    return world


def total(world: World, au: datetime.date, connu: int) -> int | None:
    found = figures(Scope(world.contract), au, connu, ("funder", "stage"))
    assert {figure.labels["funder"] for figure in found} <= {"source-0"}
    return found[0].value.cents if found else None


@pytest.mark.usefixtures("db")
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=events)
def test_figures_are_what_the_rules_say_at_every_date_and_knowledge(told):
    with transaction.atomic():
        world = claimed(make_world())
        before = last_number()
        played = play(world, told)
        for au in ALWAYS:
            for connu in range(before, last_number() + 1):
                assert total(world, au, connu) == expected(played, au, connu), (au, connu)
        assert list(ledger_faults()) == []
        transaction.set_rollback(True)


@pytest.fixture
def world(db: None) -> World:
    return claimed(make_world())


def test_an_agreement_changes_only_its_own_money(world):
    post_one(
        world,
        [world.said(1_000), world.said(500, operation=1), world.said(7, stage="paid")],
        DAYS[1],
    )
    agree(world, DAYS[1], 1_234, settles=[Statement.objects.latest("pk").pk])
    by = {
        (figure.labels["stage"], figure.operations): figure.value.cents
        for figure in figures(Scope(world.contract), DAYS[2], last_number(), ("measure",))
    }
    assert by == {("programmed", 2): 1_734, ("paid", 1): 7}


def test_the_funders_own_statement_is_left_as_it_is(world):
    post_one(world, [world.said(1_000)], DAYS[1])
    own = Statement.objects.latest("pk")
    agree(world, DAYS[1], 900, settles=[own.pk])
    kept = Statement.objects.filter(
        key__heading__agreed=False, key__heading__source=world.sources[0]
    )
    assert [(s.cents, s.effective_on) for s in kept] == [(1_000, DAYS[1])]
    agreed = Statement.objects.get(kind="agreed")
    assert (agreed.cents, agreed.effective_on) == (-100, DAYS[1])


def test_an_agreement_settles_cells_that_could_not_be_read(world):
    post_one(world, [world.said(1_000, unread=2)], DAYS[1])
    agree(world, DAYS[1], 1_700, settles=[Statement.objects.latest("pk").pk])
    (figure,) = figures(Scope(world.contract), DAYS[1], last_number(), ("funder", "stage"))
    assert (figure.value.cents, figure.value.unread) == (1_700, 0)


def test_what_a_complete_return_no_longer_holds_reopens_what_was_agreed(world):
    post_one(world, [world.said(1_000)], DAYS[1])
    agree(world, DAYS[1], 900, settles=[Statement.objects.latest("pk").pk])
    post_one(world, [world.said(5, operation=1)], DAYS[2], complete=["programmed"])
    assert total(world, DAYS[1], last_number()) == 900
    assert total(world, DAYS[2], last_number()) == 5


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**10), min_size=1, max_size=6))
def test_shares_add_up_to_the_cent_and_follow_the_weights(cents, weights):
    shares = spread(cents, weights)
    assert sum(shares) == cents
    weighed = weights if any(weights) else [1] * len(weights)
    whole = sum(weighed)
    for share, weight in zip(shares, weighed, strict=True):
        assert abs(share * whole - cents * weight) < whole


def test_an_agreed_figure_is_shared_by_what_the_keys_bear():
    own = {Key(1, year=2023): Value(300, 0, 1), Key(1, year=2024): Value(100, 1, 1)}
    assert adjustments(own, 800) == {
        Key(1, year=2023): Value(300, 0, 1),
        Key(1, year=2024): Value(100, -1, 1),
    }
    assert adjustments({}, 50, [Key(2)]) == {Key(2): Value(50, 0, 1)}
