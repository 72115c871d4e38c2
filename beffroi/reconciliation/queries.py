"""Gaps: each place where a partner speaks of another's money, beside the funder's own word."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from beffroi.ledger.queries import Scope
from beffroi.ledger.territory import locations
from beffroi.reconciliation.causes import Cause, Claim, Own, Status, cause_of, status_of
from beffroi.reconciliation.standing import Key, Standing, Stated, standing
from beffroi.territories.queries import PerimeterShown


@dataclass(frozen=True, slots=True)
class Gap:
    """What ``source`` says of ``funder``'s money for an operation and a stage, and what the funder
    says. Cents; ``own_cents`` is ``None`` where the funder is silent or was not read, and
    ``agreed_cents`` where nothing stands agreed of that money. ``where`` is the cell of the claim;
    ``claimed`` and ``own`` are the statements it stands on, with their dates; ``names`` how both
    partners are called, ``sides`` their ids.
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
    names: tuple[str, str] = ("", "")
    sides: tuple[int, int] = (0, 0)

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
    shown: Sequence[PerimeterShown] | None = None,
) -> list[Gap]:
    """Every claim that stands at (au, connu), with its status and the probable cause of its gap.

    Equal ones are given too. ``perimeter`` keeps the operations that lie *in* it; ``tolerance`` is
    in cents, the contract's where it is not given. Claims whose own cell could not be read say
    nothing to compare, and are left out.
    """
    said = standing(scope.contract_id, [au], connu)[au]
    located = locations(scope.contract_id, au, connu, (), perimeter, shown)
    return [gap for gap in _gaps(said, tolerance) if located.places(gap.operation_id)]


def gaps_at(
    scope: Scope, dates: Iterable[datetime.date], connu: int
) -> dict[datetime.date, list[Gap]]:
    """The same at several dates, in one query."""
    said = standing(scope.contract_id, dates, connu)
    return {au: _gaps(found) for au, found in said.items()}


def _gaps(said: Standing, tolerance: int | None = None) -> list[Gap]:
    allowed = said.tolerance if tolerance is None else tolerance
    figures = _own_figures(said)
    return [
        _gap(key, claim, said, figures, allowed)
        for key, claim in said.stated.items()
        if key[0] != key[1] and not claim.unread
    ]


def _gap(
    key: Key,
    claim: Stated,
    said: Standing,
    figures: Mapping[Key, Own],
    tolerance: int,
) -> Gap:
    """One claim beside what its funder says."""
    source, funder, operation, stage, nature = key
    own_key = (funder, funder, operation, stage, nature)
    own, beside = said.stated.get(own_key), figures.get(own_key)
    first = claim.rows[0]
    claimed = Claim(claim.cents, claim.on, claim.lines, claim.measures, first.costs or ())
    return Gap(
        operation_id=operation,
        operation=first.code,
        title=first.title,
        node_id=first.node_id,
        source=source,
        funder=funder,
        stage=stage,
        nature=nature,
        claim_cents=claim.cents,
        own_cents=None if own is None or own.unread else own.cents,
        status=status_of(claimed, beside, tolerance),
        cause=cause_of(claimed, beside, tolerance),
        where=claim.where,
        claim_on=claim.on,
        own_on=own.on if own else None,
        claimed=[row.statement for row in claim.rows],
        own=[row.statement for row in own.rows] if own else [],
        agreed_cents=said.agreed.get(first.money),
        names=(first.source_name, first.funder_name),
        sides=(first.source_id, first.funder_id),
    )


def _own_figures(said: Standing) -> dict[Key, Own]:
    """What funders say of their own money, each with its amounts at the other stages."""
    by_stage: dict[tuple[str, int, str], dict[str, int]] = {}
    for (source, funder, operation, stage, nature), stated in said.stated.items():
        if source == funder:
            by_stage.setdefault((funder, operation, nature), {})[stage] = stated.cents
    own = {}
    for key, stated in said.stated.items():
        source, funder, operation, stage, nature = key
        if source == funder:
            stages = by_stage[funder, operation, nature]
            own[key] = Own(
                stated.cents,
                stated.unread,
                stated.on,
                stated.lines,
                {other: cents for other, cents in stages.items() if other != stage},
                said.past.get(key, {}),
                stated.measures,
            )
    return own
