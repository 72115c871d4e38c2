"""Financing plans of the demonstration: one that closes, one that lacks money, one set aside."""

from __future__ import annotations

import datetime

from beffroi.accounts.models import User
from beffroi.contracts.models import Contract
from beffroi.financing.actions import Draft, waive, write_plan
from beffroi.financing.models import Plan, PlanLine
from beffroi.financing.vocabulary import Certainty, TaxBasis
from beffroi.operations.models import Operation
from beffroi.partners.models import Organisation

REASON = "Plan de démonstration (fictif)"


def plan(contract: Contract, author: User, today: datetime.date) -> None:
    """Plans of three operations, every amount invented; again changes nothing."""
    if Plan.objects.filter(operation__contract=contract).exists():
        return
    with_cost = Operation.objects.filter(contract=contract, costs__isnull=False).distinct()
    closed, lacking, exempted = with_cost.order_by("code")[:3]
    state, region = (Organisation.objects.get(slug=slug) for slug in ("etat", "region-hdf"))

    def line(share: int, certainty: Certainty, **said: object) -> PlanLine:
        return PlanLine(cents=share, certainty=certainty.value, **said)

    def written(operation: Operation, cost: int, *lines: PlanLine) -> None:
        draft = Draft(cost, cost, TaxBasis.EXCLUDED.value, "commune", lines)
        write_plan(operation, draft, author, reason=REASON, seen=operation.plans.count())

    own = {"name": "Maître d'ouvrage", "is_own": True}
    written(
        closed,
        1_000_000_00,
        line(400_000_00, Certainty.NOTIFIED, funder=state, scheme="FNADT"),
        line(350_000_00, Certainty.REQUESTED, funder=region),
        line(250_000_00, Certainty.VOTED, **own),
    )
    written(
        closed,
        1_000_000_00,
        line(400_000_00, Certainty.PAID, funder=state, scheme="FNADT"),
        line(350_000_00, Certainty.VOTED, funder=region),
        line(250_000_00, Certainty.VOTED, **own),
    )
    written(
        lacking,
        640_000_00,
        line(200_000_00, Certainty.FAVOURABLE, funder=state, scheme="DSIL"),
        line(150_000_50, Certainty.EXPECTED, funder=region),
        line(130_000_00, Certainty.VOTED, **own),
    )
    written(
        exempted,
        300_000_00,
        line(270_000_00, Certainty.VOTED, funder=state, scheme="FNADT"),
        line(30_000_00, Certainty.VOTED, **own),
    )
    waive(
        exempted,
        rule="own_share",
        ground="heritage",
        reason="Dérogation fictive, pour la démonstration.",
        ends_on=today + datetime.timedelta(days=365),
        author=author,
    )
