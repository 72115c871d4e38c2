"""ODS workbooks, by a streaming reader of our own.

calamine takes cells without a declared type for blanks and knows no merged cells; general XML
readers unroll the million of repeated blank rows that a spreadsheet declares. This one keeps every
cell, and unrolls nothing that is blank.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import NoReturn
from xml.parsers import expat

from beffroi.returns.reading.findings import finding
from beffroi.returns.reading.lines import Finding
from beffroi.returns.reading.number_formats import PERCENT, SOME_CURRENCY, usual_formats
from beffroi.returns.reading.progress import ROWS_BETWEEN, tell
from beffroi.returns.reading.units import stated_unit
from beffroi.returns.reading.workbook import (
    LIMITS,
    CellValue,
    Merge,
    Position,
    Row,
    Sheet,
    SheetCollector,
    UnreadableFile,
    Workbook,
    entities_refused,
    refuse_oversize,
    too_long_a_cell,
)

Attributes = dict[str, str]

_NUMBERS = frozenset({"float", "percentage", "currency"})
_MACROS = ("Basic/Standard/", "Scripts/")
_HIDDEN = frozenset({"collapse", "filter"})
_MOST_FORMATS = 5_000
_ERROR = re.compile(r"#[\w/]+[!?]?|(?:Err|Erreur)\s?:\s?\d+")
_FORMULA_PREFIX = re.compile(r"^(?:of|oooc|msoxl):")


def read_ods(archive: zipfile.ZipFile, name: str) -> Workbook:
    """The sheets of an ODS. Raises :class:`UnreadableFile`."""
    reader = _Reader(name)
    with archive.open("content.xml") as content:
        reader.read(content.read)
    return Workbook(name, reader.collected.sheets, "ods", list(_left_alone(archive)))


def read_flat_ods(content: bytes, name: str) -> Workbook:
    """The sheets of an ODS in one XML file. Raises :class:`UnreadableFile`."""
    reader = _Reader(name)
    reader.read(io.BytesIO(content).read)
    return Workbook(name, reader.collected.sheets, "xml")


def _left_alone(archive: zipfile.ZipFile) -> Iterator[Finding]:
    if any(member.startswith(_MACROS) for member in archive.namelist()):
        yield finding("1", "macros_not_run", "Basic")


class _Reader:
    """Follows the XML: tables, rows, cells, paragraphs."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.collected = SheetCollector(name)
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.skipping = 0
        self.computes = False
        self.cell: Attributes | None = None
        self.paragraphs: list[str] = []
        self.in_paragraph = 0
        self.starts: dict[str, Callable[[Attributes], None]] = {
            "style:style": self.start_style,
            "style:table-properties": self.start_table_properties,
            "table:table": self.start_table,
            "table:table-column": self.start_column,
            "table:table-row": self.start_row,
            "table:table-cell": self.start_cell,
            "table:covered-table-cell": self.start_cell,
            "text:p": self.start_paragraph,
            "text:s": self.start_spaces,
            "text:tab": self.start_tab,
            "text:line-break": self.start_tab,
        }
        self.ends: dict[str, Callable[[], None]] = {
            "table:table": self.end_table,
            "table:table-row": self.end_row,
            "table:table-cell": self.end_cell,
            "table:covered-table-cell": self.end_cell,
            "text:p": self.end_paragraph,
        }

    def read(self, more: Callable[[int], bytes]) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.StartDoctypeDeclHandler = self.refuse_doctype
        while chunk := more(1 << 20):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
        if self.computes:
            self.forget_empty_texts()

    def forget_empty_texts(self) -> None:
        """Where formulas are computed, one without a value gives an empty text."""
        for sheet in self.collected.sheets:
            faults = sheet.faults.items()
            sheet.faults = {at: shown for at, shown in faults if not shown.startswith("=")}

    def refuse_doctype(self, *_: object) -> NoReturn:
        raise entities_refused(self.name)

    # Comments, drawings and tracked changes hold text, and even cells, that are not the sheet's.

    def start(self, element: str, attributes: Attributes) -> None:
        if self.skipping or element in NOT_THE_SHEET:
            self.skipping += 1
            return
        start = self.starts.get(element)
        if start is not None:
            start(attributes)

    def end(self, element: str) -> None:
        if self.skipping:
            self.skipping -= 1
            return
        end = self.ends.get(element)
        if end is not None:
            end()

    def characters(self, text: str) -> None:
        if self.in_paragraph and not self.skipping:
            self.paragraphs[-1] += text
            if len(self.paragraphs[-1]) > LIMITS.cell_characters:
                raise UnreadableFile(too_long_a_cell(f"{self.name}, feuille « {self.sheet} »"))

    # Styles: the only place that tells a hidden sheet

    def start_style(self, attributes: Attributes) -> None:
        self.style = attributes.get("style:name", "")

    def start_table_properties(self, attributes: Attributes) -> None:
        if attributes.get("table:display") == "false":
            self.hidden_styles.add(self.style)

    # Sheets

    def start_table(self, attributes: Attributes) -> None:
        self.sheet = attributes.get("table:name", "")
        self.is_hidden = attributes.get("table:style-name") in self.hidden_styles
        self.rows: list[Row] = []
        self.blank_rows = 0
        self.columns = 0
        self.widest = 0
        self.faults: dict[Position, str] = {}
        self.merges: list[Merge] = []
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[int] = []
        self.formats: list[tuple[int, str]] = []

    def end_table(self) -> None:
        self.collected.add(
            Sheet(
                self.sheet,
                self.rows,
                self.is_hidden,
                self.faults,
                self.merges,
                frozenset(self.hidden_rows),
                frozenset(self.hidden_columns),
                usual_formats(self.formats),
            )
        )

    def start_column(self, attributes: Attributes) -> None:
        repeats = _count(attributes, "table:number-columns-repeated")
        if attributes.get("table:visibility") in _HIDDEN:
            last = min(self.columns + repeats, LIMITS.columns)
            self.hidden_columns += range(self.columns, last)
        self.columns += repeats

    # Rows

    def start_row(self, attributes: Attributes) -> None:
        self.row: list[CellValue] = []
        self.blank_cells = 0
        self.row_faults: list[tuple[int, str]] = []
        self.row_merges: list[tuple[int, int, int]] = []
        self.row_repeats = _count(attributes, "table:number-rows-repeated")
        self.row_is_hidden = attributes.get("table:visibility") in _HIDDEN

    def end_row(self) -> None:
        if not self.row and not self.row_faults:
            self.blank_rows += self.row_repeats
            return
        last = len(self.rows) + self.blank_rows + self.row_repeats
        self.widest = max(self.widest, len(self.row))
        refuse_oversize(self.name, self.sheet, last, self.widest)
        self.rows.extend([] for _ in range(self.blank_rows))
        self.blank_rows = 0
        for _ in range(self.row_repeats):
            self.add_row(len(self.rows))
        if not len(self.rows) % ROWS_BETWEEN:
            tell("reading", len(self.rows))

    def add_row(self, at: int) -> None:
        self.rows.append(self.row)
        for column, shown in self.row_faults:
            self.faults[at, column] = shown
        for column, height, width in self.row_merges:
            self.merges.append(Merge(at, column, at + height - 1, column + width - 1))
        if self.row_is_hidden:
            self.hidden_rows.append(at)

    # Cells

    def start_cell(self, attributes: Attributes) -> None:
        self.cell = attributes
        self.paragraphs = []

    def end_cell(self) -> None:
        attributes, self.cell = self.cell or {}, None
        if not attributes and not self.paragraphs:
            self.blank_cells += 1
            return
        text = "\n".join(self.paragraphs).strip()
        at = len(self.row) + self.blank_cells
        repeats = _count(attributes, "table:number-columns-repeated")
        height = _count(attributes, "table:number-rows-spanned")
        width = _count(attributes, "table:number-columns-spanned")
        if height > 1 or width > 1:
            self.row_merges.append((at, height, width))
        if len(self.formats) < _MOST_FORMATS and (shown := _format_of(attributes)) is not None:
            self.formats.append((at, shown))
        fault = _fault(attributes, text)
        self.computes |= not fault and "table:formula" in attributes
        value = "" if fault else _value(attributes, text)
        if value == "" and not fault:
            self.blank_cells += repeats
            return
        refuse_oversize(self.name, self.sheet, 1, at + repeats)
        if fault:
            self.row_faults += [(column, fault) for column in range(at, at + repeats)]
        self.row.extend([""] * self.blank_cells)
        self.row.extend([value] * repeats)
        self.blank_cells = 0

    # Text

    def start_paragraph(self, _: Attributes) -> None:
        if self.cell is not None:
            self.paragraphs.append("")
            self.in_paragraph += 1

    def end_paragraph(self) -> None:
        if self.in_paragraph:
            self.in_paragraph -= 1

    def start_spaces(self, attributes: Attributes) -> None:
        self.characters(" " * min(_count(attributes, "text:c"), 1000))

    def start_tab(self, _: Attributes) -> None:
        self.characters(" ")


