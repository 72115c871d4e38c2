"""Holding the rows of a table to arithmetic: which of them add up others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from beffroi.returns.reading.additions import MOST_ROWS, Additions, rounding_of, sums_in_structure
from beffroi.returns.reading.amounts import read_amount
from beffroi.returns.reading.row_labels import SUMS
from beffroi.returns.reading.said import LINE
from beffroi.returns.reading.units import UNITS
from beffroi.returns.reading.workbook import CellValue, says

_LEAST_ADDED = 3
_SLIGHT = 0.005
_NUMBERING = re.compile(r"\s*(?:[0-9]{1,2}|[IVX]{1,5}|[A-Za-z])(?:\.[0-9]{1,2})*\s*[.)\-–:]\s")
_OUTLINE = re.compile(r"\s*([0-9]{1,2}(?:\.[0-9]{1,2})*)\.?\s*[-–:)]?\s")
_LONGEST_ACRONYM = 6

if TYPE_CHECKING:
    from beffroi.returns.reading.rows import RowSorter
    from beffroi.returns.reading.table_shape import AmountSpec


class RowAmounts:
    """The amounts of the rows that have any, for arithmetic."""

    def __init__(self, sorter: RowSorter, rows: Sequence[int]) -> None:
        self._sorter = sorter
        self._rows = rows
        self._position = {index: position for position, index in enumerate(rows)}
        self._cents = [self._of(index) for index in rows]
        counted = [sorter.kinds[index] == LINE for index in rows]
        self._additions = Additions(self._cents, counted)
        self.heads: list[int] = []
        """The rows that have others numbered under them, and are not their sum."""

    def _of(self, index: int) -> list[int | None]:
        row = self._sorter.shape.sheet.rows[index]
        return [
            _cents(row[spec.column], spec) if spec.column < len(row) else None
            for spec in self._sorter.shape.amounts
        ]

    def adds_up_others(self, index: int) -> bool:
        """Whether a row is the sum of rows above it, or of all those under it."""
        position = self._position[index]
        return self._additions.anywhere_above(position) or self._additions.below(
            position, self._limits()
        )

    def sums_among(self, candidates: Sequence[int]) -> set[int]:
        """Those of the rows that add up the lines above them, or under them, group by group."""
        found: set[int] = set()
        if not candidates:
            return found
        was = {index: self._additions.counted[self._position[index]] for index in candidates}
        self._additions.set_aside({self._position[index] for index in candidates})
        limits = sorted({*self._limits(), *(self._position[index] for index in candidates)})
        for index in candidates:
            position = self._position[index]
            if self._additions.above(position, limits) or self._additions.below(position, limits):
                found.add(index)
        if found:
            found |= {
                index
                for index in candidates
                if self._additions.above(self._position[index], limits, 1)
                or self._additions.below(self._position[index], limits, 1)
            }
        self._additions.count_again(
            {self._position[index] for index in candidates if index not in found and was[index]}
        )
        return found

    def sums_by_numbering(self) -> set[int]:
        """The rows that add up those numbered under them: « 1 » over « 1.1 » and « 1.2 »."""
        if len(self._rows) > MOST_ROWS:
            return set()
        numbers = [_number_of(self._sorter, index) for index in self._rows]
        counted, sums = list(self._additions.counted), set()
        for position in reversed(range(len(numbers))):
            end = _end_of_numbered_under(numbers, position)
            if end == position + 1 or not counted[position]:
                continue
            under = [at for at in range(position + 1, end) if counted[at]]
            is_parted = not numbers[position + 1].removeprefix(numbers[position])[0].isalnum()
            if self._sums_up(position, under, 1 if is_parted else 2):
                counted[position] = False
                sums.add(position)
            elif is_parted and any(self._cents[position]):
                self.heads.append(self._rows[position])
        if sums:
            self._additions.set_aside(sums)
        return {self._rows[position] for position in sums}

    def _sums_up(self, position: int, under: Sequence[int], least: int) -> bool:
        """Whether a row adds up others, each amount having perhaps been rounded."""
        is_sum = False
        for at, value in enumerate(self._cents[position]):
            if value is None:
                continue
            addends = [cents for each in under if (cents := self._cents[each][at])]
            if not _is_sum(value, addends):
                return False
            is_sum = is_sum or (value != 0 and len(addends) >= least)
        return is_sum

    def sums_in_structure(self) -> set[int]:
        """The sums of a table made of groups all along."""
        counted = [self._sorter.kinds[index] == LINE for index in self._rows]
        found = sums_in_structure(self._cents, counted, self._likeness)
        self._additions.set_aside(found)
        return {self._rows[position] for position in found}

    def sums_all_others(self, index: int, least: int = _LEAST_ADDED) -> bool:
        """Whether a row is the sum of all the lines, but where cells of theirs are not said.

        Each amount may have been rounded by itself.
        """
        kinds, equal = self._sorter.kinds, False
        position = self._position[index]
        others = [at for at, row in enumerate(self._rows) if at != position and kinds[row] == LINE]
        for at, value in enumerate(self._cents[position]):
            if value is None:
                continue
            said = [cents for other in others if (cents := self._cents[other][at])]
            if _is_sum(value, said) and len(said) >= least:
                equal = True
            elif not (sum(said) <= value and self._lacks_cells(others, at)):
                return False
        return equal

    def _lacks_cells(self, positions: Sequence[int], at: int) -> bool:
        """Whether cells of a column say something that is no number."""
        column = self._sorter.shape.amounts[at].column
        return any(
            self._cents[position][at] is None
            and says(self._sorter.shape.sheet.at(self._rows[position], column))
            for position in positions
        )

    def _likeness(self, position: int) -> tuple[tuple[int, int, str], ...]:
        """What makes two rows alike: the columns filled, the length of their codes, the way their
        labels are written."""
        row = self._sorter.row(self._rows[position])
        amounts = {spec.column for spec in self._sorter.shape.amounts}
        said = ((at, value) for at, value in enumerate(row) if at not in amounts)
        return tuple(
            (at, _length_of_code(value), _way_of(value)) for at, value in said if says(value)
        )

    def _limits(self) -> list[int]:
        """The positions at which a group may begin or end."""
        found = []
        kinds = self._sorter.kinds
        for position, index in enumerate(self._rows):
            if kinds[index] in SUMS or kinds.get(index - 1, "blank") not in {LINE, "unlabelled"}:
                found += [position, position + 1]
        return sorted(set(found))


def _is_sum(value: int, addends: Sequence[int]) -> bool:
    difference = abs(sum(addends) - value)
    if not difference:
        return True
    is_slight = difference <= _SLIGHT * abs(value) and len(addends) > _LEAST_ADDED
    return is_slight and difference <= rounding_of(addends)


def _number_of(sorter: RowSorter, index: int) -> str:
    """The code or the numbering of a row, empty where it has none."""
    row, shape = sorter.row(index), sorter.shape
    if shape.code is not None:
        value = row[shape.code]
        text = str(value).removesuffix(".0") if isinstance(value, float) else str(value)
        return text.strip().rstrip(".")
    title = "" if shape.title is None else row[shape.title]
    numbering = _OUTLINE.match(title) if isinstance(title, str) else None
    return numbering[1] if numbering else ""


def _end_of_numbered_under(numbers: Sequence[str], position: int) -> int:
    """The position past the rows that follow one and are numbered under it."""
    above, end = numbers[position], position + 1
    while above and end < len(numbers) and numbers[end].startswith(above) and numbers[end] != above:
        end += 1
    return end


def _length_of_code(value: CellValue) -> int:
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return len(text) if text.strip().isdecimal() else 0


def _way_of(value: CellValue) -> str:
    """How a label is written: numbered, in capitals, indented, or as any text."""
    if not isinstance(value, str):
        return ""
    if numbering := _NUMBERING.match(value):
        return re.sub(r"\w+", "1", numbering[0].strip())
    return "A" if value.isupper() and len(value) > _LONGEST_ACRONYM else ""


def _cents(value: CellValue, spec: AmountSpec) -> int | None:
    if type(value) is float:
        cents = value * UNITS[spec.unit] * 100
        return round(cents) if -1e16 < cents < 1e16 else None
    return None if value == "" else read_amount(value, spec.unit, spec.style).cents
