"""Workbooks in the XML of Excel 2003 (SpreadsheetML), often named .xls."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import NoReturn
from xml.parsers import expat

from beffroi.returns.reading.progress import ROWS_BETWEEN, tell
from beffroi.returns.reading.workbook import (
    LIMITS,
    CellValue,
    Merge,
    Position,
    Row,
    Sheet,
    SheetCollector,
    Workbook,
    entities_refused,
    refuse_oversize,
)

Attributes = Mapping[str, str]

_SS = "urn:schemas-microsoft-com:office:spreadsheet "
_X = "urn:schemas-microsoft-com:office:excel "


def read_spreadsheetml(content: bytes, name: str) -> Workbook:
    """The sheets of the file. Raises :class:`UnreadableFile`."""
    reader = _Reader(name)
    reader.read(content)
    return Workbook(name, reader.collected.sheets, "xml")


class _Reader:
    """Follows the XML: worksheets, rows, cells, data. Positions are told, or follow on."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.collected = SheetCollector(name)
        self._data: list[str] | None = None
        self._in_comment = False
        self._visible: list[str] | None = None
        self._starts: Mapping[str, Callable[[Attributes], None]] = {
            f"{_SS}Worksheet": self._start_sheet,
            f"{_SS}Column": self._start_column,
            f"{_SS}Row": self._start_row,
            f"{_SS}Cell": self._start_cell,
            f"{_SS}Data": self._start_data,
            f"{_SS}Comment": self._start_comment,
            f"{_X}Visible": self._start_visible,
        }
        self._ends: Mapping[str, Callable[[], None]] = {
            f"{_SS}Worksheet": self._end_sheet,
            f"{_SS}Row": self._end_row,
            f"{_SS}Cell": self._end_cell,
            f"{_SS}Comment": self._end_comment,
            f"{_X}Visible": self._end_visible,
        }

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        # Excel's own files may stand behind blanks, which XML does not allow.
        parser.Parse(content.lstrip(), True)

    def _refuse_doctype(self, *_: object) -> NoReturn:
        raise entities_refused(self.name)

    def _start(self, element: str, attributes: Attributes) -> None:
        start = self._starts.get(element)
        if start is not None:
            start(attributes)

    def _end(self, element: str) -> None:
        end = self._ends.get(element)
        if end is not None:
            end()

    def _characters(self, text: str) -> None:
        if self._visible is not None:
            self._visible.append(text)
        elif self._data is not None and not self._in_comment:
            self._data.append(text)

    # Sheets

    def _start_sheet(self, attributes: Attributes) -> None:
        self._sheet = Sheet(attributes.get(f"{_SS}Name", ""), [])
        self._rows: list[Row] = []
        self._faults: dict[Position, str] = {}
        self._merges: list[Merge] = []
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._next_row = self._next_column = 0
        self._widest = 0

    def _end_sheet(self) -> None:
        sheet = self._sheet
        sheet.rows, sheet.faults, sheet.merges = self._rows, self._faults, self._merges
        sheet.hidden_rows = frozenset(self._hidden_rows)
        sheet.hidden_columns = frozenset(self._hidden_columns)
        self.collected.add(sheet)

    def _start_visible(self, _: Attributes) -> None:
        self._visible = []

    def _end_visible(self) -> None:
        self._sheet.hidden = "Hidden" in "".join(self._visible or [])
        self._visible = None

    def _start_column(self, attributes: Attributes) -> None:
        first = _number(attributes, "Index", self._next_column + 1) - 1
        self._next_column = first + _number(attributes, "Span", 0) + 1
        if attributes.get(f"{_SS}Hidden") == "1":
            self._hidden_columns.update(range(first, min(self._next_column, LIMITS.columns)))

    # Rows and cells

    def _start_row(self, attributes: Attributes) -> None:
        self._row_number = _number(attributes, "Index", self._next_row + 1) - 1
        self._next_row = self._row_number + _number(attributes, "Span", 0) + 1
        self._row: list[CellValue] = []
        self._next_cell = 0
        if attributes.get(f"{_SS}Hidden") == "1":
            shown = range(self._row_number, min(self._next_row, LIMITS.rows))
            self._hidden_rows.update(shown)

    def _end_row(self) -> None:
        if not self._row:
            return
        self._widest = max(self._widest, len(self._row))
        refuse_oversize(self.name, self._sheet.name, self._row_number + 1, self._widest)
        self._rows.extend([] for _ in range(self._row_number - len(self._rows)))
        self._rows.append(self._row)
        if not len(self._rows) % ROWS_BETWEEN:
            tell("reading", len(self._rows))

    def _start_cell(self, attributes: Attributes) -> None:
        self._column = _number(attributes, "Index", self._next_cell + 1) - 1
        across = _number(attributes, "MergeAcross", 0)
        down = _number(attributes, "MergeDown", 0)
        self._next_cell = self._column + across + 1
        if across or down:
            top, left = self._row_number, self._column
            self._merges.append(Merge(top, left, top + down, left + across))
        self._formula = attributes.get(f"{_SS}Formula", "")
        self._kind = ""
        self._data = None

    def _start_data(self, attributes: Attributes) -> None:
        if not self._in_comment:
            self._kind = attributes.get(f"{_SS}Type", "String")
            self._data = []

    def _start_comment(self, _: Attributes) -> None:
        self._in_comment = True

    def _end_comment(self) -> None:
        self._in_comment = False

    def _end_cell(self) -> None:
        text = "".join(self._data or [])
        self._data = None
        value: CellValue = ""
        fault = ""
        if self._kind == "Error":
            fault = text or "#ERREUR"
        elif self._formula and not self._kind:
            fault = self._formula
        else:
            value = _value(self._kind, text)
        if value == "" and not fault:
            return
        refuse_oversize(self.name, self._sheet.name, 1, self._column + 1)
        self._row.extend([""] * (self._column - len(self._row)))
        self._row.append(value)
        if fault:
            self._faults[self._row_number, self._column] = fault


def _number(attributes: Attributes, key: str, otherwise: int) -> int:
    """A count that an attribute gives, never below nought."""
    return max(0, int(attributes.get(_SS + key, otherwise)))


def _value(kind: str, text: str) -> CellValue:
    if kind == "Number":
        return float(text)
    if kind == "Boolean":
        return text.strip() == "1"
    if kind == "DateTime":
        moment = datetime.datetime.fromisoformat(text.strip())
        return moment if moment.time() != datetime.time() else moment.date()
    return text.strip()
