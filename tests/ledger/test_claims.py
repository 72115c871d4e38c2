"""What a partner says of another's money: apart, until the funder speaks of the same operation."""

from __future__ import annotations

import datetime

import pytest

from beffroi.journal.actions import last_number, posting
from beffroi.ledger.actions import Said, post
from beffroi.ledger.claims import unconfirmed_claims
from beffroi.ledger.queries import Scope, figures
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db

FIRST, SECOND = datetime.date(2023, 12, 31), datetime.date(2024, 12, 31)


def speak(world: World, source: int, on: datetime.date, *statements: Said) -> None:
    with posting("return", "essai") as opened:
        post(
            opened,
            list(statements),
            contract_id=world.contract.pk,
            source_id=world.sources[source],
            effective_on=on,
        )


def claimed(world: World, on: datetime.date, connu: int | None = None) -> list[tuple[int, int]]:
    known = last_number() if connu is None else connu
    return [(c.cents, c.operations) for c in unconfirmed_claims(Scope(world.contract), on, known)]


def test_a_claim_stands_until_the_funder_speaks_of_the_operation() -> None:
    world = make_world()
    claims = [world.said(cents, source=1, funder=0, operation=at) for at, cents in ((0, 7), (1, 9))]
    speak(world, 1, FIRST, *claims)
    before = last_number()
    assert claimed(world, FIRST) == [(16, 2)]
    assert figures(Scope(world.contract), FIRST, before, ["funder"]) == []

    speak(world, 0, SECOND, world.said(8, source=0, operation=0))
    assert claimed(world, FIRST) == [(16, 2)], "the funder spoke for a later date"
    assert claimed(world, SECOND) == [(9, 1)]
    assert claimed(world, SECOND, before) == [(16, 2)], "as it was known then"
    total = figures(Scope(world.contract), SECOND, last_number(), ["funder"])
    assert [figure.value.cents for figure in total] == [8], "never added"


def test_another_stage_confirms_nothing() -> None:
    world = make_world()
    speak(world, 1, FIRST, world.said(7, source=1, funder=0, stage="programmed"))
    speak(world, 0, FIRST, world.said(5, source=0, stage="paid"))
    assert claimed(world, FIRST) == [(7, 1)]
