"""The whole of a header block, from the row that says most: its groups above, its units under."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from beffroi.returns.reading import lexicon
from beffroi.returns.reading.grids import Grid, body_under, form_of, is_label
from beffroi.returns.reading.profiles import BLANK
from beffroi.returns.reading.units import stated_unit, without_units, words
from beffroi.returns.reading.workbook import CellValue

DEEPEST_BLOCK = 4
"""How many rows a header block may have under its main one, or above it."""


def whole_block(grid: Grid, row: int) -> tuple[int, int]:
    bottom = row
    while bottom < row + DEEPEST_BLOCK and _continues(grid, row, bottom + 1):
        bottom += 1
    top = row
    while top > max(0, row - DEEPEST_BLOCK) and _is_group_row(grid, (top, row), top - 1):
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
    body = body_under(grid, below)
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


def _says_a_unit_alone(value: CellValue) -> bool:
    """Whether a cell above a header says the unit of the whole table: « en k€ », « M€ HT »."""
    if not isinstance(value, str) or stated_unit(value) is None:
        return False
    others = set(without_units(words(value)).split()) - {"en", "in", "ht", "ttc"}
    return all(lexicon.is_only("amount_generic", each) for each in others)


def _is_group_row(grid: Grid, block: tuple[int, int], above: int) -> bool:
    """Whether the row above a header bears the labels of its groups, and is no title."""
    if grid.is_blank(above):
        return False
    values, kinds = grid.sheet.rows[above], grid.kinds(above)
    filled = [column for column, kind in enumerate(kinds) if kind != BLANK]
    if not all(is_label(values[column]) for column in filled):
        return False
    if len(filled) == 1 and _says_a_unit_alone(values[filled[0]]):
        return False
    top, bottom = block
    under = grid.kinds(top)
    used = sorted({at for row in range(top, bottom + 1) for at in _used_columns(grid, row)})
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
    if tall or wide or _heads_repeated_labels(grid, top, filled):
        return True
    fills_gaps = [column for column in filled if under[column] == BLANK and column < grid.width]
    return len(filled) >= 3 or bool(fills_gaps and fills_gaps[0] <= max(used))


def _used_columns(grid: Grid, row: int) -> set[int]:
    """The columns that a row fills, with those that its merged cells cover."""
    used = {column for column, kind in enumerate(grid.kinds(row)) if kind != BLANK}
    for merge in grid.sheet.merges:
        if merge.top <= row <= merge.bottom:
            used |= set(range(merge.left, merge.right + 1))
    return used


def _heads_repeated_labels(grid: Grid, row: int, groups: Sequence[int]) -> bool:
    """Whether the same labels come again under each of several groups."""
    labels = form_of(grid.sheet.rows[row])
    starts = [*groups, len(labels)]
    under = [tuple(labels[start:end]) for start, end in pairwise(starts) if start < end]
    return len(under) > 1 and len(set(under)) == 1 and len(under[0]) > 1 and all(under[0])
