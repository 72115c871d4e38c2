"""The first sheet of an annotated ODS."""

from __future__ import annotations

import re
from collections.abc import Mapping

from beffroi.returns.annotating.notes import FrontCell, Notes
from beffroi.returns.annotating.ods_styles import PREFIX
from beffroi.returns.annotating.xml_text import elements, escaped
from beffroi.returns.reading.front import FRONT_MARK

_DECLARED = (
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink"'
)
_FIRST_COVERED = 24
"""How many columns stand before the two hidden ones, that remember a style and what it covers."""
_MARK = re.compile(
    rb"<table:table-cell[^>]*>\s*<text:p[^>]*>%s</text:p>" % re.escape(FRONT_MARK.encode())
)


def front_table(notes: Notes, painted: Mapping[str, str], name: str) -> bytes:
    """The table's XML; it remembers which style each coloured one covers."""
    width = max(len(notes.widths), 1)
    columns = "".join(
        f'<table:table-column table:style-name="{PREFIX}column-{at}"/>'
        for at in range(1, width + 1)
    )
    between = f'<table:table-column table:number-columns-repeated="{_FIRST_COVERED - width}"/>'
    hidden = '<table:table-column table:number-columns-repeated="2" table:visibility="collapse"/>'
    pairs = list(painted.items())
    rows = [[_cell(cell) for cell in row] for row in notes.rows]
    rows += [[] for _ in range(len(pairs) - len(rows))]
    for row, pair in zip(rows, pairs, strict=False):
        blank = _FIRST_COVERED - len(row)
        row.append(f'<table:table-cell table:number-columns-repeated="{blank}"/>')
        row += [_styled(style) for style in pair]
    body = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    return (
        f'<table:table {_DECLARED} table:name="{escaped(name)}">{columns}{between}{hidden}'
        f"{body}</table:table>"
    ).encode()


def _styled(style: str) -> str:
    said = f' table:style-name="{escaped(style)}"' if style else ""
    return f"<table:table-cell{said}/>"


def _cell(cell: FrontCell) -> str:
    style = f'table:style-name="{PREFIX}{cell.look}"'
    if isinstance(cell.value, int):
        value = f"{cell.value / 100:.2f}" if cell.look == "amount" else str(cell.value)
        return (
            f'<table:table-cell {style} office:value-type="float" office:value="{value}">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )
    paragraphs = "".join(
        f"<text:p>{_linked(cell, escaped(line))}</text:p>" for line in cell.value.split("\n")
    )
    return f'<table:table-cell {style} office:value-type="string">{paragraphs}</table:table-cell>'


def _linked(cell: FrontCell, text: str) -> str:
    if cell.target is None:
        return text
    sheet, place = cell.target
    quoted = sheet.replace("'", "''")
    where = escaped(f"#'{quoted}'.{place}")
    return f'<text:a xlink:type="simple" xlink:href="{where}">{text}</text:a>'


def is_front(xml: bytes, table: int) -> bool:
    """Whether the table that starts there is the first sheet of an earlier copy: its A1 says so."""
    return bool(_MARK.search(xml, table, xml.find(b"</table:table-cell>", table) + 19))


def covered_styles(table: bytes) -> Mapping[str, str]:
    """What the first sheet of an earlier copy remembers: by coloured style, the one it covers."""
    found = elements(table)
    covered: dict[str, str] = {}
    for row in (each for each in found if each.name == "table-row"):
        column = 0
        pair = []
        cells = [
            each for each in found if each.name == "table-cell" and row.start < each.start < row.end
        ]
        for cell in sorted(cells, key=lambda each: each.start):
            repeats = int(cell.attributes.get("table:number-columns-repeated", 1))
            style = cell.attributes.get("table:style-name", "")
            covers = range(max(column, _FIRST_COVERED), min(column + repeats, _FIRST_COVERED + 2))
            pair += [style for _ in covers]
            column += repeats
        if len(pair) == 2 and pair[0]:
            covered[pair[0]] = pair[1]
    return covered
