"""Which part of a sheet is shown: its top, what is doubtful, its bottom; or a page of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from beffroi.returns.reading.proposing import ProposedTable
from beffroi.returns.reading.said import LINE
from beffroi.returns.reading.workbook import Position, Sheet
from beffroi.returns.sheets import position_of

ROWS_A_PAGE = 60
COLUMNS_A_PAGE = 30
TOP, BOTTOM, AROUND = 12, 4, 1
MOST_PLACES = 20
"""How many doubtful rows are shown around."""
DEEPEST_TITLES = 40
"""How many rows above a header are shown; further up, a sheet has its notice."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page is asked to show of a sheet; rows and columns from 0.

    ``row`` is where a page of rows starts, ``column`` one of columns; ``cell`` is one to be shown
    in any case.
    """

    row: int | None = None
    column: int = 0
    cell: Position | None = None


def rows_shown(
    sheet: Sheet, tables: Sequence[ProposedTable], doubtful: Iterable[int], asked: Asked
) -> list[int]:
    """The rows drawn, in order."""
    count = len(sheet.rows)
    headers = {row for table in tables if table.header for row in _ends_included(table.header)}
    if asked.row is not None:
        start = min(max(asked.row, 0), max(count - 1, 0))
        shown = {*headers, *range(start, start + ROWS_A_PAGE)}
    else:
        shown = {*headers, *_at_first(count, tables, doubtful)}
    if asked.cell:
        shown |= set(_around(asked.cell[0]))
    return sorted(row for row in shown if 0 <= row < count)


def _at_first(
    count: int, tables: Sequence[ProposedTable], doubtful: Iterable[int]
) -> Iterable[int]:
    yield from range(count - 2, count)
    for table in tables or ():
        top = table.header[0] if table.header else table.first_row
        yield from range(max(0, top - DEEPEST_TITLES), table.first_row + TOP)
        yield from range(table.last_row + 1 - BOTTOM, table.last_row + 1 + BOTTOM)
        set_aside = [row for row, kind in table.kinds.items() if kind not in {LINE, "blank"}]
        for row in set_aside[:MOST_PLACES]:
            yield from _around(row)
    if not tables:
        yield from range(ROWS_A_PAGE)
    for row in sorted(set(doubtful))[:MOST_PLACES]:
        yield from _around(row)


def _around(row: int) -> range:
    return range(row - AROUND, row + AROUND + 1)


def _ends_included(ends: tuple[int, int]) -> range:
    return range(ends[0], ends[1] + 1)


def columns_shown(width: int, asked: Asked) -> range:
    """The columns drawn: a page of them."""
    wanted = asked.cell[1] if asked.cell else asked.column
    if width <= COLUMNS_A_PAGE or wanted >= width:
        wanted = 0
    start = wanted - wanted % COLUMNS_A_PAGE
    return range(start, min(width, start + COLUMNS_A_PAGE))


def place_of(where: str, sheet: str) -> Position | int | None:
    """What an address (``Sheet!C17``, ``Sheet!17``) names in a sheet: a cell, a row, or nothing."""
    cell = where.removeprefix(f"{sheet}!") if sheet else where
    if cell.isascii() and cell.isdecimal() and len(cell) < 8 and int(cell):
        return int(cell) - 1
    return position_of(cell)
