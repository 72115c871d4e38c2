"""A euro counts once: whatever several contracts show, the total holds each line once."""

from __future__ import annotations

import datetime
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beffroi.accounts.models import User
from beffroi.contracts.models import Contract
from beffroi.journal.actions import last_number, posting
from beffroi.ledger.actions import Said, post
from beffroi.ledger.adding import Amount, Label, UnlikeAmounts, total
from beffroi.ledger.charging import ChargeRefused, FundingLine, charge, decisions
from beffroi.ledger.models import Charge, ChargeShare
from beffroi.ledger.overlap import Totals, totals
from beffroi.ledger.positions import Value
from beffroi.ledger.queries import Scope, figures
from beffroi.ledger.recognition import merge
from beffroi.operations.models import Operation
from beffroi.partners.models import Organisation
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db

D23, D24 = datetime.date(2023, 12, 31), datetime.date(2024, 12, 31)
PROGRAMMED = Label("programmed", "contractual", "", fictitious=True)


def joint_fund(**changes: Any) -> Contract:
    facts = {"slug": "fonds", "name": "Fonds joint", "kind": "cper", "fictitious": True}
    return Contract.objects.create(**facts | {"levels": ["axe"]} | changes)


def speak(world: World, contract: Contract, on: datetime.date, *said: Said) -> int:
    """Each statement as its funder makes it, charged to a contract; the posting's number."""
    for each in said:
        node = each.heading.node_id if contract == world.contract else None
        each.heading = each.heading._replace(contract_id=contract.pk, node_id=node)
        with posting("return", "essai") as opened:
            post(
                opened,
                [each],
                contract_id=contract.pk,
                source_id=each.heading.source_id,
                effective_on=on,
            )
    return last_number()


def line_of(world: World, operation: int = 0, scheme: str = "") -> FundingLine:
    return FundingLine(
        Operation.objects.get(pk=world.operations[operation]),
        Organisation.objects.get(pk=world.sources[0]),
        scheme,
    )


def somebody_who_runs_all() -> User:
    return User.objects.create_superuser("pilote@exemple.fr", "x" * 12, full_name="Pilote")


def told(found: Totals) -> dict[int, tuple[int, int]]:
    return {s.contract_id: (s.charged.value.cents, s.shown.value.cents) for s in found.shares}


def test_the_second_contract_to_say_a_line_shows_it() -> None:
    world, fund = make_world(), joint_fund()
    before = speak(world, world.contract, D23, world.said(100), world.said(7, operation=None))
    known = speak(world, fund, D24, world.said(120), world.said(40, operation=1))
    both = [world.contract, fund]
    found = totals(both, D24, known)
    assert told(found) == {world.contract.pk: (107, 0), fund.pk: (40, 120)}
    assert (found.charged(PROGRAMMED).cents, found.shown(PROGRAMMED).cents) == (147, 120)
    crossing = found.crossings[0]
    assert (crossing.shown_by, crossing.charged_to) == (fund.pk, world.contract.pk)
    assert (crossing.amount.value.cents, crossing.lines) == (120, 1)
    assert told(totals([fund], D24, known)) == {fund.pk: (40, 120)}, "asked alone, it shows it too"
    assert told(totals(both, D24, before)) == {world.contract.pk: (107, 0)}


