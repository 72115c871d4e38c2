"""Web pages, often named .xls: their tables stand one below the other, as a spreadsheet opens them.

What is written outside of tables makes rows of one cell: a title or a unit may stand there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from html.parser import HTMLParser
from pathlib import PurePath

from beffroi.returns.reading.decoding import decoded
from beffroi.returns.reading.lines import Finding
from beffroi.returns.reading.progress import ROWS_BETWEEN, tell
from beffroi.returns.reading.recognising import refused_as
from beffroi.returns.reading.workbook import (
    LIMITS,
    CellValue,
    Merge,
    Row,
    Sheet,
    SheetCollector,
    Workbook,
    refuse_oversize,
)

Attributes = Mapping[str, str]

_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_HEAD = 4000
_SHEET_NAME = re.compile(r"<x:Name>([^<]+)</x:Name>")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_BLOCK = re.compile(
    "p|div|h[1-6]|li|[uod]l|d[td]|center|section|article|header|footer|hr|pre|form|address"
)
_UNSEEN = frozenset({"script", "style", "title", "xml", "noscript", "template"})
_SHOWS_A_NUMBER = re.compile(r"\(?[-+−]?\s?[€$£]?\s?\d[\d\s.,]*(?:[eE][-+]?\d+)?\s?[€$£%]?\)?")
"""Neither a date nor an error, whose number says something else."""
_TYPED = ("x:num", "sdval")
"""The attributes by which Excel and LibreOffice keep a number beside the text of its cell."""


def read_html(content: bytes, name: str) -> Workbook:
    """The only sheet of a page. Raises :class:`UnreadableFile` where it has no table."""
    sheet, findings = _sheet(content, name)
    if sheet is None:
        raise refused_as("une page HTML sans tableau", name)
    collected = SheetCollector(name)
    collected.add(sheet)
    return Workbook(name, collected.sheets, "html", findings)


def read_mht(content: bytes, name: str) -> Workbook:
    """A page kept whole in one file: a sheet for each of its parts that has a table."""
    collected = SheetCollector(name)
    findings: list[Finding] = []
    for part in message_from_bytes(content).walk():
        if part.get_content_type() != "text/html":
            continue
        page = part.get_payload(decode=True)
        place = PurePath(part.get("Content-Location", "")).stem
        sheet, said = _sheet(page if isinstance(page, bytes) else b"", name)
        if sheet is not None:
            sheet.name = sheet.name or place
            collected.add(sheet)
            findings += said
    if not collected.sheets:
        raise refused_as("une page HTML sans tableau", name)
    return Workbook(name, collected.sheets, "html", findings)


def _sheet(content: bytes, name: str) -> tuple[Sheet | None, list[Finding]]:
    declared = _CHARSET.search(content[:_HEAD])
    text, findings = decoded(content, declared[1].decode() if declared else None)
    page = _Page(name)
    page.feed(text)
    page.close()
    page.end_all()
    if not page.has_table:
        return None, findings
    sheet = Sheet(
        page.names[0] if len(page.names) == 1 else "",
        page.rows,
        merges=page.merges,
        hidden_rows=frozenset(page.hidden_rows),
        hidden_columns=frozenset(page.hidden_columns),
    )
    return sheet, findings


@dataclass(slots=True)
class _Cell:
    """A cell being read, at its place in its table."""

    row: int
    column: int
    attributes: Attributes
    words: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    """A table being read. ``covered`` gives, by column, the first row free of a cell above."""

    rows: list[dict[int, CellValue]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    covered: dict[int, int] = field(default_factory=dict)
    next_column: int = 0
    cell: _Cell | None = None
    declared_columns: int = 0


class _Page(HTMLParser):
    """Follows the page: tables, rows, cells, and the text around them."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.name = name
        self.names: list[str] = []
        self.rows: list[Row] = []
        self.merges: list[Merge] = []
        self.hidden_rows: list[int] = []
        self.hidden_columns: set[int] = set()
        self.has_table = False
        self._outside: list[str] = []
        self._tables: list[_Table] = []
        self._unseen = 0
        self._starts: Mapping[str, Callable[[Attributes], None]] = {
            "table": self._start_table,
            "tr": self._start_row,
            "td": self._start_cell,
            "th": self._start_cell,
            "col": self._start_column,
            "br": lambda _: self._say("\n"),
        }

    # What the parser calls

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif _BLOCK.fullmatch(tag):
            self._break()
        elif tag in self._starts and not self._unseen:
            self._starts[tag]({key: value or "" for key, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif _BLOCK.fullmatch(tag):
            self._break()
        elif tag in {"td", "th", "tr"} and self._tables:
            self._end_cell(self._tables[-1])
        elif tag == "table" and self._tables:
            self._end_table()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._say(_SPACES.sub(" ", data))

    def handle_comment(self, data: str) -> None:
        self.names += _SHEET_NAME.findall(data)

    def end_all(self) -> None:
        """Close what the page left open."""
        while self._tables:
            self._end_table()
        self._end_outside()

    # Text

    def _say(self, text: str) -> None:
        if not self._tables:
            self._outside.append(text)
        elif (cell := self._tables[-1].cell) is not None:
            cell.words.append(text)
        elif text.strip():
            # What stands between two cells, or after a table within a cell.
            self._start_row({})
            self._start_cell({})
            self._say(text)

    def _break(self) -> None:
        """The end of a paragraph: a line in a cell, a row outside of tables."""
        if self._tables:
            self._say("\n")
        else:
            self._end_outside()

    def _end_outside(self) -> None:
        for line in _plain(self._outside).split("\n"):
            if line:
                self.rows.append([line])
        self._outside.clear()

    # Tables

    def _start_table(self, _: Attributes) -> None:
        self.has_table = True
        if self._tables:
            # A table in a cell stands below what its surroundings have said so far.
            self._lay(self._tables[-1])
        else:
            self._end_outside()
        self._tables.append(_Table())

    def _end_table(self) -> None:
        self._lay(self._tables.pop())

    def _lay(self, table: _Table) -> None:
        """Put the rows of a table below what is already there."""
        self._end_cell(table)
        top = len(self.rows)
        for row in table.rows:
            width = max(row, default=-1) + 1
            refuse_oversize(self.name, "", len(self.rows) + 1, width)
            self.rows.append([row.get(column, "") for column in range(width)])
        self.merges += [
            Merge(each.top + top, each.left, each.bottom + top, each.right) for each in table.merges
        ]
        self.hidden_rows += [row + top for row in table.hidden]
        table.rows, table.merges, table.hidden, table.covered = [], [], [], {}

    def _start_column(self, attributes: Attributes) -> None:
        if not self._tables:
            return
        table = self._tables[-1]
        last = min(table.declared_columns + _count(attributes, "span"), LIMITS.columns)
        if _HIDDEN.search(attributes.get("style", "")):
            self.hidden_columns.update(range(table.declared_columns, last))
        table.declared_columns = last

    def _start_row(self, attributes: Attributes) -> None:
        if not self._tables:
            return
        table = self._tables[-1]
        self._end_cell(table)
        if _HIDDEN.search(attributes.get("style", "")):
            table.hidden.append(len(table.rows))
        table.rows.append({})
        table.next_column = 0
        rows = len(self.rows) + len(table.rows)
        refuse_oversize(self.name, "", rows, 1)
        if not rows % ROWS_BETWEEN:
            tell("reading", rows)

    def _start_cell(self, attributes: Attributes) -> None:
        if not self._tables:
            return
        table = self._tables[-1]
        self._end_cell(table)
        if not table.rows:
            table.rows.append({})
        row = len(table.rows) - 1
        while table.covered.get(table.next_column, 0) > row:
            table.next_column += 1
        table.cell = _Cell(row, table.next_column, attributes)

    def _end_cell(self, table: _Table) -> None:
        cell, table.cell = table.cell, None
        if cell is None:
            return
        width = min(_count(cell.attributes, "colspan"), LIMITS.columns)
        height = min(_count(cell.attributes, "rowspan"), LIMITS.rows)
        table.next_column = cell.column + width
        if height > 1:
            below = range(cell.column, table.next_column)
            table.covered.update(dict.fromkeys(below, cell.row + height))
        if width > 1 or height > 1:
            bottom, right = cell.row + height - 1, table.next_column - 1
            table.merges.append(Merge(cell.row, cell.column, bottom, right))
        value = _value(cell)
        if value != "":
            refuse_oversize(self.name, "", 1, cell.column + 1)
            table.rows[cell.row][cell.column] = value


def _count(attributes: Attributes, key: str) -> int:
    written = attributes.get(key, "").strip()
    return max(1, int(written[:9])) if written[:9].isdecimal() else 1


def _value(cell: _Cell) -> CellValue:
    """The text; or the number that the page keeps beside it, where the text shows a number."""
    text = _plain(cell.words)
    kept = next((cell.attributes[key] for key in _TYPED if cell.attributes.get(key)), "")
    if kept and _SHOWS_A_NUMBER.fullmatch(text):
        try:
            return float(kept)
        except ValueError:
            pass
    return text


def _plain(words: Sequence[str]) -> str:
    """Text without what only lays it out: lines are kept, blank ones and outer spaces are not."""
    lines = (line.strip(" \u00a0") for line in "".join(words).split("\n"))
    return "\n".join(line for line in lines if line)
