"""Gaps: each place where a partner speaks of another's money, beside the funder's own word."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
from beffroi.reconciliation.standing import Key, Stated, costs_of, histories, names_of, standing


@dataclass(frozen=True, slots=True)
class Gap:
    """What ``source`` says of ``funder``'s money for an operation and a stage, and what the funder
    says. Cents; ``own_cents`` is ``None`` where the funder is silent or was not read. ``where`` is
    the cell of the claim, ``statements`` the rows it stands on, the funder's after the claim's.
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
    statements: Sequence[int] = ()

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
            "where": self.where,
        }


def gaps(
    scope: Scope,
    au: datetime.date,
    connu: int,
    *,
    perimeter: str | None = None,
    tolerance: int = TOLERANCE,
) -> list[Gap]:
    """Every claim that stands at (au, connu), with its status and the probable cause of its gap.

    Equal ones are given too. ``perimeter`` keeps the operations that lie *in* it; ``tolerance`` is
    in cents. Claims whose own cell could not be read say nothing to compare, and are left out.
    """
    stated = standing(scope.contract_id, au, connu)
    operations = {operation for _, _, operation, _, _ in stated}
    names = names_of(operations)
    costs = costs_of(scope.contract_id, operations, connu)
    past = histories(scope.contract_id, connu)
    figures = _own_figures(stated, past)
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
                statements=[row.statement for row in [*claim.rows, *(own.rows if own else ())]],
            )
        )
    return found


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
