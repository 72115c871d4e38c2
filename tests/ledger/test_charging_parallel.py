"""Two people who decide of one line at once: one decision stands, the other person is told."""

from __future__ import annotations

import datetime

import pytest

from beffroi.accounts.models import User
from beffroi.contracts.models import Contract
from beffroi.journal.actions import last_number, posting
from beffroi.ledger.actions import post
from beffroi.ledger.charging import ChargeRefused, FundingLine, charge
from beffroi.ledger.models import Charge
from beffroi.ledger.overlap import totals
from beffroi.operations.models import Operation
from beffroi.partners.models import Organisation
from tests.ledger.test_parallel import PATIENCE, threads, wait_until_blocked
from tests.worlds import make_world

pytestmark = pytest.mark.usefixtures("db")

DAY = datetime.date(2023, 12, 31)


def test_one_decision_stands_and_the_other_is_refused_in_a_sentence() -> None:
    world = make_world()
    fund = Contract.objects.create(
        slug="fonds", name="Fonds joint", kind="cper", fictitious=True, levels=["axe"]
    )
    both = (world.contract, fund)
    for contract in both:
        said = world.said(100, node=None)
        said.heading = said.heading._replace(contract_id=contract.pk)
        with posting("return", "essai") as opened:
            post(
                opened,
                [said],
                contract_id=contract.pk,
                source_id=world.sources[0],
                effective_on=DAY,
            )
    line = FundingLine(
        Operation.objects.get(pk=world.operations[0]),
        Organisation.objects.get(pk=world.sources[0]),
    )
    people = [User.objects.create_superuser(f"{n}@exemple.fr", "x" * 12, full_name=n) for n in "ab"]

    def decide(by: User, contract: Contract) -> Charge | ChargeRefused:
        try:
            return charge(line, {contract: 1}, by=by, reason="Moi", seen=None)
        except ChargeRefused as refusal:
            return refusal

    with threads(2) as start:
        under_way = []

        def let_both_decide(_number: int) -> None:
            under_way.extend(start(decide, *pair) for pair in zip(people, both, strict=True))
            wait_until_blocked(2)

        with posting("correction", "qui tient le temps connu") as held:
            held.as_last_act("both wait", let_both_decide)
        ended = [each.result(PATIENCE) for each in under_way]
    made = [each for each in ended if isinstance(each, Charge)]
    told = [str(each) for each in ended if isinstance(each, ChargeRefused)]
    assert len(made) == len(told) == 1
    assert "vient de décider" in told[0]
    assert list(Charge.objects.all()) == made
    shares = totals(both, DAY, last_number()).shares
    charged = {share.contract_id: share.charged.value.cents for share in shares}
    assert charged[made[0].shares.get().contract_id] == 100
    assert sum(charged.values()) == 100
