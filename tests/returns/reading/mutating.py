"""Workbooks taken apart into pages, changed, and written again: what a partner may do to a file."""

from __future__ import annotations

import csv
import datetime
import io
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from openpyxl import Workbook, load_workbook  # type: ignore[import-untyped]

Value = str | float | datetime.date
Rectangle = tuple[int, int, int, int]
"""Top, left, bottom, right, from 0."""

ERRORS = ("#DIV/0!", "#REF!", "#N/A", "#NAME?", "#VALUE!", "#NUM!", "#NULL!")
_URN = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}%s"
_REPEATED = _URN % ("table", "number-columns-repeated")
_DOCUMENT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" office:version="1.3">'
    '<office:automatic-styles><style:style style:name="hidden" style:family="table">'
    '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    "<office:body><office:spreadsheet>%s</office:spreadsheet></office:body>"
    "</office:document-content>"
)


@dataclass
class Page:
    """A sheet as it is written: its rows, ``""`` where blank, and its merged rectangles."""

    name: str
    rows: list[list[Value]]
    merges: list[Rectangle] = field(default_factory=list)
    hidden: bool = False

    @property
    def width(self) -> int:
        return max(map(len, self.rows))

    def header_row(self, label: str) -> int:
        """The row that bears a header."""
        return next(at for at, row in enumerate(self.rows) if label in row)

    def insert_rows(self, at: int, rows: Sequence[Sequence[Value]]) -> None:
        """Insert rows, and push down what is merged under them."""
        self.rows[at:at] = [list(row) for row in rows]
        self.merges = [
            (top + len(rows), left, bottom + len(rows), right) if top >= at else merge
            for merge in self.merges
            for top, left, bottom, right in [merge]
        ]

    def delete_rows(self, at: int, count: int) -> None:
        """Delete rows, with what is merged in them."""
        del self.rows[at : at + count]
        self.merges = [
            (top - count, left, bottom - count, right) if top >= at + count else merge
            for merge in self.merges
            for top, left, bottom, right in [merge]
            if not at <= top < at + count
        ]

    def rearrange(self, order: Sequence[int | None]) -> None:
        """Give the columns another order, ``None`` for a new one; a merged label follows its own.

        Where the columns under a merged label part, each run of them bears the label.
        """
        labels = [
            (top, bottom, set(range(left, right + 1)), self.rows[top][left])
            for top, left, bottom, right in self.merges
        ]
        self.rows = [
            ["" if at is None or at >= len(row) else row[at] for at in order] for row in self.rows
        ]
        self.merges = []
        for top, bottom, members, label in labels:
            for left, right in _runs([at in members for at in order]):
                self.rows[top][left : right + 1] = [label, *[""] * (right - left)]
                self.merges.append((top, left, bottom, right))

    def insert_column(self, at: int, header_row: int, header: str, value: Value) -> None:
        """Insert a column that says one same thing on every row that says anything."""
        self.rearrange([*range(at), None, *range(at, self.width)])
        self.rows[header_row][at] = header
        for row in self.rows[header_row + 1 :]:
            row[at] = value if any(cell != "" for cell in row) else ""

    def change(self, columns: Sequence[int], after: int, how: Callable[[Value], Value]) -> None:
        """Write otherwise every filled cell of some columns, under a row."""
        for row in self.rows[after + 1 :]:
            for at in columns:
                if at < len(row) and row[at] != "":
                    row[at] = how(row[at])


def shuffled(page: Page, seed: int) -> list[int | None]:
    """The columns of a page in another order, the same for a seed."""
    order: list[int | None] = [*range(page.width)]
    random.Random(seed).shuffle(order)
    return order


def _runs(marks: Sequence[bool]) -> Iterator[tuple[int, int]]:
    start = None
    for at, mark in enumerate([*marks, False]):
        if mark and start is None:
            start = at
        elif not mark and start is not None:
            yield start, at - 1
            start = None


# Loading


def load(path: Path) -> list[Page]:
    """The pages of a demonstration return, by readers that are not ours; to be changed at will."""
    return [
        Page(page.name, [[*row] for row in page.rows], [*page.merges], page.hidden)
        for page in _loaded(path)
    ]


