"""What a reading is checked against, without any database: plain facts, in cents."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from beffroi.returns.reading import Amount, Line, Reading


class Said(NamedTuple):
    """Whose money, at which stage, of which operation."""

    operation: int
    funder: str
    stage: str


@dataclass(frozen=True, slots=True)
class KnownContract:
    """A contract as far as its returns are checked.

    ``envelopes`` gives the cents contracted by node and funder; ``within`` the nodes above each
    node of the tree, itself included; ``names`` how funders are called.
    """

    start: datetime.date | None = None
    end: datetime.date | None = None
    envelopes: Mapping[tuple[str, str], int] = field(default_factory=dict)
    within: Mapping[str, Sequence[str]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


KnownAmounts = Mapping[Said, int]
"""The cumulative cents that the partner last said of its own money, before the return's date."""


@dataclass(slots=True)
class Stated:
    """What a return says of one thing: cents, and the cells they were read in."""

    cents: int = 0
    unread: bool = False
    cells: list[tuple[Line, Amount]] = field(default_factory=list)

    def add(self, line: Line, amount: Amount) -> None:
        """Count one more cell."""
        self.cells.append((line, amount))
        if amount.cents is None:
            self.unread = True
        else:
            self.cents += amount.cents

    @property
    def largest(self) -> tuple[Line, Amount]:
        """The cell that weighs most: where people are to look first."""
        return max(self.cells, key=lambda cell: abs(cell[1].cents or 0))


def own_amounts(reading: Reading) -> Iterator[tuple[int, Line, Amount]]:
    """The amounts of the partner's own money, with the position of their line."""
    for position, line in enumerate(reading.lines):
        for amount in line.amounts:
            if not amount.claim:
                yield position, line, amount


def stated_of_operations(reading: Reading, operations: Sequence[int | None]) -> dict[Said, Stated]:
    """What the return says of each operation already known."""
    stated: dict[Said, Stated] = {}
    for position, line, amount in own_amounts(reading):
        operation = operations[position]
        if operation is not None:
            said = Said(operation, amount.funder, amount.stage)
            stated.setdefault(said, Stated()).add(line, amount)
    return stated
