"""Where both sides stand on each gap."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Prefetch, QuerySet

from beffroi.contracts.models import Contract
from beffroi.ledger.queries import Scope
from beffroi.reconciliation.causes import Status
from beffroi.reconciliation.models import Agreement, Turn, TurnKind
from beffroi.reconciliation.queries import Gap, gaps_at


class State(StrEnum):
    """What has become of a gap between its two sides.

    ``reopened``: they agreed, and the funder has spoken again since.
    """

    PROPOSED = "proposed"
    AGREED = "agreed"
    LEFT_OPEN = "left_open"
    REOPENED = "reopened"


def agreements_of(contract: Contract) -> QuerySet[Agreement]:
    """The agreements of a contract with their turns, in order."""
    return (
        Agreement.objects.filter(contract=contract)
        .select_related("contract", "operation", "source", "funder")
        .prefetch_related(Prefetch("turns", Turn.objects.select_related("side", "author")))
        .order_by("pk")
    )


def agreement_posted(
    posting: int, operation_id: int | None, stage: str, nature: str
) -> Agreement | None:
    """The agreement that a posting, by its number, wrote for an operation and a stage."""
    turn = (
        Turn.objects.filter(
            posting__number=posting,
            agreement__operation=operation_id,
            agreement__stage=stage,
            agreement__nature=nature,
        )
        .select_related("agreement__contract", "agreement__source", "agreement__funder")
        .first()
    )
    return turn.agreement if turn else None


def last_turn(agreement: Agreement) -> Turn | None:
    """The last turn taken, from those read with the agreement."""
    turns = list(agreement.turns.all())
    return turns[-1] if turns else None


Money = tuple[int, str, str, str, str]
"""What an agreement and a gap are about: operation, source, funder, stage, nature."""


def agreements_on(
    contract: Contract, gaps: Iterable[Gap], found: Iterable[Agreement] | None = None
) -> dict[tuple[int, ...], Agreement]:
    """The agreements on some gaps, by the statements that make them.

    Where a figure stands agreed though the claim was said again since, the gap is that of the last
    agreement reached on the same money: only the funder's word reopens it. ``found`` are the
    contract's agreements, where they were read already.
    """
    exact: dict[tuple[int, ...], Agreement] = {}
    reached: dict[Money, Agreement] = {}
    for each in agreements_of(contract) if found is None else found:
        exact[tuple(each.statements)] = each
        last = last_turn(each)
        if last and last.kind == TurnKind.ACCEPTS:
            reached[_money_agreed(each)] = each
    on: dict[tuple[int, ...], Agreement] = {}
    for gap in gaps:
        statements = tuple(gap.statements)
        agreement = exact.get(statements)
        if agreement is None and gap.agreed_cents is not None:
            agreement = reached.get(_money_of(gap))
        if agreement is not None:
            on[statements] = agreement
    return on


def _money_agreed(agreement: Agreement) -> Money:
    sides = (agreement.source.slug, agreement.funder.slug)
    return (agreement.operation_id, *sides, agreement.stage, agreement.nature)


def _money_of(gap: Gap) -> Money:
    return (gap.operation_id, gap.source, gap.funder, gap.stage, gap.nature)


def state_of(agreement: Agreement | None, gap: Gap | None) -> State | None:
    """Where both sides stand. ``gap`` is the one that is said now; ``None`` where it is no more."""
    last = last_turn(agreement) if agreement else None
    if last is None:
        return None
    if last.kind == TurnKind.PROPOSES:
        return State.PROPOSED
    if last.kind == TurnKind.LEAVES_OPEN:
        return State.LEFT_OPEN
    return State.AGREED if gap and gap.agreed_cents is not None else State.REOPENED


def waits_for(agreement: Agreement) -> int | None:
    """The partner whose turn it is to answer a proposal."""
    last = last_turn(agreement)
    if last is None or last.kind != TurnKind.PROPOSES:
        return None
    return ({agreement.source_id, agreement.funder_id} - {last.side_id}).pop()


@dataclass(frozen=True, slots=True)
class Seen:
    """A gap that is said now, with what both sides did about it."""

    gap: Gap
    agreement: Agreement | None

    @property
    def state(self) -> State | None:
        """Where both sides stand; ``None`` where nothing was ever proposed."""
        return state_of(self.agreement, self.gap)

    @property
    def last(self) -> Turn | None:
        """The last turn taken."""
        return last_turn(self.agreement) if self.agreement else None

    @property
    def turns(self) -> list[Turn]:
        """Every turn, in order."""
        return list(self.agreement.turns.all()) if self.agreement else []

    def may_be_proposed_by(self, sides: Collection[int]) -> bool:
        """Whether somebody who speaks for these partners may open the discussion."""
        settled = self.gap.agreed_cents is not None or self.gap.status == Status.EQUAL
        return (
            not settled and self.state != State.PROPOSED and not {*sides}.isdisjoint(self.gap.sides)
        )


def seen(contract: Contract, gaps: Sequence[Gap]) -> list[Seen]:
    """Gaps with their agreements, in the same order. Two queries."""
    agreements = agreements_on(contract, gaps)
    return [Seen(gap, agreements.get(tuple(gap.statements))) for gap in gaps]


def every_agreement(contract: Contract, connu: int) -> list[tuple[Agreement, Gap | None]]:
    """The agreements of a contract, the latest first, each with its gap where it is still said."""
    found = list(agreements_of(contract))
    now = gaps_at(Scope(contract), {each.seen_on for each in found}, connu)
    on_gap: dict[int, Gap] = {}
    for on, together in now.items():
        then = [each for each in found if each.seen_on == on]
        agreements = agreements_on(contract, together, then)
        for gap in together:
            agreement = agreements.get(tuple(gap.statements))
            if agreement is not None:
                on_gap[agreement.pk] = gap
    return [(each, on_gap.get(each.pk)) for each in reversed(found)]
