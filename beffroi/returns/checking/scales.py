"""Amounts a thousand times what they were: euros written where thousands were, or conversely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from beffroi.returns.checking.known import KnownAmounts, Stated, stated_of_operations
from beffroi.returns.reading import Finding, Reading
from beffroi.returns.reading.amounts import euros
from beffroi.returns.reading.findings import finding
from beffroi.returns.reading.lines import address

#: Amounts move between two returns: a thousand is known from afar.
LEAST, MOST = 300, 3_000
#: From how many operations a whole column is told at once.
ENOUGH = 3


def is_by_thousand(before: int, after: int) -> bool:
    """Whether an amount (cents) is about a thousand times the other."""
    small, large = sorted((abs(before), abs(after)))
    return small > 0 and LEAST * small <= large <= MOST * small


def unit_by_thousand(
    reading: Reading, operations: Sequence[int | None], known: KnownAmounts
) -> Iterator[Finding]:
    """Columns, or else cells, that say about a thousand times what the partner said before."""
    by_column: dict[tuple[str, str], list[tuple[int, Stated]]] = {}
    for said, stated in stated_of_operations(reading, operations).items():
        before = known.get(said)
        if before and stated.cents and not stated.unread:
            line, amount = stated.largest
            column = amount.cell.rstrip("0123456789")
            by_column.setdefault((line.sheet, column), []).append((before, stated))
    for (sheet, column), compared in by_column.items():
        ratios = [stated.cents / before for before, stated in compared]
        wrong = [each for each in compared if is_by_thousand(each[0], each[1].cents)]
        if len(wrong) >= ENOUGH and is_by_thousand(1_000_000, round(median(ratios) * 1_000_000)):
            first = min(line.row for _, stated in wrong for line, _ in stated.cells)
            yield finding(address(sheet, f"{column}{first}"), "unit_by_thousand", _ratio(ratios))
            continue
        for before, stated in wrong:
            line, amount = stated.largest
            shown = f"{euros(before)} → {euros(stated.cents)}"
            yield finding(address(sheet, amount.cell), "unit_by_thousand", shown)


def _ratio(ratios: Sequence[float]) -> str:
    """« × 1 000 », of all the operations compared."""
    middle = median(ratios)
    times = round(middle) if abs(middle) >= 1 else round(1 / middle)
    sign = "×" if abs(middle) >= 1 else "÷"
    return f"{sign} {times:,} ({len(ratios)})".replace(",", "\u202f")
