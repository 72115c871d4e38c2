"""Figures at several moments at once are those asked one by one."""

from __future__ import annotations

import datetime
import random

import pytest

from beffroi.journal.actions import last_number
from beffroi.ledger.positions import SILENT, Value
from beffroi.ledger.queries import Scope, balances
from beffroi.ledger.trends import Moment, stood_at
from tests.reconciliation.words import say
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db
DAYS = [datetime.date(year, month, 28) for year in (2022, 2023, 2024) for month in (2, 8)]


@pytest.fixture
def world() -> World:
    """Returns in any order of dates, of both sources, one of which speaks of the other's money."""
    chance = random.Random(7)
    world = make_world(nodes=3, operations=3)
    for on in chance.sample(DAYS * 3, 12):
        source = chance.randrange(2)
        stage = chance.choice(["programmed", "committed", "paid"])
        said = world.said(
            chance.randrange(10**9),
            node=chance.choice([0, 1, 2, None]),
            operation=chance.randrange(3),
            source=source,
            funder=chance.choice([source, 1 - source]),
            stage=stage,
            unread=chance.choice([0, 0, 1]),
        )
        say(world, on, said, source=source)
    return world


def test_each_moment_is_what_it_is_alone(world: World) -> None:
    last = last_number()
    scope = Scope(world.contract)
    moments = [Moment(on, number) for on in DAYS for number in (last, last - 3, last - 8)]
    found = stood_at(scope, moments, len(moments))
    assert len({each.moment for each in found}) > len(DAYS)
    for rank, (on, known) in enumerate(moments):
        alone: dict[tuple[int | None, str, str], Value] = {}
        for heading, value in balances(scope, on, known):
            labels = (heading.node_id, heading.funder, heading.stage)
            alone[labels] = alone.get(labels, SILENT) + value
        together = {
            (each.node_id, each.funder, each.stage): each.value
            for each in found
            if each.moment == rank
        }
        assert together == alone


def test_totals_add_up_what_is_detailed(world: World) -> None:
    now = Moment(DAYS[-1], last_number())
    found = stood_at(Scope(world.contract), [now, now], 1)
    summed: dict[str, Value] = {}
    for each in found:
        if each.moment == 0:
            summed[each.stage] = summed.get(each.stage, SILENT) + each.value
    totals = {each.stage: each.value for each in found if each.moment == 1}
    assert totals == summed
    assert all(each.funder is None for each in found if each.moment == 1)
