"""Figures that both sides sign: the same for ever, frozen by the last to agree, and once."""

from __future__ import annotations

import datetime
import threading
from collections import Counter
from typing import Any

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beffroi.accounts.models import User
from beffroi.contracts.models import Participation
from beffroi.journal.actions import last_number, posting
from beffroi.ledger.actions import post
from beffroi.partners.models import Organisation
from beffroi.reconciliation.actions import SigningRefused, look, propose, validate
from beffroi.reconciliation.frozen import Money, Position, changes, digest, frozen_figures
from beffroi.reconciliation.models import SignOff, Snapshot
from tests.reconciliation.words import D23, D24, programmed, say
from tests.worlds import World, make_world


def lead(world: World, *ranks: int) -> list[Organisation]:
    leading = [Organisation.objects.get(pk=world.sources[rank]) for rank in ranks]
    for organisation in leading:
        Participation.objects.create(
            contract=world.contract, organisation=organisation, role="co_lead"
        )
    return leading


@pytest.fixture
def world(db: None) -> World:
    made = make_world()
    say(made, D23, made.said(1_000_00), made.said(50_00, operation=1, node=1, unread=1))
    return made


@pytest.fixture
def author(db: None) -> User:
    return User.objects.create_user("pilote@exemple.fr", "x" * 12, full_name="Pilote")


@given(
    st.lists(
        st.tuples(
            st.sampled_from([D23, datetime.date(2023, 6, 30), D24]),
            st.integers(0, 2),
            st.integers(0, 10**9),
            st.sampled_from(["programmed", "paid"]),
        ),
        max_size=4,
    )
)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_what_is_signed_is_the_same_for_ever(world: World, later: list[Any]) -> None:
    known = last_number()
    before = look(world.contract, D23, known)
    for on, operation, cents, stage in later:
        say(world, on, world.said(cents, operation=operation, stage=stage, node=operation))
    assert look(world.contract, D23, known) == before


def test_the_summary_says_what_was_open(world: World, author: User) -> None:
    lead(world, 0, 1)
    signoff = propose(world.contract, name="COPIL", au=D23, author=author)
    assert signoff.summary["unread"] == 1
    assert signoff.summary["silent"] == ["source-1"]
    assert signoff.summary["totals_cents"] == {"contractual/programmed": 1_050_00}


def test_the_last_to_agree_freezes(world: World, author: User) -> None:
    state, region = lead(world, 0, 1)
    signoff = propose(world.contract, name="COPIL", au=D23, author=author)
    assert validate(signoff, state, author, agrees=True) is None
    snapshot = validate(signoff, region, author, agrees=True)
    assert snapshot is not None
    assert signoff.digest.startswith(snapshot.identifier.rpartition("-")[2])


def test_who_declines_says_why_and_nothing_is_frozen(world: World, author: User) -> None:
    state, region = lead(world, 0, 1)
    signoff = propose(world.contract, name="COPIL", au=D23, author=author)
    with pytest.raises(SigningRefused, match="pourquoi"):
        validate(signoff, state, author, agrees=False)
    validate(signoff, state, author, agrees=False, reason="Deux EJ manquent")
    assert validate(signoff, region, author, agrees=True) is None
    with pytest.raises(SigningRefused, match="déjà prononcé"):
        validate(signoff, state, author, agrees=True)
    assert not Snapshot.objects.exists()


def test_only_co_leading_partners_sign(world: World, author: User) -> None:
    lead(world, 0)
    signoff = propose(world.contract, name="COPIL", au=D23, author=author)
    other = Organisation.objects.get(pk=world.sources[1])
    with pytest.raises(SigningRefused, match="copilote"):
        validate(signoff, other, author, agrees=True)


def test_a_name_is_given_once_and_silence_is_not_signed(world: World, author: User) -> None:
    propose(world.contract, name="COPIL", au=D23, author=author)
    with pytest.raises(SigningRefused, match="déjà ce nom"):
        propose(world.contract, name="COPIL", au=D24, author=author)
    with pytest.raises(SigningRefused, match="rien à signer"):
        propose(world.contract, name="Avant", au=datetime.date(2020, 1, 1), author=author)
    assert SignOff.objects.count() == 1


KEYS = st.tuples(
    st.sampled_from(["a", "b", "c"]), st.sampled_from(["etat", "region"]), st.sampled_from("ps")
)
SIDES = st.dictionaries(
    st.tuples(KEYS, st.sampled_from(["I.1", "II.1"])), st.integers(-(10**6), 10**6), max_size=8
)


def as_figures(side: dict[Any, int]) -> dict[tuple[Money, str], Position]:
    return {
        (Money(code, funder, "contractual", stage), measure): Position(
            cents, 0, measure, measure.split(".")[0]
        )
        for ((code, funder, stage), measure), cents in side.items()
    }


@given(SIDES, SIDES)
def test_differences_add_up_to_the_difference_of_totals(one: Any, other: Any) -> None:
    before, after = as_figures(one), as_figures(other)
    gained: Counter[str] = Counter()
    for change in changes(before, after):
        gained[change.money.stage] += change.difference
    for stage in "ps":
        total = sum(p.cents for (m, _), p in after.items() if m.stage == stage)
        total -= sum(p.cents for (m, _), p in before.items() if m.stage == stage)
        assert gained[stage] == total
    assert changes(before, before) == []
    assert (digest(before) == digest(after)) == (before == after)


def test_two_who_agree_at_once_freeze_one_snapshot(own_database: str) -> None:
    world = make_world()
    say(world, D23, world.said(1_000_00))
    author = User.objects.create_user("pilote@exemple.fr", "x" * 12)
    leading = lead(world, 0, 1)
    signoff = propose(world.contract, name="COPIL", au=D23, author=author)
    together = threading.Barrier(2)
    frozen: list[Snapshot | None] = []

    def sign(organisation: Organisation) -> None:
        together.wait()
        frozen.append(validate(signoff, organisation, author, agrees=True))
        connections.close_all()

    threads = [threading.Thread(target=sign, args=[each]) for each in leading]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each is None for each in frozen) == [False, True]
    assert Snapshot.objects.count() == 1


def test_a_return_received_during_a_sign_off(own_database: str) -> None:
    """Neither waits for the other: what is signed is what was known, and the return is not lost."""
    world = make_world()
    say(world, D23, world.said(1_000_00))
    author = User.objects.create_user("pilote@exemple.fr", "x" * 12)
    state, region = lead(world, 0, 1)
    known = last_number()
    signed: list[SignOff] = []

    def sign() -> None:
        signoff = propose(world.contract, name="COPIL", au=D23, author=author)
        validate(signoff, state, author, agrees=True)
        signed.append(signoff)
        connections.close_all()

    with posting("return", "une remontée en cours") as opened:
        post(
            opened,
            [world.said(2_000_00)],
            contract_id=world.contract.pk,
            source_id=world.sources[0],
            effective_on=D23,
        )
        signing = threading.Thread(target=sign)
        signing.start()
        signing.join(60)
    assert not signing.is_alive()
    (signoff,) = signed
    assert validate(signoff, region, author, agrees=True) is not None
    assert signoff.known == known
    assert look(world.contract, D23, known).digest == signoff.digest
    assert look(world.contract, D23, last_number()).digest != signoff.digest
    assert programmed(world, D23) == 2_000_00
    assert programmed(world, D23, known) == 1_000_00


def test_figures_of_a_perimeter_leave_the_others_out(world: World) -> None:
    everything = frozen_figures(world.contract, D23, last_number())
    assert len(everything) == 2
    assert frozen_figures(world.contract, D23, last_number(), "MEL") == {}
