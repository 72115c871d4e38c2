"""One figure both sides sign: proposed by one, accepted by the other, posted once."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from beffroi.journal.actions import last_number
from beffroi.ledger.checking import ledger_faults
from beffroi.ledger.models import Arbitration, Statement
from beffroi.ledger.queries import Scope
from beffroi.reconciliation.agreements.actions import (
    AgreementRefused,
    Figure,
    accept,
    leave_open,
    propose,
    propose_all,
)
from beffroi.reconciliation.agreements.queries import (
    State,
    agreements_of,
    agreements_on,
    state_of,
    waits_for,
)
from beffroi.reconciliation.models import Agreement, Tolerance, Turn
from beffroi.reconciliation.queries import Gap, Status, gaps
from tests.reconciliation.words import D23, D24, gap, programmed, say, voice
from tests.worlds import World, make_world

OWN, CLAIM = 1_000_00, 1_200_00


def two_words(world: World) -> World:
    """The funder says 1,000 €, its partner 1,200 €."""
    say(world, D23, world.said(OWN))
    say(world, D23, world.said(CLAIM, source=1, funder=0), source=1)
    return world


@pytest.fixture
def world(db: None) -> World:
    return two_words(make_world(sources=3))


def state(world: World) -> State | None:
    now = gap(world)
    return state_of(agreements_on(world.contract, [now]).get(tuple(now.statements)), now)


def test_from_proposal_to_the_figure_that_stands(world: World) -> None:
    before = programmed(world, D23)
    turn = propose(world.contract, gap(world), CLAIM, voice(world, 1), reason="Convention signée")
    assert waits_for(turn.agreement) == world.sources[0]
    assert (state(world), programmed(world, D23)) == (State.PROPOSED, before)
    assert accept(world.contract, {turn.agreement_id: 1}, voice(world, 0)) == 1
    assert (state(world), programmed(world, D23)) == (State.AGREED, CLAIM)
    settled = Arbitration.objects.get()
    assert sorted(settled.settles.values_list("pk", flat=True)) == gap(world).statements
    now = gap(world)
    assert (now.claim_cents, now.own_cents, now.agreed_cents) == (CLAIM, OWN, CLAIM)
    assert now.status == Status.DIFFERS
    assert not now.is_open
    assert list(ledger_faults()) == []


def test_both_turns_stay_with_who_and_why(world: World) -> None:
    turn = propose(world.contract, gap(world), 1_100_00, voice(world, 0), reason="Solde à venir")
    propose(world.contract, gap(world), 1_150_00, voice(world, 1), reason="Avenant n° 2", seen=1)
    accept(world.contract, {turn.agreement_id: 2}, voice(world, 0), reason="Vu l'avenant")
    told = [
        (each.side_id, each.kind, each.cents, each.reason) for each in Turn.objects.order_by("rank")
    ]
    state_side, region_side = world.sources[:2]
    assert told == [
        (state_side, "proposes", 1_100_00, "Solde à venir"),
        (region_side, "proposes", 1_150_00, "Avenant n° 2"),
        (state_side, "accepts", None, "Vu l'avenant"),
    ]
    assert programmed(world, D23) == 1_150_00


def test_nobody_accepts_their_own_proposal_nor_for_another(world: World) -> None:
    turn = propose(world.contract, gap(world), CLAIM, voice(world, 1), reason="Convention")
    for ranks in [(1,), (2,), ()]:
        with pytest.raises(AgreementRefused, match="autre partenaire"):
            accept(world.contract, {turn.agreement_id: 1}, voice(world, *ranks))
    with pytest.raises(AgreementRefused, match="Seuls celui qui annonce"):
        propose(world.contract, gap(world), OWN, voice(world, 2), reason="Non", seen=1)
    assert programmed(world, D23) == OWN


def test_a_proposal_says_why(world: World) -> None:
    with pytest.raises(AgreementRefused, match="Dites pourquoi"):
        propose(world.contract, gap(world), CLAIM, voice(world, 1), reason="  ")
    assert not Agreement.objects.exists()


def test_who_answers_what_has_changed_is_told(world: World) -> None:
    turn = propose(world.contract, gap(world), CLAIM, voice(world, 1), reason="Convention")
    propose(world.contract, gap(world), 1_150_00, voice(world, 1), reason="Avenant", seen=1)
    with pytest.raises(AgreementRefused, match="entre-temps"):
        accept(world.contract, {turn.agreement_id: 1}, voice(world, 0))
    with pytest.raises(AgreementRefused, match="entre-temps"):
        leave_open(world.contract, turn.agreement, voice(world, 0), reason="Non", seen=1)
    assert programmed(world, D23) == OWN


def test_left_open_then_taken_up_again(world: World) -> None:
    turn = propose(world.contract, gap(world), CLAIM, voice(world, 1), reason="Convention")
    leave_open(world.contract, turn.agreement, voice(world, 0), reason="Deux EJ manquent", seen=1)
    assert state(world) == State.LEFT_OPEN
    with pytest.raises(AgreementRefused, match="pas de proposition"):
        accept(world.contract, {turn.agreement_id: 2}, voice(world, 0))
    propose(world.contract, gap(world), OWN, voice(world, 0), reason="EJ retrouvées", seen=2)
    accept(world.contract, {turn.agreement_id: 3}, voice(world, 1))
    assert (state(world), programmed(world, D23)) == (State.AGREED, OWN)


def test_the_funders_next_word_takes_over_and_a_new_one_for_the_date_reopens(world: World) -> None:
    turn = propose(world.contract, gap(world), CLAIM, voice(world, 1), reason="Convention")
    accept(world.contract, {turn.agreement_id: 1}, voice(world, 0))
    say(world, D24, world.said(2_000_00))
    assert (programmed(world, D23), programmed(world, D24)) == (CLAIM, 2_000_00)
    say(world, D23, world.said(1_050_00))
    assert programmed(world, D23) == 1_050_00
    assert gap(world).is_open
    (agreement,) = agreements_of(world.contract)
    assert state_of(agreement, None) == State.REOPENED


def test_what_changed_since_the_proposal_is_not_agreed(world: World) -> None:
    turn = propose(world.contract, gap(world), CLAIM, voice(world, 1), reason="Convention")
    say(world, D23, world.said(1_050_00))
    with pytest.raises(AgreementRefused, match="a changé depuis"):
        accept(world.contract, {turn.agreement_id: 1}, voice(world, 0))
    assert (programmed(world, D23), Arbitration.objects.count()) == (1_050_00, 0)
    assert Turn.objects.count() == 1


def test_one_figure_for_one_money_whoever_else_speaks_of_it(world: World) -> None:
    say(world, D23, world.said(1_400_00, source=2, funder=0), source=2)
    turns = []
    for source in (1, 2):
        found = [g for g in _gaps(world) if g.source == f"source-{source}"]
        turns.append(
            propose(
                world.contract, found[0], found[0].claim_cents, voice(world, source), reason="Vu"
            )
        )
    accept(world.contract, {turns[0].agreement_id: 1}, voice(world, 0))
    with pytest.raises(AgreementRefused, match="déjà convenu avec Source 1"):
        accept(world.contract, {turns[1].agreement_id: 1}, voice(world, 0))
    assert programmed(world, D23) == CLAIM


def _gaps(world: World) -> list[Gap]:
    return gaps(Scope(world.contract), D23, last_number())


def test_a_silent_funder_agrees_on_what_is_claimed(db: None) -> None:
    world = make_world()
    say(world, D23, world.said(CLAIM, source=1, funder=0, node=1), source=1)
    assert gap(world).status == Status.UNCONFIRMED
    assert programmed(world, D23) is None
    turn = propose(world.contract, gap(world), CLAIM, voice(world, 1), reason="Arrêté signé")
    accept(world.contract, {turn.agreement_id: 1}, voice(world, 0))
    assert programmed(world, D23) == CLAIM
    say(world, D24, world.said(3_00))
    assert programmed(world, D24) == 3_00


def test_many_at_once_by_cause(db: None) -> None:
    world = make_world(operations=3)
    for rank, (own, claim) in enumerate([(1_000, 1_100), (2_000, 2_300), (3_000, 3_000)]):
        say(world, D23, world.said(own, operation=rank))
        say(world, D23, world.said(claim, operation=rank, source=1, funder=0), source=1)
    rounded = [each for each in _gaps(world) if each.status == Status.ROUNDING]
    assert len(rounded) == 2
    asks = voice(world, 0)
    made = propose_all(world.contract, rounded, Figure.OWN, asks, reason="Moins de 100 €")
    assert made == 2
    again = propose_all(world.contract, rounded, Figure.CLAIM, voice(world, 1), reason="Non")
    assert again == 0
    seen = {each.pk: 1 for each in agreements_of(world.contract)}
    assert accept(world.contract, seen, voice(world, 1)) == 2
    assert programmed(world, D23) == 6_000
    assert Statement.objects.filter(kind="agreed").count() == 2
    assert {each.agreed_cents for each in _gaps(world)} == {1_000, 2_000, None}


def test_the_tolerance_is_the_contracts(world: World) -> None:
    author = voice(world, 0).author
    assert gap(world).status == Status.DIFFERS
    Tolerance.objects.create(contract=world.contract, cents=200_00, author=author)
    assert gap(world).status == Status.ROUNDING
    Tolerance.objects.create(contract=world.contract, cents=199_99, author=author)
    assert gap(world).status == Status.DIFFERS


def in_parallel(*acts) -> list[BaseException | None]:  # type: ignore[no-untyped-def]
    """Run acts at once, each in a connection of its own; what each was refused."""
    together = threading.Barrier(len(acts))
    outcomes: list[BaseException | None] = [None] * len(acts)

    def run(rank: int) -> None:
        together.wait()
        try:
            acts[rank]()
        except AgreementRefused as refusal:
            outcomes[rank] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[rank]) for rank in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


def test_two_people_on_the_same_gap_one_wins_the_other_is_told(own_database: str) -> None:
    world = two_words(make_world())
    now = gap(world)
    one, other = voice(world, 0), voice(world, 1)
    outcomes = in_parallel(
        lambda: propose(world.contract, now, OWN, one, reason="Le nôtre"),
        lambda: propose(world.contract, now, CLAIM, other, reason="Le nôtre"),
    )
    assert sorted(outcome is None for outcome in outcomes) == [False, True]
    assert "entre-temps" in str(next(filter(None, outcomes)))
    (agreement,) = agreements_of(world.contract)
    assert [turn.rank for turn in agreement.turns.all()] == [1]
    second = in_parallel(
        *[
            lambda side=side: accept(world.contract, {agreement.pk: 1}, side)
            for side in (one, other)
        ]
    )
    assert sorted(outcome is None for outcome in second) == [False, True]
    assert Arbitration.objects.count() == 1


def test_a_return_received_during_an_agreement(own_database: str) -> None:
    world = two_words(make_world())
    turn = propose(world.contract, gap(world), CLAIM, voice(world, 1), reason="Convention")
    agrees = voice(world, 0)
    (accepted, _said) = in_parallel(
        lambda: accept(world.contract, {turn.agreement_id: 1}, agrees),
        lambda: say(world, D23, world.said(1_050_00)),
    )
    # Whichever came first, the funder's last word for the date is what stands.
    assert programmed(world, D23) == 1_050_00
    assert Arbitration.objects.count() == (0 if accepted else 1)
    assert list(ledger_faults()) == []
