"""A cumulative amount that went down since the partner's last word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from beffroi.returns.checking.known import KnownAmounts, stated_of_operations
from beffroi.returns.checking.scales import is_by_thousand
from beffroi.returns.reading import Finding, Reading
from beffroi.returns.reading.amounts import euros
from beffroi.returns.reading.findings import finding
from beffroi.returns.reading.lines import address


def decrease(
    reading: Reading, operations: Sequence[int | None], known: KnownAmounts
) -> Iterator[Finding]:
    """What an operation had at a stage does not decrease, save by a decommitment.

    Silent where a cell was not read, and where the unit is what looks wrong.
    """
    for said, stated in stated_of_operations(reading, operations).items():
        before = known.get(said)
        if before is None or stated.unread or stated.cents >= before:
            continue
        if not is_by_thousand(before, stated.cents):
            line, amount = stated.largest
            shown = f"{euros(before)} → {euros(stated.cents)}"
            yield finding(address(line.sheet, amount.cell), "decrease", shown)
