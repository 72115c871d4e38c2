"""A sheet seen as kinds of cells, and what makes a label of one."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from beffroi.returns.reading import lexicon
from beffroi.returns.reading.profiles import (
    BLANK,
    DATE,
    ERROR,
    NUMBER,
    SILENT_MARK,
    TEXT,
    kind_of,
)
from beffroi.returns.reading.units import stated_unit, words
from beffroi.returns.reading.workbook import CellValue, Sheet

_SAMPLE = 30
_LONGEST_LABEL = 250
_LONGEST_HIT = 80
_MEANINGS = (
    *("rate", "count", "date", "siret", "code", "commune", "funder", "beneficiary", "title"),
    *("name", "text", "amount", "amount_weak", "funder_heads"),
)


class Grid:
    """A sheet seen as kinds of cells."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.width = max(map(len, sheet.rows), default=0)
        self._kinds: dict[int, list[str]] = {}

    def kinds(self, row: int) -> list[str]:
        """The kind of each cell of a row."""
        found = self._kinds.get(row)
        if found is None:
            found = [kind_of(value) for value in self.sheet.rows[row]]
            found += [BLANK] * (self.width - len(found))
            if len(self._kinds) < 5_000:
                self._kinds[row] = found
        return found

    def is_blank(self, row: int) -> bool:
        """Whether a row says nothing."""
        return not any(
            value != "" and not (isinstance(value, str) and not value.strip())
            for value in self.sheet.rows[row]
        )

    @cached_property
    def spoken(self) -> list[int]:
        """The rows that say something."""
        return [row for row in range(len(self.sheet.rows)) if not self.is_blank(row)]

    def sample_after(self, row: int) -> list[int]:
        """The next rows that say something."""
        found: list[int] = []
        for each in range(row + 1, min(row + 1 + 4 * _SAMPLE, len(self.sheet.rows))):
            if not self.is_blank(each):
                found.append(each)
                if len(found) == _SAMPLE:
                    break
        return found


@dataclass(frozen=True, slots=True)
class Body:
    """What the rows under a would-be header hold, column by column."""

    numeric: frozenset[int]
    textual: frozenset[int]
    used: frozenset[int]


def body_under(grid: Grid, row: int) -> Body:
    """What the rows under one hold."""
    counts: list[Counter[str]] = [Counter() for _ in range(grid.width)]
    rows = grid.sample_after(row)
    for each in rows:
        for column, kind in enumerate(grid.kinds(each)):
            if kind != BLANK:
                counts[column][kind] += 1
    numeric, textual, used = set(), set(), set()
    for column, kinds in enumerate(counts):
        said = sum(kinds.values()) - kinds[SILENT_MARK] - kinds[ERROR]
        if kinds.total() >= max(1, 0.2 * len(rows)):
            used.add(column)
        if said and kinds[NUMBER] + kinds[DATE] >= 0.5 * said:
            numeric.add(column)
        elif said:
            textual.add(column)
    return Body(frozenset(numeric), frozenset(textual), frozenset(used))


def is_label(value: CellValue) -> bool:
    """Whether a cell may be a header's: a text that is no number, a year, a month."""
    if isinstance(value, str):
        kind = kind_of(value)
        if kind == NUMBER:
            return _is_year(value.strip())
        return kind in {TEXT, DATE} and len(value) <= _LONGEST_LABEL
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value == int(value) and 1990 <= value <= 2060 if abs(value) < 1e9 else False
    return isinstance(value, datetime.date)


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdecimal() and 1990 <= int(text) <= 2060


def is_hit(value: CellValue) -> bool:
    """Whether a label bears a word that headers are made of."""
    if not isinstance(value, str) or len(value) > _LONGEST_HIT:
        return not isinstance(value, str)
    return stated_unit(value) is not None or any(
        lexicon.has(meaning, value) for meaning in _MEANINGS
    )


def form_of(values: Sequence[CellValue]) -> list[str]:
    """The labels of a row as they are compared, without the blanks at its end."""
    found = [words(value) if isinstance(value, str) else str(value) for value in values]
    while found and not found[-1]:
        found.pop()
    return found
