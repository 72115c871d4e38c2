"""Where the tables of a sheet are: their header blocks, and the rows under each."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from beffroi.returns.reading.grids import Grid, body_under, form_of, is_hit, is_label
from beffroi.returns.reading.header_blocks import DEEPEST_BLOCK, whole_block
from beffroi.returns.reading.headers import stacked_labels
from beffroi.returns.reading.profiles import BLANK, DATE, NUMBER, SILENT_MARK, TEXT
from beffroi.returns.reading.row_labels import label_kind
from beffroi.returns.reading.workbook import CellValue, Sheet

DEEPEST = 150
"""How many rows that say something may stand above a sheet's first header."""


@dataclass(frozen=True, slots=True)
class Block:
    """A table: its header block (``None``: it has none), the labels of its columns, its rows.

    ``first`` is the first row under the header, ``end`` the row past the last; rows from 0.
    """

    header: tuple[int, int] | None
    labels: Sequence[tuple[str, ...]]
    first: int
    end: int


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
    near = [each for each in good if each <= row + DEEPEST_BLOCK]
    best = max(near, key=lambda each: (scores[each], -each))
    return whole_block(grid, best)


def _score(grid: Grid, row: int) -> float:
    """How much a row looks like the header of what is under it; 0 where it does not."""
    kinds, values = grid.kinds(row), grid.sheet.rows[row]
    filled = [column for column, kind in enumerate(kinds) if kind not in {BLANK, SILENT_MARK}]
    labels = [column for column in filled if is_label(values[column])]
    if len(labels) < 2 or len(filled) - len(labels) > 0.1 * len(filled):
        return 0.0
    body = body_under(grid, row)
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


# The next table


def next_header(grid: Grid, header: tuple[int, int]) -> tuple[int, int] | None:
    """The header of the table that follows in the same sheet, under that of the first."""
    bottom = header[1]
    rows = grid.sheet.rows
    body = body_under(grid, bottom)
    own = form_of(rows[bottom])
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
            and form_of(rows[row]) != own
            and _score(grid, row) > 0
            and _is_another(grid, bottom, row)
        ):
            found = whole_block(grid, row)
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
    ours, theirs = form_of(grid.sheet.rows[header]), form_of(grid.sheet.rows[row])
    same = sum(1 for a, b in zip(ours, theirs, strict=False) if a and a == b)
    said = sum(1 for label in theirs if label)
    hits = sum(1 for value in grid.sheet.rows[row] if is_label(value) and is_hit(value))
    return same < 0.6 * said and hits >= 2
