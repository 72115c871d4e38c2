"""An operation that counts in two contracts is one operation, and its euros count once."""

from __future__ import annotations

import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from beffroi.cli.demonstration import DEMO, FUND_OBJECTIVE
from beffroi.contracts.models import Contract
from beffroi.framework.loading import load_contract_file, load_foundations
from beffroi.journal.actions import last_number
from beffroi.ledger.models import Key
from beffroi.ledger.overlap import totals
from beffroi.ledger.queries import Scope, figures
from beffroi.operations.actions import MembershipRefused, join
from beffroi.operations.models import Membership, Operation
from beffroi.returns.actions import import_return
from tests.worlds import make_world

pytestmark = pytest.mark.django_db

DAY = datetime.date(2024, 12, 31)


@pytest.fixture
def contracts() -> tuple[Contract, Contract]:
    """The contract and the joint fund of the demonstration; the State has told of the first."""
    load_foundations()
    whole, fund = (
        load_contract_file(DEMO / name).loaded.contract
        for name in ("demo-contract.yaml", "joint-fund.yaml")
    )
    path = DEMO / "returns-2024" / "etat_sgar.xlsx"
    import_return(path, contract=whole, partner_slug="etat", on=DAY)
    return whole, fund


def take_the_fund(fund: Contract) -> None:
    path = DEMO / "joint-fund" / "etat_sgar.xlsx"
    import_return(path, contract=fund, partner_slug="etat", on=DAY)


def test_a_return_of_the_fund_recognises_the_operations_of_the_contract(
    contracts: tuple[Contract, Contract],
) -> None:
    whole, fund = contracts
    held = Key.objects.filter(
        heading__contract=whole, heading__node__versions__code=FUND_OBJECTIVE
    ).values("operation")
    alone = totals([whole], DAY, last_number())
    join(Operation.objects.filter(pk__in=held), fund, reason="Fonds joint (essai)")
    take_the_fund(fund)
    assert not Operation.objects.filter(contract=fund).exists()
    together = totals([whole, fund], DAY, last_number())
    assert together.shares
    for label in together.labels:
        assert together.charged(label).cents == alone.charged(label).cents, "not a euro more"
    told = figures(Scope(fund), DAY, last_number(), ["stage"])
    assert {(f.labels["stage"], f.value.cents) for f in told} == {
        (c.amount.label.stage, c.amount.value.cents) for c in together.crossings
    }
    assert all(crossing.shown_by == fund.pk for crossing in together.crossings)
    placed = figures(Scope(fund), DAY, last_number(), ["commune"], stage="programmed")
    assert None not in {figure.labels["commune"] for figure in placed}


def test_without_membership_they_are_others(contracts: tuple[Contract, Contract]) -> None:
    whole, fund = contracts
    take_the_fund(fund)
    assert Operation.objects.filter(contract=fund).exists()
    assert totals([whole, fund], DAY, last_number()).crossings == []


def test_what_cannot_count_together_is_refused_in_a_sentence() -> None:
    world = make_world()
    operations = list(Operation.objects.filter(pk__in=world.operations))
    real = Contract.objects.create(
        slug="reel", name="Réel", kind="cper", fictitious=False, levels=["axe"]
    )
    fund = Contract.objects.create(
        slug="fonds", name="Fonds", kind="cper", fictitious=True, levels=["axe"]
    )
    before = last_number()
    with pytest.raises(MembershipRefused, match="réel et le fictif"):
        join(operations, real, reason="Essai")
    with pytest.raises(MembershipRefused, match="son propre contrat"):
        join(operations, world.contract, reason="Essai")
    with pytest.raises(MembershipRefused, match="Dites pourquoi"):
        join(operations, fund, reason="  ")
    earlier = datetime.date(2023, 12, 31)
    with pytest.raises(MembershipRefused, match="avant d'en sortir"):
        join(operations, fund, reason="Essai", since=DAY, until=earlier)
    assert (Membership.objects.count(), last_number()) == (0, before)
    join(operations, fund, reason="Essai")
    for sentence in (
        "UPDATE operations_membership SET reason = 'x'",
        "DELETE FROM operations_membership",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sentence)
