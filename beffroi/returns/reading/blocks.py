"""Where the tables of a sheet are: their header blocks, and the rows under each."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from beffroi.returns.reading import lexicon
from beffroi.returns.reading.headers import stacked_labels
from beffroi.returns.reading.profiles import (
    BLANK,
    DATE,
    ERROR,
    NUMBER,
    SILENT_MARK,
    TEXT,
    kind_of,
)
from beffroi.returns.reading.row_labels import label_kind
from beffroi.returns.reading.units import stated_unit, words
from beffroi.returns.reading.workbook import CellValue, Sheet

DEEPEST = 150
"""How many rows that say something may stand above a sheet's first header."""

_SAMPLE = 30
_LONGEST_LABEL = 250
_LONGEST_HIT = 80
_DEEPEST_BLOCK = 4
_MEANINGS = (
    *("rate", "count", "date", "siret", "code", "commune", "funder", "beneficiary", "title"),
    *("name", "text", "amount", "amount_weak", "funder_heads"),
)


@dataclass(frozen=True, slots=True)
class Block:
    """A table: its header block (``None``: it has none), the labels of its columns, its rows.

    ``first`` is the first row under the header, ``end`` the row past the last; rows from 0.
    """

    header: tuple[int, int] | None
    labels: Sequence[tuple[str, ...]]
    first: int
    end: int


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
class _Body:
    """What the rows under a would-be header hold, column by column."""

    numeric: frozenset[int]
    textual: frozenset[int]
    used: frozenset[int]


def blocks_of(sheet: Sheet, header: tuple[int, int] | tuple[()] | None = None) -> Iterator[Block]:
    """The tables of a sheet, from the top; ``header`` imposes where the first one's header is.

    A header repeated under itself, as on printed pages, parts nothing.
    """
    grid = Grid(sheet)
    start = 0
    imposed = header
    while start < len(sheet.rows):
        found = imposed if imposed is not None else _first_header(grid, start)
        imposed = None
        if not found:
            if start == 0:
                yield _without_header(grid)
            return
        block, start = _block_under(grid, found)
        yield block


def _without_header(grid: Grid) -> Block:
    spoken = grid.spoken
    first = spoken[0] if spoken else 0
    return Block(None, [()] * grid.width, first, len(grid.sheet.rows))


def _block_under(grid: Grid, header: tuple[int, int]) -> tuple[Block, int]:
    """The table under a header, and where the next may start."""
    top, bottom = header
    labels = stacked_labels(grid.sheet, top, bottom)
    labels += [()] * (grid.width - len(labels))
    following = next_header(grid, header)
    end = _before_titles(grid, following[0], bottom) if following else len(grid.sheet.rows)
    return Block(header, labels, bottom + 1, end), end


def _before_titles(grid: Grid, header: int, above: int) -> int:
    """Where a table ends: above the texts alone in their row that are the next one's titles."""
    row = header
    while row - 1 > above and _is_title(grid, row - 1):
        row -= 1
    return row


def _is_title(grid: Grid, row: int) -> bool:
    said = [value for value in grid.sheet.rows[row] if value != ""]
    return len(said) == 1 and isinstance(said[0], str) and not label_kind(said[0])


# Finding a header


def _first_header(grid: Grid, start: int) -> tuple[int, int] | None:
    """The first row that heads a table, with the rows of its block."""
    candidates = [row for row in grid.spoken if row >= start][:DEEPEST]
    scores = {row: _score(grid, row) for row in candidates}
    good = [row for row in candidates if scores[row] > 0]
    if not good:
        return None
    row = good[0]
    # The rows of a block follow one another: the one that says most is its own.
    near = [each for each in good if each <= row + _DEEPEST_BLOCK]
    best = max(near, key=lambda each: (scores[each], -each))
    return _whole_block(grid, best)


