"""What calamine does not read of an ODS: cells that hold text but declare no type of value.

Such a sheet comes out blank, or with holes. It is then read again, whole, by the slow way.
"""

from __future__ import annotations

import re
import zipfile
from typing import Any
from xml.parsers import expat

from beffroi.returns.reading.workbook import LIMITS, CellValue, Sheet, UnreadableFile

# A cell with a paragraph in it and no type: calamine would take it for blank.
_UNTYPED = re.compile(
    rb"<table:(?:covered-)?table-cell(?![^>]*office:value-type)[^>/]*>\s*<text:p[^>/]*>\s*[^<\s]"
)


def complete(archive: zipfile.ZipFile, sheets: list[Sheet]) -> None:
    """Read again the sheets of a file in which some cells declare no type."""
    xml = archive.read("content.xml")
    if b"<!ENTITY" in xml[:10_000]:
        raise UnreadableFile("Ce classeur déclare des entités XML, ce qui n'est pas accepté.")
    if not _UNTYPED.search(xml):
        return
    read = _Reader().read(xml)
    for sheet in sheets:
        if sheet.name in read:
            sheet.rows = read[sheet.name]


class _Reader:
    """An expat reader that keeps every cell; blank rows at the end are not unrolled."""

    def __init__(self) -> None:
        self.tables: dict[str, list[list[CellValue]]] = {}
        self.rows: list[list[CellValue]] = []
        self.row: list[CellValue] = []
        self.cell: dict[str, str] | None = None
        self.paragraphs: list[str] = []
        self.row_repeats = 1
        self.blank_rows = 0
        self.blank_cells = 0
        self.in_note = 0
        self.in_paragraph = 0

    def read(self, xml: bytes) -> dict[str, list[list[CellValue]]]:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.Parse(xml, True)
        return self.tables

    def start(self, name: str, attributes: dict[str, Any]) -> None:
        if name == "table:table":
            self.rows = self.tables.setdefault(attributes.get("table:name", ""), [])
            self.blank_rows = 0
        elif name == "table:table-row":
            self.row, self.blank_cells = [], 0
            self.row_repeats = int(attributes.get("table:number-rows-repeated", 1))
        elif name in {"table:table-cell", "table:covered-table-cell"}:
            self.cell, self.paragraphs = attributes, []
        elif name == "office:annotation":
            self.in_note += 1
        elif name == "text:p" and self.cell is not None and not self.in_note:
            self.paragraphs.append("")
            self.in_paragraph += 1
        elif name == "text:s" and self.in_paragraph:
            self.paragraphs[-1] += " " * int(attributes.get("text:c", 1))

    def characters(self, text: str) -> None:
        if self.in_paragraph and not self.in_note:
            self.paragraphs[-1] += text

    def end(self, name: str) -> None:
        if name == "office:annotation":
            self.in_note -= 1
        elif name == "text:p" and self.in_paragraph and not self.in_note:
            self.in_paragraph -= 1
        elif name in {"table:table-cell", "table:covered-table-cell"} and self.cell is not None:
            self._end_cell(self.cell)
            self.cell = None
        elif name == "table:table-row":
            self._end_row()

    def _end_cell(self, attributes: dict[str, str]) -> None:
        value = _value(attributes, "\n".join(self.paragraphs))
        repeats = int(attributes.get("table:number-columns-repeated", 1))
        if value == "":
            self.blank_cells += repeats
            return
        self.row += [""] * min(self.blank_cells, LIMITS.columns)
        self.blank_cells = 0
        self.row += [value] * min(repeats, LIMITS.columns)

    def _end_row(self) -> None:
        if not self.row:
            self.blank_rows += self.row_repeats
            return
        if len(self.rows) + self.blank_rows > LIMITS.rows:
            raise UnreadableFile(f"Une feuille a plus de {LIMITS.rows} lignes.")
        self.rows += [[] for _ in range(self.blank_rows)]
        self.blank_rows = 0
        self.rows += [list(self.row) for _ in range(min(self.row_repeats, 1000))]


def _value(attributes: dict[str, str], text: str) -> CellValue:
    kind = attributes.get("office:value-type") or attributes.get("calcext:value-type")
    if kind in {"float", "currency", "percentage"} and "office:value" in attributes:
        return float(attributes["office:value"])
    if kind == "date" and "office:date-value" in attributes:
        return attributes["office:date-value"][:10]
    return text.strip()
