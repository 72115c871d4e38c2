"""The first sheet of an annotated XLSX."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from beffroi.returns.annotating.notes import FrontCell, FrontRow, Notes
from beffroi.returns.annotating.xlsx_styles import Styles
from beffroi.returns.annotating.xml_text import elements, escaped
from beffroi.returns.reading.front import FRONT_MARK
from beffroi.returns.reading.workbook import column_letters
from beffroi.ui.inert import LONGEST_IN_XLSX, begins_a_formula

_COLOURED, _COVERED = "Y", "Z"
"""The hidden columns that remember, row by row, a coloured style and the one it covers."""
_LINE, _MOST_LINES = 15, 27
"""A line's height in points, and how many of them a row may have."""
_FIRST_CELL = re.compile(rb"""<(\w+:)?c\s[^>]*?\br=["']A1["'][^>]*>(.*?)</(?:\w+:)?c>""", re.DOTALL)
_SHARED = re.compile(rb"""\bt=["']s["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v>(\d+)<")
_SHARED_STRING = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")


def front_sheet(notes: Notes, styles: Styles) -> bytes:
    """The sheet's XML. ``styles`` has painted all it had to: the sheet remembers it."""
    rows = [_row(number, cells, styles) for number, cells in enumerate(notes.rows, start=1)]
    pairs = list(styles.painted.items())
    rows += [""] * (len(pairs) - len(rows))
    for at, (coloured, covered) in enumerate(pairs):
        rows[at] += (
            f'<c r="{_COLOURED}{at + 1}" s="{coloured}"/><c r="{_COVERED}{at + 1}" s="{covered}"/>'
        )
    heights = [_height(cells, notes.widths) for cells in notes.rows]
    body = "".join(
        f'<row r="{number}"{height}>{row}</row>'
        for number, (row, height) in enumerate(zip_longest(rows, heights, fillvalue=""), start=1)
    )
    widths = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
        for at, width in enumerate(notes.widths, start=1)
    )
    links = "".join(_links(notes))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        '<sheetView showGridLines="0" tabSelected="1" workbookViewId="0"/></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}'
        '<col min="25" max="26" width="3" hidden="1" customWidth="1"/></cols>'
        f"<sheetData>{body}</sheetData>"
        f"{links and f'<hyperlinks>{links}</hyperlinks>'}"
        '<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def _height(cells: FrontRow, widths: Sequence[int]) -> str:
    """How high a row is, for its texts to be read whole."""
    lines = max(
        (
            sum(1 + len(line) // width for line in str(cell.value).split("\n"))
            for cell, width in zip(cells, widths, strict=False)
            if cell.look != "title"
        ),
        default=1,
    )
    return f' ht="{min(lines, _MOST_LINES) * _LINE}" customHeight="1"' if lines > 1 else ""


def _row(number: int, cells: FrontRow, styles: Styles) -> str:
    return "".join(
        _cell(f"{column_letters(at)}{number}", cell, styles)
        for at, cell in enumerate(cells)
        if cell.value != "" or cell.look != "text"
    )


def _cell(place: str, cell: FrontCell, styles: Styles) -> str:
    linked = cell.target is not None
    if isinstance(cell.value, int):
        style = styles.look(cell.look, link=linked)
        value = _euros(cell.value) if cell.look == "amount" else str(cell.value)
        return f'<c r="{place}" s="{style}"><v>{value}</v></c>'
    style = styles.look(cell.look, link=linked, literal=begins_a_formula(cell.value))
    text = escaped(cell.value[:LONGEST_IN_XLSX])
    return (
        f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    )


def _euros(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


def _links(notes: Notes) -> Iterator[str]:
    for number, cells in enumerate(notes.rows, start=1):
        for at, cell in enumerate(cells):
            if cell.target:
                sheet, place = cell.target
                quoted = sheet.replace("'", "''")
                where = escaped(f"'{quoted}'!{place}")
                yield f'<hyperlink ref="{column_letters(at)}{number}" location="{where}"/>'


def is_front(sheet: bytes, shared: bytes) -> bool:
    """Whether a sheet is the first sheet of an earlier copy: its A1 says so."""
    mark = escaped(FRONT_MARK).encode()
    found = _FIRST_CELL.search(sheet, 0, sheet.find(b"</row>") + 1)
    if found is None:
        return False
    if not _SHARED.search(found[0][: found.start(2) - found.start()]):
        return mark in found[2]
    value, at = _VALUE.search(found[2]), shared.find(mark)
    if value is None or at < 0:
        return False
    return sum(1 for _ in _SHARED_STRING.finditer(shared, 0, at)) == int(value[1]) + 1


def covered_styles(front: bytes) -> Mapping[int, int]:
    """What the first sheet of an earlier copy remembers: by coloured style, the one it covers."""
    pairs: dict[str, dict[str, int]] = {}
    for each in elements(front):
        place = each.attributes.get("r", "") if each.name == "c" else ""
        if place[:1] in {_COLOURED, _COVERED} and place[1:].isdecimal():
            pairs.setdefault(place[1:], {})[place[:1]] = int(each.attributes.get("s", 0))
    return {pair[_COLOURED]: pair.get(_COVERED, 0) for pair in pairs.values() if _COLOURED in pair}