def test_who_says_zero_yields_to_who_says_more() -> None:
    world, fund = make_world(), joint_fund()
    speak(world, world.contract, D23, world.said(0))
    known = speak(world, fund, D24, world.said(120))
    assert told(totals([world.contract, fund], D24, known))[fund.pk] == (120, 0)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_euro_twice_and_none_lost(data: st.DataObject) -> None:
    with transaction.atomic():
        world, fund = make_world(operations=2), joint_fund()
        both = [world.contract, fund]
        answers = {}
        for _ in range(data.draw(st.integers(1, 6))):
            said = world.said(
                data.draw(st.integers(0, 50)),
                source=data.draw(st.integers(0, 1)),
                operation=data.draw(st.sampled_from([0, 1, None])),
                stage=data.draw(st.sampled_from(["programmed", "paid"])),
                scheme=data.draw(st.sampled_from(["FNADT", "DSIL"])),
            )
            contract = data.draw(st.sampled_from(both))
            known = speak(world, contract, data.draw(st.sampled_from([D23, D24])), said)
            answers[known] = {on: totals(both, on, known) for on in (D23, D24)}
        for known, by_day in answers.items():
            for on, found in by_day.items():
                assert totals(both, on, known) == found, "what is known later changes no answer"
                held = {
                    contract.pk: {
                        figure.labels["stage"]: figure.value.cents
                        for figure in figures(Scope(contract), on, known, ["stage"])
                    }
                    for contract in both
                }
                said_of: dict[int, dict[str, int]] = {contract.pk: {} for contract in both}
                for share in found.shares:
                    cents = share.charged.value.cents + share.shown.value.cents
                    said_of[share.contract_id][share.charged.label.stage] = cents
                assert said_of == held
                for label in found.labels:
                    said_in_all = sum(by_stage.get(label.stage, 0) for by_stage in held.values())
                    overlap = sum(
                        crossing.amount.value.cents
                        for crossing in found.crossings
                        if crossing.amount.label == label
                    )
                    assert found.charged(label).cents + overlap == said_in_all
                    assert found.shown(label).cents == overlap
        transaction.set_rollback(True)


def test_a_decision_moves_the_line_is_known_from_then_on_and_undone() -> None:
    world, fund = make_world(), joint_fund()
    speak(world, world.contract, D23, world.said(100))
    before = speak(world, fund, D23, world.said(120))
    both = [world.contract, fund]
    line, boss = line_of(world), somebody_who_runs_all()

    def decide(contract: Contract | None, seen: int | None, reason: str = "Convention") -> Charge:
        return charge(line, {contract: 1} if contract else {}, by=boss, reason=reason, seen=seen)

    first = decide(fund, None)
    moved = last_number()
    assert told(totals(both, D23, moved)) == {world.contract.pk: (0, 100), fund.pk: (120, 0)}
    with pytest.raises(ChargeRefused, match="vient de décider"):
        decide(world.contract, None)
    with pytest.raises(ChargeRefused, match="Dites pourquoi"):
        decide(world.contract, first.pk, " ")
    with pytest.raises(ChargeRefused, match="ne porte pas cette ligne"):
        decide(joint_fund(slug="autre", name="Autre"), first.pk)
    assert [each.id for each in decisions(line)] == [first.pk]
    decide(None, first.pk)
    assert told(totals(both, D23, last_number())) == told(totals(both, D23, before))
    assert told(totals(both, D23, moved))[fund.pk] == (120, 0), "as it was known then"


def test_a_line_is_split_to_the_cent() -> None:
    world, fund, third = make_world(), joint_fund(), joint_fund(slug="tiers", name="Tiers")
    together = [world.contract, fund, third]
    for contract in together:
        speak(world, contract, D23, world.said(101))
    speak(world, fund, D23, world.said(11, stage="paid", unread=1))
    boss, line = somebody_who_runs_all(), line_of(world)
    with pytest.raises(ChargeRefused, match="plus grande que zéro"):
        charge(line, {fund: 1, third: -1}, by=boss, reason="Convention", seen=None)
    charge(line, {world.contract: 1, fund: 2}, by=boss, reason="Convention", seen=None)
    found = totals(together, D23, last_number())
    programmed = {
        s.contract_id: (s.charged.value.cents, s.shown.value.cents)
        for s in found.shares
        if s.charged.label == PROGRAMMED
    }
    assert programmed == {world.contract.pk: (33, 68), fund.pk: (68, 33), third.pk: (0, 101)}
    assert found.charged(PROGRAMMED).cents == 101
    paid = replace(PROGRAMMED, stage="paid")
    assert found.charged(paid) == Value(11, 1, 1), "of those named, one holds it: it has it all"
    crossed = {
        (c.shown_by, c.charged_to): c.amount.value.cents
        for c in found.crossings
        if c.amount.label == PROGRAMMED
    }
    assert crossed == {
        (world.contract.pk, fund.pk): 68,
        (fund.pk, world.contract.pk): 33,
        (third.pk, world.contract.pk): 33,
        (third.pk, fund.pk): 68,
    }


