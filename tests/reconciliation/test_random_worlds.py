"""Random worlds of statements, agreements, charges, merges and contracts: their sums hold."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from beffroi.accounts.models import User
from beffroi.contracts.models import Contract
from beffroi.journal.actions import last_number, posting
from beffroi.ledger.actions import post
from beffroi.ledger.adding import Label
from beffroi.ledger.charging import FundingLine, charge, decisions
from beffroi.ledger.overlap import Totals, totals
from beffroi.ledger.queries import Scope, figures
from beffroi.ledger.recognition import merge
from beffroi.operations.models import Operation
from beffroi.partners.models import Organisation
from beffroi.reconciliation.actions import look
from beffroi.reconciliation.agreements.actions import accept, propose
from tests.reconciliation.words import D23, D24, gap, say, voice
from tests.worlds import make_world

PROGRAMMED = Label("programmed", "contractual", "", fictitious=True)
DAYS = (D23, D24)
#: Two contracts hold the first two operations, and say the same of them; one alone the third.
SHARED, ALONE = (0, 1), 2


class Region:
    """What the region's total should be, kept by hand beside the ledger."""

    def __init__(self) -> None:
        self.world = make_world()
        self.fund = Contract.objects.create(
            slug="fonds", name="Fonds joint", kind="cper", fictitious=True, levels=["axe"]
        )
        self.boss = User.objects.create_superuser("pilote@exemple.fr", "x" * 12, full_name="P")
        self.story: list[tuple[datetime.date, dict[int, int]]] = []
        self.agreed: set[datetime.date] = set()
        self.reunited = False

    @property
    def contracts(self) -> list[Contract]:
        return [self.world.contract, self.fund]

    def bearer(self, operation: int) -> int:
        return SHARED[1] if self.reunited and operation == SHARED[0] else operation

    def at(self, operation: int, on: datetime.date) -> int:
        """What stands of an operation: the last word of the latest date, its lines together."""
        told = {
            (day, rank): sum(
                cents for each, cents in said.items() if self.bearer(each) == operation
            )
            for rank, (day, said) in enumerate(self.story)
            if day <= on and operation in map(self.bearer, said)
        }
        return told[max(told)] if told else 0

    def total(self, on: datetime.date) -> int:
        return sum(self.at(operation, on) for operation in {*map(self.bearer, SHARED), ALONE})

    def speak(self, on: datetime.date, said: dict[int, int]) -> None:
        """A return of each contract's, by the one whose money it is, of operations as now known."""
        said = {self.bearer(operation): cents for operation, cents in said.items()}
        for contract in self.contracts:
            told = []
            for operation, cents in said.items():
                if operation in SHARED or contract == self.world.contract:
                    each = self.world.said(cents, operation=operation, node=None)
                    each.heading = each.heading._replace(contract_id=contract.pk)
                    told.append(each)
            with posting("return", "essai") as opened:
                post(
                    opened,
                    told,
                    contract_id=contract.pk,
                    source_id=self.world.sources[0],
                    effective_on=on,
                )
        self.story.append((on, said))

    def agree(self, on: datetime.date, cents: int) -> None:
        """The other source claims something of what one contract holds alone; both agree on it."""
        world = self.world
        spoken = {day for day, said in self.story if ALONE in said}
        if on in self.agreed or on not in spoken or cents == self.at(ALONE, on):
            return
        self.agreed.add(on)
        claimed = world.said(cents, source=1, funder=0, operation=ALONE, node=None)
        say(world, on, claimed, source=1)
        found = gap(world, on, ALONE)
        turn = propose(world.contract, found, cents, voice(world, 1), reason="Convention")
        before = self.positions(on)
        accept(world.contract, {turn.agreement_id: turn.rank}, voice(world, 0))
        self.story.append((on, {ALONE: cents}))
        changed = {money.operation for (money, _measure), _ in before ^ self.positions(on)}
        agreed_on = Operation.objects.get(pk=world.operations[ALONE])
        assert changed == {agreed_on.code}, "an agreement changes its own keys alone"

    def positions(self, on: datetime.date) -> set[Any]:
        """Every figure of every contract, as it would be signed."""
        return {
            position
            for contract in self.contracts
            for position in look(contract, on, last_number()).figures.items()
        }

    def decide(self, operation: int, weights: tuple[int, int]) -> None:
        """Charge a shared line to one contract, to both, or give it back to the rule."""
        line = FundingLine(
            Operation.objects.get(pk=self.world.operations[self.bearer(operation)]),
            Organisation.objects.get(pk=self.world.sources[0]),
        )
        made = decisions(line)
        chosen = {each: part for each, part in zip(self.contracts, weights, strict=True) if part}
        charge(line, chosen, by=self.boss, reason="Essai", seen=made[-1].id if made else None)

    def reunite(self) -> None:
        """The two shared operations are found to be one."""
        if not self.reunited:
            merge(*(self.world.operations[each] for each in SHARED))
            self.reunited = True

    def answers(self, known: int) -> dict[datetime.date, tuple[Totals, list[str]]]:
        """What is answered of each day as known then: totals, and the digests to sign."""
        return {
            on: (
                totals(self.contracts, on, known),
                [look(each, on, known).digest for each in self.contracts],
            )
            for on in DAYS
        }

    def check(self) -> None:
        """Contracts add up to the region's total, and each shows all that it holds."""
        for on in DAYS:
            found = totals(self.contracts, on, last_number())
            assert found.charged(PROGRAMMED).cents == self.total(on)
            for contract in self.contracts:
                held = sum(
                    figure.value.cents
                    for figure in figures(Scope(contract), on, last_number(), ("funder",))
                )
                shares = [each for each in found.shares if each.contract_id == contract.pk]
                assert held == sum(s.charged.value.cents + s.shown.value.cents for s in shares)


CENTS = st.integers(0, 10**6)
STEP = st.one_of(
    st.tuples(
        st.just("speak"),
        st.sampled_from(DAYS),
        st.dictionaries(st.integers(0, 2), CENTS, min_size=1),
    ),
    st.tuples(st.just("agree"), st.sampled_from(DAYS), CENTS),
    st.tuples(
        st.just("decide"), st.sampled_from(SHARED), st.tuples(st.integers(0, 3), st.integers(0, 3))
    ),
    st.tuples(st.just("reunite")),
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=st.tuples(CENTS, CENTS, CENTS), steps=st.lists(STEP, min_size=3, max_size=5))
@example(
    first=(101, 50, 7),
    steps=[("decide", 0, (1, 2)), ("agree", D23, 9), ("reunite",), ("decide", 1, (2, 1))],
)
def test_contracts_add_up_to_the_region_whatever_is_decided(
    db: None, first: tuple[int, ...], steps: list[tuple[Any, ...]]
) -> None:
    with transaction.atomic():
        region, answered = Region(), {}
        region.speak(D23, dict(enumerate(first)))
        for name, *arguments in steps:
            getattr(region, name)(*arguments)
            region.check()
            answered[last_number()] = region.answers(last_number())
        for known, answer in answered.items():
            assert region.answers(known) == answer, "what is known later changes no answer"
        transaction.set_rollback(True)