NOT_THE_SHEET = frozenset(
    {"office:annotation", "draw:frame", "table:shapes", "table:tracked-changes", "office:forms"}
)
"""What holds text, and even cells, that are not the sheet's."""


def _count(attributes: Attributes, key: str) -> int:
    return int(attributes.get(key, 1))


def _fault(attributes: Attributes, text: str) -> str:
    """What stands in a formula without value, or in error; empty for any other cell."""
    formula = attributes.get("table:formula")
    if attributes.get("calcext:value-type") == "error":
        return text or "#ERREUR"
    if formula is None:
        return ""
    if _ERROR.fullmatch(text):
        return text
    if not text and "office:value-type" not in attributes:
        return _FORMULA_PREFIX.sub("", formula) or "="
    return ""


def _format_of(attributes: Attributes) -> str | None:
    """What the format of a number shows; ``None`` where the cell holds no number."""
    kind = attributes.get("office:value-type")
    if kind == "percentage":
        return PERCENT
    if kind == "currency":
        return stated_unit(attributes.get("office:currency", "EUR")) or SOME_CURRENCY
    return "" if kind == "float" else None


def _value(attributes: Attributes, text: str) -> CellValue:
    """The typed value; the text where the type is not declared, or not one of ours."""
    kind = attributes.get("office:value-type") or attributes.get("calcext:value-type")
    if kind in _NUMBERS and "office:value" in attributes:
        currency = attributes.get("office:currency", "EUR")
        number = float(attributes["office:value"])
        # An amount in another currency is text: it is never added to euros.
        return number if kind != "currency" or currency == "EUR" else f"{number} {currency}"
    if kind == "date" and "office:date-value" in attributes:
        return _date(attributes["office:date-value"]) or text
    return text or attributes.get("office:string-value", "")


def _date(written: str) -> datetime.date | None:
    """A date, with its time of day where it has one."""
    try:
        moment = datetime.datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.time() != datetime.time() else moment.date()