def test_a_decision_follows_its_operation_into_another_and_back() -> None:
    world, fund = make_world(), joint_fund()
    for contract in (world.contract, fund):
        speak(world, contract, D23, world.said(100))
    both, boss = [world.contract, fund], somebody_who_runs_all()
    made = charge(line_of(world), {fund: 1}, by=boss, reason="Convention", seen=None)
    before = told(totals(both, D23, last_number()))
    reunited = merge(world.operations[0], world.operations[1])
    assert told(totals(both, D23, last_number())) == before
    assert [each.id for each in decisions(line_of(world, 1))] == [made.pk]
    with pytest.raises(ChargeRefused, match="réunie à une autre"):
        charge(line_of(world), {}, by=boss, reason="Moi", seen=None)
    with pytest.raises(ChargeRefused, match="vient de décider"):
        charge(line_of(world, 1), {}, by=boss, reason="Moi", seen=None)
    charge(line_of(world, 1), {}, by=boss, reason="Moi", seen=made.pk)
    assert told(totals(both, D23, last_number()))[fund.pk] == (0, 100)
    assert told(totals(both, D23, reunited))[fund.pk] == (100, 0), "as it was known then"


def test_only_who_runs_every_contract_decides() -> None:
    world, fund = make_world(), joint_fund()
    speak(world, world.contract, D23, world.said(100))
    known = speak(world, fund, D23, world.said(120))
    passer_by = User.objects.create_user("autre@exemple.fr", "x" * 12, full_name="Autre")
    with pytest.raises(ChargeRefused, match="piloter chacun"):
        charge(line_of(world), {fund: 1}, by=passer_by, reason="Moi", seen=None)
    assert (Charge.objects.count(), last_number()) == (0, known)


def test_a_decision_is_never_changed() -> None:
    for sentence in (
        "UPDATE ledger_charge SET reason = 'autre'",
        "DELETE FROM ledger_charge",
        "UPDATE ledger_chargeshare SET weight = 2",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sentence)


def test_nothing_is_added_to_a_decision_known() -> None:
    world, fund = make_world(), joint_fund()
    for contract in (world.contract, fund):
        speak(world, contract, D23, world.said(100))
    boss = somebody_who_runs_all()
    made = charge(line_of(world), {fund: 1}, by=boss, reason="Convention", seen=None)
    with pytest.raises(DatabaseError, match="aucune part"), transaction.atomic():
        ChargeShare.objects.create(charge=made, contract=world.contract, weight=1)


def test_real_and_fictitious_contracts_have_no_total() -> None:
    world, real = make_world(), joint_fund(slug="reel", name="Réel", fictitious=False)
    with pytest.raises(UnlikeAmounts, match="du réel et du fictif"):
        totals([world.contract, real], D24, last_number())


UNLIKE = {
    "stage": ("paid", "stades"),
    "nature": ("valued", "natures"),
    "tax_basis": ("HT", "assiettes"),
    "currency": ("CHF", "monnaies"),
    "fictitious": (False, "réel et du fictif"),
}


@pytest.mark.parametrize(
    "names", [names for size in (1, 2, 5) for names in combinations(UNLIKE, size)]
)
def test_unlike_amounts_are_never_added(names: tuple[str, ...]) -> None:
    one = Amount(PROGRAMMED, Value(5, 0, 1))
    other = Amount(replace(PROGRAMMED, **{n: UNLIKE[n][0] for n in names}), Value(7, 0, 1))
    for add in (lambda: one + other, lambda: other + one, lambda: total([one, one, other])):
        with pytest.raises(UnlikeAmounts) as refused:
            add()
        assert all(UNLIKE[name][1] in str(refused.value) for name in names)
    assert (one + one).value.cents == 10


def test_tax_bases_are_told_apart() -> None:
    world = make_world()
    speak(world, world.contract, D23, world.said(100))
    without_tax = world.said(30, operation=1)
    without_tax.heading = without_tax.heading._replace(tax_basis="HT")
    known = speak(world, world.contract, D23, without_tax)
    found = figures(Scope(world.contract), D23, known, ["funder"])
    assert {(f.labels["tax_basis"], f.value.cents) for f in found} == {("", 100), ("HT", 30)}
