"""Why what a partner says of another's money differs from what the funder says: plain arithmetic.

Every amount is in cents. Causes are tried from the surest to the loosest; the first that holds is
the probable cause, and no cause is a proof.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations

#: What rounding may account for: the Region writes tenths of thousands of euros.
TOLERANCE = 5_000
#: Subsets of lines are tried up to so many lines: beyond, an equality would be luck.
MOST_LINES = 12
MOST_TOGETHER = 3


class Cause(StrEnum):
    """The probable cause of a gap."""

    NONE = ""
    ROUNDING = "rounding"
    UNREAD = "unread"
    STAGE = "stage"
    DATE = "date"
    DUPLICATE = "duplicate"
    LINES = "lines"
    PRICE = "price"
    OBJECTIVE = "objective"
    UNEXPLAINED = "unexplained"


class Status(StrEnum):
    """What a claim is worth beside the funder's own word."""

    EQUAL = "equal"
    ROUNDING = "rounding"
    DIFFERS = "differs"
    OWN_UNREAD = "own_unread"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Own:
    """What a funder says of its own money for one operation and stage, at the date asked.

    ``lines`` are the amounts of the cells it was read in; ``elsewhere`` its amounts at the other
    stages, ``history`` at the other dates of its returns; ``measures`` the nodes it is charged to.
    """

    cents: int
    unread: int = 0
    on: datetime.date | None = None
    lines: Sequence[int] = ()
    elsewhere: Mapping[str, int] = field(default_factory=dict)
    history: Mapping[datetime.date, int] = field(default_factory=dict)
    measures: frozenset[int | None] = frozenset()


@dataclass(frozen=True, slots=True)
class Claim:
    """What another says of that money."""

    cents: int
    on: datetime.date | None = None
    lines: Sequence[int] = ()
    measures: frozenset[int | None] = frozenset()
    costs: Sequence[int] = ()
    """The total costs that were given of the operation, over time: a price that was revised."""


def status_of(claim: Claim, own: Own | None, tolerance: int = TOLERANCE) -> Status:
    """Equal, a matter of rounding (``tolerance`` in cents), different; or not to be compared."""
    if own is None:
        return Status.UNCONFIRMED
    if own.unread:
        return Status.OWN_UNREAD
    if claim.cents == own.cents:
        return Status.EQUAL
    return Status.ROUNDING if abs(claim.cents - own.cents) <= tolerance else Status.DIFFERS


def cause_of(claim: Claim, own: Own | None, tolerance: int = TOLERANCE) -> Cause:
    """The probable cause of the gap; none where there is nothing to explain."""
    status = status_of(claim, own, tolerance)
    if own is None or status in {Status.EQUAL, Status.UNCONFIRMED}:
        return Cause.NONE
    if status == Status.OWN_UNREAD:
        return Cause.UNREAD
    if status == Status.ROUNDING:
        return Cause.ROUNDING
    return next((cause for cause, holds in _TESTS if holds(claim, own)), Cause.UNEXPLAINED)


def _same(one: int, other: int) -> bool:
    """Equal, or as near as writing them in tenths of k€ makes them."""
    return one != 0 and other != 0 and abs(one - other) <= TOLERANCE


def _another_stage(claim: Claim, own: Own) -> bool:
    """Affectation counted for engagement, and the like."""
    return any(_same(claim.cents, cents) for cents in own.elsewhere.values())


def _another_date(claim: Claim, own: Own) -> bool:
    """What the funder said at another date of its returns."""
    return any(_same(claim.cents, cents) for on, cents in own.history.items() if on != own.on)


def _counted_twice(claim: Claim, own: Own) -> bool:
    """Twice the amount, or a line of one's own repeated."""
    if _same(claim.cents, own.cents * 2) or _same(claim.cents * 2, own.cents):
        return True
    gap = claim.cents - own.cents
    repeated = own.lines if gap < 0 else claim.lines
    return len(repeated) > 1 and any(
        _same(abs(gap), cents) and list(repeated).count(cents) > 1 for cents in repeated
    )


def _some_of_the_lines(claim: Claim, own: Own) -> bool:
    """One operation for the one is several lines for the other: some of them add up."""
    return _sums_to(own.lines, claim.cents) or _sums_to(claim.lines, own.cents)


def _sums_to(lines: Sequence[int], wanted: int) -> bool:
    if not 1 < len(lines) <= MOST_LINES:
        return False
    return any(
        _same(wanted, sum(some))
        for size in range(1, min(MOST_TOGETHER, len(lines) - 1) + 1)
        for some in combinations(lines, size)
    )


def _revised_price(claim: Claim, own: Own) -> bool:
    """The same share of the cost before and after an amendment to the works: claim and own figure
    stand in the ratio of two costs that were given of the operation."""
    return any(
        before != after and _same(claim.cents * after, own.cents * before)
        for before in claim.costs
        for after in claim.costs
    )


def _another_measure(claim: Claim, own: Own) -> bool:
    """Charged to other measures: a part of the money stands elsewhere."""
    known = {node for node in own.measures if node is not None}
    return bool(known) and bool(claim.measures - {None}) and not (claim.measures & own.measures)


_TESTS: Sequence[tuple[Cause, Callable[[Claim, Own], bool]]] = (
    (Cause.STAGE, _another_stage),
    (Cause.DATE, _another_date),
    (Cause.DUPLICATE, _counted_twice),
    (Cause.LINES, _some_of_the_lines),
    (Cause.PRICE, _revised_price),
    (Cause.OBJECTIVE, _another_measure),
)
