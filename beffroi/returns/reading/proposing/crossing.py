"""Columns that are the total of others, row by row: found by arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_SAMPLE = 400
_NEARLY = 0.9
_LEAST_ROWS = 3


@dataclass(frozen=True, slots=True)
class Crossing:
    """``sums`` gives, by total column, those it adds up; ``differing`` the rows that disagree."""

    sums: Mapping[int, tuple[int, ...]]
    differing: Mapping[int, tuple[int, ...]]


def total_columns(
    columns: Sequence[int], cents: Mapping[int, Mapping[int, int]], lines: Sequence[int]
) -> Crossing:
    """Which of the amount columns add up others standing beside them, on nearly every line.

    ``cents`` gives each column's amounts by line; a cell that says nothing adds nothing.
    """
    sums: dict[int, tuple[int, ...]] = {}
    differing: dict[int, tuple[int, ...]] = {}
    rows = lines[:: max(1, len(lines) // _SAMPLE)]
    for column in columns:
        for addends in _beside(column, [each for each in columns if each not in sums]):
            wrong = _rows_that_differ(column, addends, cents, rows)
            if wrong is not None:
                sums[column] = addends
                if wrong:
                    every = _rows_that_differ(column, addends, cents, lines) or ()
                    differing[column] = tuple(every)
                break
    return Crossing(sums, differing)


def _beside(column: int, columns: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The runs of columns that end just before it or begin just after it, the longest first."""
    at = columns.index(column)
    before, after = columns[:at], columns[at + 1 :]
    for size in range(max(len(before), len(after)), 1, -1):
        if size <= len(before):
            yield tuple(before[-size:])
        if size <= len(after):
            yield tuple(after[:size])


def _rows_that_differ(
    column: int,
    addends: Sequence[int],
    cents: Mapping[int, Mapping[int, int]],
    rows: Sequence[int],
) -> list[int] | None:
    """The rows where the column is not that sum; ``None`` where it is no sum at all."""
    right, mixed, wrong = 0, 0, []
    total = cents[column]
    for row in rows:
        values = [value for each in addends if (value := cents[each].get(row))]
        said = total.get(row)
        if said is None and not values:
            continue
        if (said or 0) == sum(values):
            right += 1
            mixed += len(values) > 1
        else:
            wrong.append(row)
            if len(wrong) > (1 - _NEARLY) * len(rows):
                return None
    is_sum = mixed >= min(_LEAST_ROWS, len(rows)) and right >= _NEARLY * (right + len(wrong))
    return wrong if is_sum else None
