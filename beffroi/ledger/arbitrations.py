"""What both sides agreed on, as pure functions: the difference an agreement posts beside what the
funder says, and when it stands no longer.

An agreement at a date holds until the funder speaks again of that money: for a later date, which
takes over from it; for the same one, which reopens it; or for an earlier one whose word now reaches
the agreement's date.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from beffroi.ledger.positions import SILENT, Key, Stated, Value, position, standing


@dataclass(slots=True)
class Told:
    """What is known of one funder's money: its own statements, and those of what was agreed of it.

    ``agreed_on`` are the dates of the agreements that still stand there.
    """

    own: list[Stated] = field(default_factory=list)
    agreed: list[Stated] = field(default_factory=list)
    agreed_on: set[datetime.date] = field(default_factory=set)


def adjustments(
    own: Mapping[Key, Value], cents: int, bearers: Sequence[Key] = ()
) -> dict[Key, Value]:
    """What to add to each key of a funder's word so that together they make ``cents``, and leave
    no cell unread.

    The agreed figure is shared in proportion to what the keys bear. ``bearers`` bear it where the
    funder says nothing.
    """
    said = {key: value for key, value in own.items() if value.said} or dict.fromkeys(
        bearers, SILENT
    )
    shares = spread(cents, [abs(value.cents) for value in said.values()])
    return {
        key: Value(share - value.cents, -value.unread, 1)
        for (key, value), share in zip(said.items(), shares, strict=True)
    }


def spread(cents: int, weights: Sequence[int]) -> list[int]:
    """An amount shared by weights, to the cent: by largest remainder (Hamilton's method), the first
    served where remainders are equal; in equal parts where nothing weighs."""
    if not any(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    shares = [cents * weight // whole for weight in weights]
    by_remainder = sorted(
        range(len(weights)), key=lambda rank: (-(cents * weights[rank] % whole), rank)
    )
    for rank in by_remainder[: cents - sum(shares)]:
        shares[rank] += 1
    return shares


def settling(
    told: Told,
    shares: Mapping[Key, Value],
    on: datetime.date,
    posting: int,
) -> list[Stated]:
    """The statements by which ``shares`` stand from ``on`` until the funder's next word, or until
    what was agreed for a later date."""
    new = [Stated(key, on, posting, value) for key, value in shares.items()]
    new += [
        Stated(key, on, posting, SILENT)
        for key, before in position(told.agreed, on, posting).items()
        if before.said and key not in shares
    ]
    takes_over = [statement.on for statement in told.own] + list(told.agreed_on)
    until = min((date for date in takes_over if date > on), default=datetime.date.max)
    known = standing(told.agreed, posting)
    # Where an earlier agreement was reopened in between, this one goes on.
    new += [
        Stated(key, date, posting, shares.get(key, SILENT))
        for key, date in known
        if on < date < until
    ]
    if until < datetime.date.max:
        new += [Stated(key, until, posting, SILENT) for key in shares if (key, until) not in known]
    return new