def _score(grid: Grid, row: int) -> float:
    """How much a row looks like the header of what is under it; 0 where it does not."""
    kinds, values = grid.kinds(row), grid.sheet.rows[row]
    filled = [column for column, kind in enumerate(kinds) if kind not in {BLANK, SILENT_MARK}]
    labels = [column for column in filled if is_label(values[column])]
    if len(labels) < 2 or len(filled) - len(labels) > 0.1 * len(filled):
        return 0.0
    body = _body(grid, row)
    if not body.used:
        return 0.0
    contrasts = sum(1 for column in labels if column in body.numeric)
    hits = sum(1 for column in labels if is_hit(values[column]))
    coverage = len(body.used & set(labels)) / len(body.used)
    enough = (
        (contrasts and hits and coverage >= 0.5)
        or (contrasts and len(labels) >= 3 and coverage >= 0.75)
        or (hits >= 2 and hits >= 0.5 * len(labels) and coverage >= 0.6)
    )
    return 2 * contrasts + hits + 3 * coverage if enough else 0.0


def _body(grid: Grid, row: int) -> _Body:
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
    return _Body(frozenset(numeric), frozenset(textual), frozenset(used))


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


# The whole of a header block


def _whole_block(grid: Grid, row: int) -> tuple[int, int]:
    bottom = row
    while bottom < row + _DEEPEST_BLOCK and _continues(grid, row, bottom + 1):
        bottom += 1
    top = row
    while top > max(0, row - _DEEPEST_BLOCK) and _is_group_row(grid, top, top - 1):
        top -= 1
    return top, bottom


def _continues(grid: Grid, row: int, below: int) -> bool:
    """Whether the row under a header still belongs to it: sub-labels, units, column numbers."""
    if below >= len(grid.sheet.rows) or grid.is_blank(below):
        return False
    values, kinds = grid.sheet.rows[below], grid.kinds(below)
    filled = [column for column, kind in enumerate(kinds) if kind != BLANK]
    said = [values[column] for column in filled]
    if _numbers_columns(said) or all(_is_unit_mark(value) for value in said):
        return True
    if not all(is_label(value) for value in said) or _is_band(grid, below, filled):
        return False
    body = _body(grid, below)
    above = grid.kinds(row)
    spanned = {
        column
        for merge in grid.sheet.merges
        if merge.top <= row <= merge.bottom and merge.right > merge.left
        for column in range(merge.left, merge.right + 1)
    }
    under_groups = [column for column in filled if column in spanned or above[column] == BLANK]
    contrasts = [column for column in filled if column in body.numeric]
    in_text = [column for column in filled if column in body.textual and column not in under_groups]
    return bool(contrasts) and len(contrasts) > len(in_text)


def _is_band(grid: Grid, row: int, filled: Sequence[int]) -> bool:
    """Whether a row is one label over the lines under it, merged across the table or not."""
    if len(filled) > 1:
        return False
    spans = [m for m in grid.sheet.merges if m.top <= row <= m.bottom and m.left == filled[0]]
    width = sum(1 for kind in grid.kinds(row - 1) if kind != BLANK)
    reach = max((merge.right - merge.left + 1 for merge in spans), default=1)
    return reach == 1 or reach >= 0.5 * width


def _numbers_columns(values: Sequence[CellValue]) -> bool:
    """Whether a row numbers the columns: 1, 2, 3… or (a), (b), (c)…"""
    if len(values) < 3:
        return False
    said = [words(str(int(v)) if isinstance(v, float) and v == int(v) else str(v)) for v in values]
    first = [each.split(" ")[0] for each in said]
    numbers = [str(n) for n in range(1, len(first) + 1)]
    letters = [chr(97 + n % 26) for n in range(len(first))]
    return first in (numbers, letters, ["col", *numbers[1:]])