@cache
def _loaded(path: Path) -> list[Page]:
    if path.suffix == ".csv":
        text = path.read_bytes().decode("cp1252")
        return [Page("", [[*row] for row in csv.reader(io.StringIO(text), delimiter=";")])]
    return list(_ods_pages(path) if path.suffix == ".ods" else _xlsx_pages(path))


def _xlsx_pages(path: Path) -> Iterator[Page]:
    for sheet in load_workbook(path).worksheets:
        rows = [["" if v is None else v for v in row] for row in sheet.iter_rows(values_only=True)]
        merges = [
            (each.min_row - 1, each.min_col - 1, each.max_row - 1, each.max_col - 1)
            for each in sheet.merged_cells.ranges
        ]
        yield Page(sheet.title, rows, merges, sheet.sheet_state != "visible")


def _ods_pages(path: Path) -> Iterator[Page]:
    """Good for the demonstration's: texts, and no repeated rows."""
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("content.xml"))
    for table in root.iter(_URN % ("table", "table")):
        rows: list[list[Value]] = []
        for row in table.iter(_URN % ("table", "table-row")):
            cells: list[Value] = []
            for cell in row.iter(_URN % ("table", "table-cell")):
                text = "".join(cell.itertext())
                cells += [text] * int(cell.get(_REPEATED, "1"))
            rows.append(cells)
        yield Page(table.get(_URN % ("table", "name"), ""), rows)


# Saving


def save(pages: Sequence[Page], path: Path) -> Path:
    """Write pages in the format that the name says."""
    if path.suffix == ".csv":
        save_csv(pages[0], path, separator=";", encoding="cp1252")
    elif path.suffix == ".ods":
        save_ods(pages, path)
    else:
        save_xlsx(pages, path)
    return path


def save_csv(page: Page, path: Path, *, separator: str, encoding: str) -> None:
    """Write a page as text."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(page.rows)
    path.write_bytes(text.getvalue().encode(encoding))


def save_xlsx(pages: Sequence[Page], path: Path) -> None:
    """Write pages with openpyxl: ``=…`` is a formula without value, ``#REF!`` an error."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for page in pages:
        sheet = book.create_sheet(page.name)
        for row in page.rows:
            sheet.append([None if value == "" else value for value in row])
        for top, left, bottom, right in page.merges:
            sheet.merge_cells(
                start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1
            )
        sheet.sheet_state = "hidden" if page.hidden else "visible"
    book.save(path)


def save_ods(pages: Sequence[Page], path: Path) -> None:
    """Write pages as a minimal ODS."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", _DOCUMENT % "".join(map(_ods_table, pages)))


def _ods_table(page: Page) -> str:
    spans = {
        (top, left): (bottom - top + 1, right - left + 1)
        for top, left, bottom, right in page.merges
    }
    rows = (
        "".join(_ods_cell(value, spans.get((at, column))) for column, value in enumerate(row))
        for at, row in enumerate(page.rows)
    )
    style = ' table:style-name="hidden"' if page.hidden else ""
    inside = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    return f"<table:table table:name={quoteattr(page.name)}{style}>{inside}</table:table>"


def _ods_cell(value: Value, span: tuple[int, int] | None) -> str:
    spanned = (
        f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"'
        if span
        else ""
    )
    if isinstance(value, str) and value.startswith("="):
        return f"<table:table-cell{spanned} table:formula={quoteattr('of:' + value)}/>"
    if value in ERRORS:
        typed, shown = ' calcext:value-type="error" office:value-type="string"', str(value)
    elif isinstance(value, str):
        typed, shown = ' office:value-type="string"' if value else "", value
    elif isinstance(value, datetime.date):
        shown = value.isoformat()
        typed = f' office:value-type="date" office:date-value="{shown}"'
    else:
        typed, shown = f' office:value-type="float" office:value="{value!r}"', str(value)
    text = f"<text:p>{escape(shown)}</text:p>" if shown else ""
    return f"<table:table-cell{spanned}{typed}>{text}</table:table-cell>"
