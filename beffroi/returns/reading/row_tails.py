"""What ends a table without being lines: shares, taxes, means, counts, comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beffroi.returns.reading.row_labels import (
    SUMS,
    is_about_a_budget,
    is_about_a_sum,
    is_plainly_a_sum,
)
from beffroi.returns.reading.said import LINE
from beffroi.returns.reading.workbook import says

if TYPE_CHECKING:
    from beffroi.returns.reading.rows import RowSorter

_LONGEST_TAIL = 6
_MOST_RATIO = 1.5


def set_tail_aside(sorter: RowSorter) -> None:
    """Set aside what ends a table, with a total above it or not."""
    _set_last_statistics_aside(sorter)
    _set_what_follows_the_total_aside(sorter)


def _set_last_statistics_aside(sorter: RowSorter) -> None:
    lines = [index for index, what in sorter.kinds.items() if what == LINE]
    while len(lines) > 1 and _is_statistic(sorter, lines[-1], lines[-2]):
        sorter.kinds[lines.pop()] = "statistic"


def _is_statistic(sorter: RowSorter, index: int, above: int) -> bool:
    is_ratio = _is_ratio(sorter, index) and not _is_ratio(sorter, above)
    is_said = is_about_a_sum(sorter.label(index))
    return (is_ratio or is_said) if sorter.is_sparse(index) else (is_ratio and is_said)


def _set_what_follows_the_total_aside(sorter: RowSorter) -> None:
    totals = [index for index, what in sorter.kinds.items() if what in SUMS]
    first = next((index for index in totals if _is_the_total(sorter, index)), None)
    if first is None:
        return
    lines = [index for index, what in sorter.kinds.items() if what in {LINE, "unlabelled"}]
    after = [index for index in lines if index > first]
    if not after or len(after) >= len(lines) - len(after):
        return
    is_short = 2 * len(after) <= len(lines) - len(after)
    is_last = first == totals[-1] and len(after) <= _LONGEST_TAIL
    for index in after:
        label = sorter.label(index)
        if is_about_a_sum(label) or _is_ratio(sorter, index):
            sorter.kinds[index] = "statistic"
        elif (
            is_last
            and (is_short or is_about_a_budget(label))
            and (sorter.is_sparse(index) or sorter.is_named_once)
        ):
            sorter.kinds[index] = "after_total"


def _is_the_total(sorter: RowSorter, index: int) -> bool:
    is_one = is_plainly_a_sum(sorter.label(index)) or index in sorter.by_arithmetic
    return is_one and sorter.kinds[index] == "total"


def _is_ratio(sorter: RowSorter, index: int) -> bool:
    """Whether the amounts of a row are all shares: between 0 and 1, or percentages."""
    row = sorter.row(index)
    said = [row[spec.column] for spec in sorter.shape.amounts if says(row[spec.column])]
    return bool(said) and all(
        (isinstance(value, float) and abs(value) <= _MOST_RATIO)
        or (isinstance(value, str) and value.strip().endswith("%"))
        for value in said
    )
