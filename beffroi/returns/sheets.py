"""A partner's workbook drawn as it came: the real rows, letters and cells, a part at a time."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from beffroi.files.actions import path_of
from beffroi.returns.reading.opening import content_of
from beffroi.returns.reading.sandbox import workbook_in_worker
from beffroi.returns.reading.workbook import (
    CellValue,
    Position,
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
LONGEST_TEXT = 300
"""How much of a cell is drawn, in characters."""
MOST_CELLS_KEPT = 3_000_000


@dataclass(frozen=True, slots=True)
class CellNote:
    """What is said of a cell: ``tone`` names a colour, ``sign`` stands for it, ``words`` say it.

    ``href`` is where it leads.
    """

    tone: str
    sign: str
    words: str
    href: str = ""


_NO_NOTES: Mapping[Position, CellNote] = {}


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """A cell as it is drawn, at its ``place`` (``H12``); ``here`` marks the one asked for."""

    place: str
    text: str
    number: bool = False
    here: bool = False
    fault: bool = False
    note: CellNote | None = None


@dataclass(frozen=True, slots=True)
class DrawnColumn:
    """A column by its letters; ``tone`` names its colour, ``said`` is what it means, in words."""

    number: int
    letters: str
    tone: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A row with its number in the file; ``gap`` tells that rows above it are not drawn.

    ``tone`` names its pattern, ``said`` is what it is, in words, where it is no line.
    """

    number: int
    cells: Sequence[DrawnCell]
    gap: bool = False
    tone: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class DrawnSheet:
    """A part of a sheet."""

    name: str
    columns: Sequence[DrawnColumn]
    rows: Sequence[DrawnRow]
    total_rows: int


def kept_workbook(sha256: str, name: str = "Le fichier") -> Workbook:
    """The workbook of a kept file, called ``name`` in what is said of it.

    Files never change: the last ones read stay at hand, as many as :data:`MOST_CELLS_KEPT` cells
    allow. Raises :class:`UnreadableFile`.
    """
    return _shelf.workbook(sha256, name)


def draw_around(sha256: str, sheet_name: str, address: str) -> DrawnSheet | None:
    """The sheet around a cell; ``None`` where the file is no workbook or has no such cell."""
    position = position_of(address)
    if position is None:
        return None
    try:
        workbook = kept_workbook(sha256)
    except UnreadableFile:
        return None
    sheet = next((sheet for sheet in workbook.sheets if sheet.name == sheet_name), None)
    if sheet is None or position[0] >= len(sheet.rows):
        return None
    row, column = position
    top = range(min(HEADER_ROWS, len(sheet.rows)))
    around = range(max(0, row - ROWS_AROUND), min(len(sheet.rows), row + ROWS_AROUND + 1))
    rows = sorted({*top, *around})
    width = max((len(sheet.rows[number]) for number in rows), default=0)
    first = max(0, column - MOST_COLUMNS + 5) if width > MOST_COLUMNS else 0
    columns = range(first, min(width, first + MOST_COLUMNS))
    return draw(sheet, rows, columns, here={position})


def draw(
    sheet: Sheet,
    rows: Iterable[int],
    columns: Iterable[int],
    *,
    here: Collection[Position] = (),
    notes: Mapping[Position, CellNote] = _NO_NOTES,
    column_as: Callable[[int], tuple[str, str]] = lambda column: ("", ""),
    row_as: Callable[[int], tuple[str, str]] = lambda row: ("", ""),
) -> DrawnSheet:
    """Some rows and columns of a sheet, counted from 0, in order.

    ``column_as`` and ``row_as`` give the tone of each, and its words; ``here`` the cells to mark;
    ``notes`` what is said of some.
    """
    letters = [DrawnColumn(at, column_letters(at), *column_as(at)) for at in columns]
    drawn = []
    before = -1
    for number in rows:
        cells = [
            replace(
                _cell(sheet, number, column.number),
                here=(number, column.number) in here,
                note=notes.get((number, column.number)),
            )
            for column in letters
        ]
        drawn.append(DrawnRow(number + 1, cells, number > before + 1, *row_as(number)))
        before = number
    return DrawnSheet(sheet.name, letters, drawn, len(sheet.rows))


def position_of(address: str) -> Position | None:
    """(row, column) from 0 of an address such as ``H12``; ``None`` when it is not one."""
    found = _ADDRESS.fullmatch(address)
    if found is None or found[2].startswith("0"):
        return None
    return int(found[2]) - 1, column_number(found[1])


class _Shelf:
    """The workbooks last read. However large, the very last one stays."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[str, Workbook] = {}

    def workbook(self, sha256: str, name: str) -> Workbook:
        with self._lock:
            found = self._kept.pop(sha256, None)
            if found is not None:
                self._kept[sha256] = found
        if found is None:
            found = workbook_in_worker(content_of(path_of(sha256)), name)
            self._keep(sha256, found)
        return replace(found, name=name)

    def _keep(self, sha256: str, read: Workbook) -> None:
        with self._lock:
            self._kept[sha256] = read
            while len(self._kept) > 1 and sum(map(_size, self._kept.values())) > MOST_CELLS_KEPT:
                del self._kept[next(iter(self._kept))]


def _size(workbook: Workbook) -> int:
    return sum(len(row) for sheet in workbook.sheets for row in sheet.rows)


_shelf = _Shelf()


def _cell(sheet: Sheet, row: int, column: int) -> DrawnCell:
    place = f"{column_letters(column)}{row + 1}"
    value = sheet.at(row, column)
    fault = sheet.faults.get((row, column))
    if value == "" and fault:
        return DrawnCell(place, fault, fault=True)
    return DrawnCell(place, shown(value)[:LONGEST_TEXT], number=isinstance(value, int | float))


def shown(value: CellValue) -> str:
    """A cell's value, written plainly: what the file holds, not how it was formatted."""
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value).replace(".", ",")
    if isinstance(value, datetime.datetime):
        return value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, datetime.date):
        return figures.day(value)
    return str(value)
