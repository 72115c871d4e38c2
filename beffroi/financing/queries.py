"""Reading financing plans, as known at a posting."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from beffroi.contracts.models import Contract
from beffroi.financing.checking import Check, checks
from beffroi.financing.closing import Financing, Line
from beffroi.financing.models import Plan, PlanLine, Waiver
from beffroi.operations.models import Operation


@dataclass(frozen=True, slots=True)
class Checked:
    """What a rule says of a plan, and the waiver that sets it aside, if any."""

    check: Check
    waiver: Waiver | None

    @property
    def is_broken(self) -> bool:
        """Whether the rule is not held, and nothing sets it aside."""
        return self.check.holds is False and self.waiver is None


def plans_of(operation: Operation, connu: int) -> list[Plan]:
    """The versions of a plan, the first one first, with their lines. Two queries."""
    return list(_plans(connu).filter(operation=operation))


def standing_plans(contract: Contract, connu: int) -> list[Plan]:
    """The last version of each operation of a contract, by title. Two queries."""
    found = _plans(connu).filter(operation__contract=contract)
    last = {plan.operation_id: plan for plan in found}
    return sorted(last.values(), key=lambda plan: plan.operation.sort_key)


def financing_of(plan: Plan) -> Financing:
    """The arithmetic of a plan."""
    return Financing(
        plan.cost_cents,
        plan.base_cents,
        [
            Line(
                line.cents,
                line.is_own,
                line.is_public,
                line.scheme,
                line.funder.kind if line.funder else "",
            )
            for line in plan.lines.all()
        ],
        plan.owner_kind,
    )


def checked(plan: Plan, on: datetime.date, waivers: Sequence[Waiver]) -> list[Checked]:
    """What every rule that binds a plan says of it on a date, with the waivers then in force."""
    standing = {waiver.rule: waiver for waiver in waivers if waiver.ends_on >= on}
    return [
        Checked(check, standing.get(check.rule.key)) for check in checks(financing_of(plan), on)
    ]


def _plans(connu: int) -> QuerySet[Plan]:
    lines = PlanLine.objects.select_related("funder")
    return (
        Plan.objects.filter(posting__number__lte=connu)
        .select_related("operation__owner", "author", "posting")
        .prefetch_related(Prefetch("lines", lines))
        .order_by("operation_id", "rank")
    )
