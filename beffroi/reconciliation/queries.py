"""Gaps: each place where a partner speaks of another's money, beside the funder's own word."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from beffroi.ledger.agreed import agreed_figures
from beffroi.ledger.arbitrating import Money
from beffroi.ledger.queries import Scope
from beffroi.ledger.territory import locations
from beffroi.reconciliation.causes import (
    TOLERANCE,
    Cause,
    Claim,
    Own,
    Status,
    cause_of,
    status_of,
)
from beffroi.reconciliation.models import Tolerance
from beffroi.reconciliation.standing import Key, Stated, costs_of, histories, names_of, standing


@dataclass(frozen=True, slots=True)
class Gap:
    """What ``source`` says of ``funder``'s money for an operation and a stage, and what the funder
    says. Cents; ``own_cents`` is ``None`` where the funder is silent or was not read, and
    ``agreed_cents`` where nothing stands agreed of that money. ``where`` is the cell of the claim;
    ``claimed`` and ``own`` are the statements it stands on, with their dates.
    """

    operation_id: int
    operation: str
    title: str
    node_id: int | None
    source: str
    funder: str
    stage: str
    nature: str
    claim_cents: int
    own_cents: int | None
    status: Status
    cause: Cause
    where: str
    claim_on: datetime.date
    own_on: datetime.date | None = None
    claimed: Sequence[int] = ()
    own: Sequence[int] = ()
    agreed_cents: int | None = None

    @property
    def statements(self) -> list[int]:
        """The statements that make the gap, in order: the same ones make the same gap."""
        return sorted([*self.claimed, *self.own])

    @property
    def on(self) -> datetime.date:
        """The date at which a figure agreed on takes effect: the funder's word, or the claim."""
        return self.own_on or self.claim_on

    @property
    def seen_on(self) -> datetime.date:
        """The first date at which both stand."""
        return max(self.claim_on, self.on)

    @property
    def is_open(self) -> bool:
        """Whether both sides say different things and have not agreed on one."""
        return self.status == Status.DIFFERS and self.agreed_cents is None

    @property
    def gap_cents(self) -> int | None:
        """The claim minus the funder's figure; ``None`` where there is none to compare with."""
        return None if self.own_cents is None else self.claim_cents - self.own_cents

    def as_data(self) -> dict[str, Any]:
        """The answer of ``beffroi gaps --json``."""
        return {
            "operation": self.operation,
            "title": self.title,
            "source": self.source,
            "funder": self.funder,
            "stage": self.stage,
            "nature": self.nature,
            "claim_cents": self.claim_cents,
            "own_cents": self.own_cents,
            "gap_cents": self.gap_cents,
            "cause": self.cause.value,
            "status": self.status.value,
            "agreed_cents": self.agreed_cents,
            "where": self.where,
        }


def gaps(
    scope: Scope,
    au: datetime.date,
    connu: int,
    *,
    perimeter: str | None = None,
    tolerance: int | None = None,
) -> list[Gap]:
    """Every claim that stands at (au, connu), with its status and the probable cause of its gap.

    Equal ones are given too. ``perimeter`` keeps the operations that lie *in* it; ``tolerance`` is
    in cents, the contract's where it is not given. Claims whose own cell could not be read say
    nothing to compare, and are left out.
    """
    if tolerance is None:
        tolerance = tolerance_of(scope.contract_id)
    stated = standing(scope.contract_id, au, connu)
    operations = {operation for _, _, operation, _, _ in stated}
    names = names_of(operations)
    costs = costs_of(scope.contract_id, operations, connu)
    past = histories(scope.contract_id, connu)
    figures = _own_figures(stated, past)
    agreed = agreed_figures(scope.contract_id, au, connu)
    located = locations(scope.contract_id, au, connu, (), perimeter)
    found = []
    for (source, funder, operation, stage, nature), claim in stated.items():
        is_claim = source != funder and not claim.unread
        if not is_claim or not located.places(operation):
            continue
        own = stated.get((funder, funder, operation, stage, nature))
        said = Claim(claim.cents, claim.on, claim.lines, claim.measures, costs.get(operation, ()))
        beside = figures.get((funder, funder, operation, stage, nature))
        status = status_of(said, beside, tolerance)
        code, title = names[operation]
        found.append(
            Gap(
                operation_id=operation,
                operation=code,
                title=title,
                node_id=claim.rows[0].node_id,
                source=source,
                funder=funder,
                stage=stage,
                nature=nature,
                claim_cents=claim.cents,
                own_cents=None if own is None or own.unread else own.cents,
                status=status,
                cause=cause_of(said, beside, tolerance),
                where=claim.where,
                claim_on=claim.on,
                own_on=own.on if own else None,
                claimed=[row.statement for row in claim.rows],
                own=[row.statement for row in own.rows] if own else [],
                agreed_cents=agreed.get(Money(operation, claim.rows[0].funder_id, stage, nature)),
            )
        )
    return found


def tolerance_of(contract_id: int | None) -> int:
    """What a contract takes for mere rounding today, in cents."""
    chosen = Tolerance.objects.filter(contract_id=contract_id or 0).order_by("-pk").first()
    return chosen.cents if chosen else TOLERANCE


def _own_figures(
    stated: Mapping[Key, Stated], past: Mapping[Key, Mapping[datetime.date, int]]
) -> dict[Key, Own]:
    """What funders say of their own money, each with its amounts at the other stages."""
    by_stage: dict[tuple[str, int, str], dict[str, int]] = {}
    for (source, funder, operation, stage, nature), said in stated.items():
        if source == funder:
            by_stage.setdefault((funder, operation, nature), {})[stage] = said.cents
    own = {}
    for key, said in stated.items():
        source, funder, operation, stage, nature = key
        if source == funder:
            stages = by_stage[funder, operation, nature]
            elsewhere = {other: cents for other, cents in stages.items() if other != stage}
            history = past.get(key, {})
            own[key] = Own(
                said.cents, said.unread, said.on, said.lines, elsewhere, history, said.measures
            )
    return own
