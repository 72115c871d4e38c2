"""A partner's workbook drawn around one cell, as it came."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from beffroi.files.actions import path_of
from beffroi.returns.reading.opening import read_workbook
from beffroi.returns.reading.workbook import (
    CellValue,
    Sheet,
    UnreadableFile,
    Workbook,
    column_letters,
    column_number,
)
from beffroi.ui import figures

_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")
ROWS_AROUND = 8
HEADER_ROWS = 8
MOST_COLUMNS = 40


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """A cell as it is drawn; ``here`` marks the one that was asked for."""

    text: str
    number: bool = False
    here: bool = False
    fault: bool = False


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A row with its number in the file; ``gap`` tells that rows above it are not drawn."""

    number: int
    cells: Sequence[DrawnCell]
    gap: bool = False


@dataclass(frozen=True, slots=True)
class DrawnSheet:
    """A part of a sheet: its top, where headers are, and the rows around a cell."""

    name: str
    columns: Sequence[str]
    rows: Sequence[DrawnRow]
    total_rows: int


def draw_around(sha256: str, sheet_name: str, address: str) -> DrawnSheet | None:
    """The sheet around a cell; ``None`` where the file is no workbook or has no such cell."""
    position = _position(address)
    if position is None:
        return None
    try:
        workbook = _workbook(sha256)
    except UnreadableFile:
        return None
    sheet = next((sheet for sheet in workbook.sheets if sheet.name == sheet_name), None)
    if sheet is None or position[0] >= len(sheet.rows):
        return None
    return _drawn(sheet, *position)


def _position(address: str) -> tuple[int, int] | None:
    """(row, column) from 0 of an address such as ``H12``; ``None`` when it is not one."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return None
    return int(found[2]) - 1, column_number(found[1])


@lru_cache(maxsize=1)
def _workbook(sha256: str) -> Workbook:
    """A file never changes: the last one read is kept, for whoever goes from cell to cell."""
    return read_workbook(path_of(sha256))


def _drawn(sheet: Sheet, row: int, column: int) -> DrawnSheet:
    top = range(min(HEADER_ROWS, len(sheet.rows)))
    around = range(max(0, row - ROWS_AROUND), min(len(sheet.rows), row + ROWS_AROUND + 1))
    numbers = sorted({*top, *around})
    width = max((len(sheet.rows[number]) for number in numbers), default=0)
    first = max(0, column - MOST_COLUMNS + 5) if width > MOST_COLUMNS else 0
    columns = range(first, min(width, first + MOST_COLUMNS))
    rows = []
    before = -1
    for number in numbers:
        cells = [_cell(sheet, number, at, here=(number, at) == (row, column)) for at in columns]
        rows.append(DrawnRow(number + 1, cells, gap=number > before + 1))
        before = number
    return DrawnSheet(sheet.name, [column_letters(at) for at in columns], rows, len(sheet.rows))


def _cell(sheet: Sheet, row: int, column: int, *, here: bool) -> DrawnCell:
    value = sheet.at(row, column)
    fault = sheet.faults.get((row, column))
    if value == "" and fault:
        return DrawnCell(fault, here=here, fault=True)
    return DrawnCell(_shown(value), number=isinstance(value, int | float), here=here)


def _shown(value: CellValue) -> str:
    """The cell's value, written plainly: what the file holds, not how it was formatted."""
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value).replace(".", ",")
    if isinstance(value, datetime.datetime):
        return value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, datetime.date):
        return figures.day(value)
    return str(value)
