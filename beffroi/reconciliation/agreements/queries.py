"""Where both sides stand on each gap."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.db.models import QuerySet

from beffroi.contracts.models import Contract
from beffroi.reconciliation.models import Agreement, Turn, TurnKind
from beffroi.reconciliation.queries import Gap


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
        .select_related("operation", "source", "funder")
        .prefetch_related("turns__side", "turns__author")
        .order_by("pk")
    )


def last_turn(agreement: Agreement) -> Turn | None:
    """The last turn taken, from those read with the agreement."""
    turns = list(agreement.turns.all())
    return turns[-1] if turns else None


def agreements_on(contract: Contract, gaps: Iterable[Gap]) -> dict[tuple[int, ...], Agreement]:
    """The agreements on some gaps, by the statements that make them."""
    wanted = {tuple(gap.statements) for gap in gaps}
    return {
        statements: each
        for each in agreements_of(contract)
        if (statements := tuple(each.statements)) in wanted
    }


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
