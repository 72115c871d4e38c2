"""Marking cells in a row of an ODS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from beffroi.returns.annotating.notes import AUTHOR, UNDER
from beffroi.returns.annotating.places import Said
from beffroi.returns.annotating.xml_text import (
    Element,
    added_inside,
    closing,
    elements,
    escaped,
    opened,
    spliced,
    with_attribute,
    without_attribute,
)

_CELLS = frozenset({"table-cell", "covered-table-cell"})
_REPEATED = "table:number-columns-repeated"
_STYLE = "table:style-name"
_TEXT = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
_DECLARED = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)

Painter = Callable[[str, Said], str]
"""From a cell's style and what is said of it to the same style, coloured."""
Cells = Mapping[int, Said]


def annotated_row(
    row: bytes, wanted: Cells, painter: Painter, columns: Sequence[tuple[int, str]]
) -> bytes:
    """One row with some cells (by column, from 1) coloured and commented.

    ``columns`` says how many columns have which style by default.
    """
    found = elements(row)
    own = found[-1].attributes.get("table:default-cell-style-name", "")
    cells = _cells(found)
    left = dict(wanted)
    edits = []
    column = 1
    for cell in cells:
        repeats = int(cell.attributes.get(_REPEATED, 1))
        inside = sorted(each for each in left if column <= each < column + repeats)
        if inside:
            said = {each - column: left.pop(each) for each in inside}
            styles = [own or _default(columns, each) for each in inside]
            parts = _split(row, cell, said, repeats, painter, styles)
            edits.append((cell.start, cell.end, b"".join(parts)))
        column += repeats
    if left:
        new = b"".join(_beyond(left, column, painter))
        edits.append(added_inside(row, found[-1], new))
    return spliced(row, edits)


def first_filled(row: bytes) -> int | None:
    """The column, from 1, of the first cell that is not blank."""
    found = elements(row)
    column = 1
    for cell in _cells(found):
        if any(cell.start < each.start < cell.end and each.name == "p" for each in found):
            return column
        column += int(cell.attributes.get(_REPEATED, 1))
    return None


def _cells(found: Sequence[Element]) -> list[Element]:
    cells = (each for each in found if each.name in _CELLS and each.parent == "table-row")
    return sorted(cells, key=lambda cell: cell.start)


def _default(columns: Sequence[tuple[int, str]], column: int) -> str:
    for repeats, style in columns:
        if column <= repeats:
            return style
        column -= repeats
    return ""


def _split(
    row: bytes,
    cell: Element,
    said: Cells,
    repeats: int,
    painter: Painter,
    styles: Sequence[str],
) -> Iterator[bytes]:
    """A cell that stands for ``repeats`` equal ones, parted around those that are marked."""
    raw = row[cell.start : cell.end]
    at = 0
    for (offset, what), default in zip(said.items(), styles, strict=True):
        if offset > at:
            yield _repeated(raw, cell, offset - at)
        style = cell.attributes.get(_STYLE, default)
        yield _marked(_repeated(raw, cell, 1), what, painter(style, what))
        at = offset + 1
    if at < repeats:
        yield _repeated(raw, cell, repeats - at)


def _repeated(raw: bytes, cell: Element, times: int) -> bytes:
    length = cell.inside - cell.start
    tag = raw[:length]
    tag = (
        without_attribute(tag, _REPEATED)
        if times == 1
        else with_attribute(tag, _REPEATED, str(times))
    )
    return tag + raw[length:]


def _marked(raw: bytes, said: Said, style: str) -> bytes:
    """One cell with its style, and what is said of it: ours alone, or under the partner's own."""
    found = elements(raw)
    cell = found[-1]
    tag = with_attribute(opened(raw, cell), _STYLE, style)
    rest = closing(cell) if cell.is_alone else raw[cell.inside :]
    if not said.text:
        return tag + rest
    theirs = next((each for each in found if each.name == "annotation"), None)
    if theirs:
        under = _paragraphs(f"{UNDER}\n{said.text}")
        return tag + spliced(raw, [added_inside(raw, theirs, under)])[cell.inside :]
    head = f"<office:annotation {_DECLARED}><dc:creator>{AUTHOR}</dc:creator>".encode()
    return tag + head + _paragraphs(said.text) + b"</office:annotation>" + rest


def _beyond(left: Cells, column: int, painter: Painter) -> Iterator[bytes]:
    """Cells past the end of a row."""
    for at, said in sorted(left.items()):
        if at > column:
            yield f'<table:table-cell {_REPEATED}="{at - column}"/>'.encode()
        yield _marked(b"<table:table-cell/>", said, painter("", said))
        column = at + 1


def _paragraphs(text: str) -> bytes:
    lines = (f"<text:p {_TEXT}>{escaped(line)}</text:p>" for line in text.split("\n"))
    return "".join(lines).encode()