def _is_unit_mark(value: CellValue) -> bool:
    """Whether a cell only says a unit: ``€``, ``(k€)``, ``HT``, ``%``."""
    if not isinstance(value, str) or len(value) > 30:
        return False
    said = words(value)
    return (
        said in {"ht", "ttc", ""}
        or (stated_unit(value) is not None and len(said.split()) <= 4)
        or said in {"en", "nombre", "nb", "m2", "ha", "date", "texte", "nombre entier"}
    )


def _is_group_row(grid: Grid, top: int, above: int) -> bool:
    """Whether the row above a header bears the labels of its groups, and is no title."""
    if grid.is_blank(above):
        return False
    values, kinds = grid.sheet.rows[above], grid.kinds(above)
    filled = [column for column, kind in enumerate(kinds) if kind != BLANK]
    if not all(is_label(values[column]) for column in filled):
        return False
    under = grid.kinds(top)
    used = [column for column, kind in enumerate(under) if kind != BLANK]
    width = max(used) - min(used) + 1
    merges = [merge for merge in grid.sheet.merges if merge.top <= above <= merge.bottom]
    wide = [merge for merge in merges if merge.right > merge.left]
    tall = [merge for merge in merges if merge.bottom >= top]
    if len(filled) == 1:
        (column,) = filled
        spans = [merge for merge in wide if merge.left == column]
        if spans:
            return all(merge.right - merge.left + 1 < 0.8 * width for merge in spans) and (
                column > min(used) or len(used) > 2 * (spans[0].right - spans[0].left + 1)
            )
        return column > min(used) + 1 and len(str(values[column])) <= 60
    if tall or wide:
        return True
    fills_gaps = [column for column in filled if under[column] == BLANK and column < grid.width]
    return len(filled) >= 3 or bool(fills_gaps and fills_gaps[0] <= max(used))


# The next table


def next_header(grid: Grid, header: tuple[int, int]) -> tuple[int, int] | None:
    """The header of the table that follows in the same sheet, under that of the first."""
    bottom = header[1]
    rows = grid.sheet.rows
    body = _body(grid, bottom)
    own = _form(rows[bottom])
    numeric = sorted(body.numeric)
    apart = False
    for row in range(bottom + 1, len(rows)):
        if grid.is_blank(row):
            apart = True
            continue
        contrasts = _contrasts(grid, row, numeric)
        if (
            contrasts is not None
            and (contrasts >= 2 or apart)
            and _form(rows[row]) != own
            and _score(grid, row) > 0
            and _is_another(grid, bottom, row)
        ):
            found = _whole_block(grid, row)
            if found[0] > bottom:
                return found
        apart = sum(1 for kind in grid.kinds(row) if kind != BLANK) == 1
    return None


def _contrasts(grid: Grid, row: int, numeric: Sequence[int]) -> int | None:
    """In how many columns of numbers a row has words; ``None`` where it has a number in one."""
    kinds, values = grid.kinds(row), grid.sheet.rows[row]
    said = [column for column in numeric if column < len(values) and kinds[column] != BLANK]
    if any(
        kinds[column] in {NUMBER, DATE} and not _is_year_label(values[column]) for column in said
    ):
        return None
    return sum(1 for column in said if kinds[column] == TEXT)


def _is_year_label(value: CellValue) -> bool:
    return is_label(value) and not isinstance(value, datetime.date) and len(str(value)) <= 9


def _is_another(grid: Grid, header: int, row: int) -> bool:
    """Whether a header-like row heads another table, and is neither a line nor the same."""
    ours, theirs = _form(grid.sheet.rows[header]), _form(grid.sheet.rows[row])
    same = sum(1 for a, b in zip(ours, theirs, strict=False) if a and a == b)
    said = sum(1 for label in theirs if label)
    hits = sum(1 for value in grid.sheet.rows[row] if is_label(value) and is_hit(value))
    return same < 0.6 * said and hits >= 2


def _form(values: Sequence[CellValue]) -> list[str]:
    found = [words(value) if isinstance(value, str) else str(value) for value in values]
    while found and not found[-1]:
        found.pop()
    return found
