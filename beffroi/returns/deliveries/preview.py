"""What submitting a return will change: read from a posting that is made, then taken back.

The very posting of the return makes the entries that are counted here; nothing is computed twice.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from beffroi.contracts.tree import tree_places
from beffroi.journal.actions import OpenPosting, last_number
from beffroi.ledger.changes import Change, changes_made, said_by
from beffroi.ledger.positions import SILENT, Value
from beffroi.ledger.queries import UNPLACED
from beffroi.operations.models import Operation
from beffroi.partners.models import Organisation
from beffroi.returns.models import Return
from beffroi.returns.taking import Taking

MOST_MOVES = 200
"""How many operations a preview tells, the biggest moves first."""
ADDED, CHANGED, REMOVED, SAME = "added", "changed", "removed", "same"

Money = tuple[str, str, str]
"""A funder's slug, a stage, a nature."""


@dataclass(slots=True)
class _Move:
    """What becomes of one operation."""

    operation_id: int | None
    is_new: bool
    before: dict[Money, Value] = field(default_factory=dict)
    after: dict[Money, Value] = field(default_factory=dict)
    axes_before: set[str] = field(default_factory=set)
    axes_after: set[str] = field(default_factory=set)
    removed: bool = True

    def add(self, change: Change, money: Money, axis: str) -> None:
        """Count what changes in one of its measures."""
        self.before[money] = self.before.get(money, SILENT) + change.before
        self.after[money] = self.after.get(money, SILENT) + change.after
        self.removed &= change.removed or not change.after.said
        if change.before.said:
            self.axes_before.add(axis)
        if change.after.said:
            self.axes_after.add(axis)

    @property
    def what(self) -> str:
        """Whether it is added, removed, changed, or stays the same."""
        if not any(value.said for value in self.before.values()):
            return ADDED
        if self.removed:
            return REMOVED
        if self.before == self.after and self.axes_before == self.axes_after:
            return SAME
        return CHANGED

    @property
    def weight(self) -> int:
        """The largest of its differences, in cents."""
        return max(
            abs(after.cents - self.before[money].cents) for money, after in self.after.items()
        )


def preview_of(taking: Taking, new: OpenPosting) -> dict[str, Any]:
    """What an open posting of that return changes at its date, as JSON; amounts in cents.

    ``totals`` are what the partner says, at the stages of which the return speaks:
    ``[axis, funder, stage, nature, [cents, unread, said], [cents, unread, said]]``, before and
    after. ``counts`` are operations added, changed, removed and staying the same; ``moves`` the
    first of them, biggest moves first. ``axes`` and ``names`` are what axes and funders are called,
    ``known`` is the last posting known, ``later_on`` the date of a later return.
    """
    contract = taking.contract
    assert contract is not None
    known = last_number()
    places = tree_places(contract, taking.on, known)
    axes = {node_id: place.axis for node_id, place in places.items()}
    organisations = Organisation.objects.all()
    slugs = {each.pk: each.slug for each in organisations}
    names = {each.pk: str(each) for each in organisations}
    changes = changes_made(new, taking.on)
    stages = {change.stage for change in changes}
    before: dict[tuple[str, str, str, str], Value] = {}
    for said in said_by(contract.pk, taking.partner.pk, taking.on, known):
        if said.stage not in stages:
            continue
        key = (_axis(axes, said.node_id), slugs[said.funder_id], said.stage, said.nature)
        before[key] = before.get(key, SILENT) + said.value
    after = dict(before)
    moves: dict[int | None, _Move] = {}
    for change in changes:
        axis, funder = _axis(axes, change.node_id), slugs[change.funder_id]
        key = (axis, funder, change.stage, change.nature)
        after[key] = after.get(key, SILENT) + change.after.minus(change.before)
        move = moves.setdefault(change.operation_id, _Move(change.operation_id, change.is_new))
        move.add(change, (funder, change.stage, change.nature), axis)
    return {
        "known": known,
        "axes": [
            [place.axis, f"{place.axis} {place.title}"]
            for place in places.values()
            if place.depth == 0
        ],
        "names": {slugs[pk]: names[pk] for pk in {change.funder_id for change in changes}},
        "later_on": _later(taking),
        "totals": [
            [*key, list(before.get(key, SILENT)), list(value)]
            for key, value in sorted(after.items())
        ],
        "counts": _counts(moves.values()),
        "moves": _told(moves.values()),
    }


def same_change(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two previews tell the same change, whatever was known meanwhile."""
    told = ("totals", "counts", "moves")
    return all(one[name] == other[name] for name in told)


def _axis(axes: Mapping[int, str], node_id: int | None) -> str:
    return axes.get(node_id, UNPLACED) if node_id is not None else UNPLACED


def _counts(moves: Iterable[_Move]) -> dict[str, int]:
    counts = dict.fromkeys((ADDED, CHANGED, REMOVED, SAME), 0)
    for move in moves:
        counts[move.what] += 1
    return counts


def _told(moves: Iterable[_Move]) -> list[dict[str, Any]]:
    """The biggest moves; an operation that the posting makes has no id yet."""
    moving = [move for move in moves if move.what != SAME]
    moving.sort(key=lambda move: (-move.weight, move.operation_id or 0))
    first = moving[:MOST_MOVES]
    titles = Operation.objects.in_bulk([move.operation_id for move in first if move.operation_id])
    return [
        {
            "operation": None if move.is_new else move.operation_id,
            "title": titles[move.operation_id].title if move.operation_id else "",
            "code": "" if move.is_new or not move.operation_id else titles[move.operation_id].code,
            "what": move.what,
            "axes": [sorted(move.axes_before), sorted(move.axes_after)],
            "amounts": _amounts(move),
        }
        for move in first
    ]


def _amounts(move: _Move) -> Sequence[Any]:
    return [
        [*money, list(move.before[money]), list(after)]
        for money, after in sorted(move.after.items())
        if after != move.before[money]
    ]


def _later(taking: Taking) -> str | None:
    """The date of the partner's last return of a later situation, which stands at its date."""
    later: datetime.date | None = (
        Return.objects.filter(
            contract=taking.contract, partner=taking.partner, effective_on__gt=taking.on
        )
        .order_by("-effective_on")
        .values_list("effective_on", flat=True)
        .first()
    )
    return later.isoformat() if later else None
