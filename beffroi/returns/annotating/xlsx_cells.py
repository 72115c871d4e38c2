"""Colouring cells of a sheet's XML: the ``s`` of some cells changes, and nothing else."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping

from beffroi.returns.annotating.notes import NotEditable
from beffroi.returns.annotating.xml_text import Edit, Element, spliced, with_attribute
from beffroi.returns.reading.workbook import column_letters, column_number

_ROW = re.compile(rb"<(\w+:)?row(?=[\s/>])([^>]*)>")
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])[^>]*>")
_ATTRIBUTE = re.compile(rb"""\s([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_PLACE = re.compile(rb"([A-Z]+)([0-9]+)")

Painter = Callable[[int], int]
"""From a cell's style to the same style, coloured."""
Columns = Mapping[int, Painter]


def painted(rows: bytes, wanted: Mapping[int, Columns], columns: list[Element]) -> bytes:
    """The rows of a sheet (its ``sheetData``, tag included) with some cells coloured.

    ``wanted`` gives, by row then column, both from 1, how each cell is painted; ``columns`` are the
    ``col`` elements, whose style a cell that is not there yet would have. Raises
    :class:`NotEditable`.
    """
    if b"<![CDATA[" in rows:
        raise NotEditable("CDATA")
    return spliced(rows, _edits(rows, wanted, columns))


def _edits(rows: bytes, wanted: Mapping[int, Columns], columns: list[Element]) -> Iterator[Edit]:
    numbers = sorted(wanted)
    before = 0
    at = 0
    prefix = b""
    for found in _ROW.finditer(rows):
        if at == len(numbers):
            return
        prefix = found[1] or b""
        about = _attributes(found[2])
        before = int(about.get(b"r", before + 1))
        reached = bisect_left(numbers, before, at)
        if reached > at:
            new = b"".join(_new_row(n, wanted[n], columns, prefix) for n in numbers[at:reached])
            yield found.start(), found.start(), new
            at = reached
        if at < len(numbers) and numbers[at] == before:
            yield from _row_edits(rows, found, about, wanted[before], columns)
            at += 1
    if at < len(numbers):
        end = rows.rfind(b"</")
        new = b"".join(_new_row(number, wanted[number], columns, prefix) for number in numbers[at:])
        if end >= 0:
            yield end, end, new
        else:  # <sheetData/>
            name = rows.strip(b"<>/ \t\r\n")
            yield 0, len(rows), b"<" + name + b">" + new + b"</" + name + b">"


def _row_edits(
    rows: bytes,
    row: re.Match[bytes],
    about: Mapping[bytes, bytes],
    wanted: Columns,
    columns: list[Element],
) -> Iterator[Edit]:
    prefix = row[1] or b""
    number = int(about[b"r"]) if b"r" in about else None
    own = about.get(b"s") if about.get(b"customFormat") in {b"1", b"true"} else None
    alone = row[2].endswith(b"/")
    end = row.end() if alone else rows.index(b"</" + prefix + b"row", row.end())
    left = dict(sorted(wanted.items()))
    column = 0
    for found in () if alone else _CELL.finditer(rows, row.end(), end):
        tag = found[0]
        there = _attributes(tag)
        place = _PLACE.fullmatch(there.get(b"r", b""))
        column = column_number(place[1].decode()) + 1 if place else column + 1
        if number is not None:
            missing = [each for each in left if each < column]
            if missing:
                new = _new_cells(number, {c: left.pop(c) for c in missing}, columns, own, prefix)
                yield found.start(), found.start(), new
        painter = left.pop(column, None)
        if painter is not None:
            style = painter(int(there.get(b"s", 0)))
            yield found.start(), found.end(), with_attribute(tag, "s", str(style))
    if left and number is not None:
        new = _new_cells(number, left, columns, own, prefix)
        if alone:
            opened = row[0][:-2].rstrip() + b">" + new + b"</" + prefix + b"row>"
            yield row.start(), row.end(), opened
        else:
            yield end, end, new


def _new_row(number: int, wanted: Columns, columns: list[Element], prefix: bytes) -> bytes:
    cells = _new_cells(number, wanted, columns, None, prefix)
    return b'<%srow r="%d">%s</%srow>' % (prefix, number, cells, prefix)


def _new_cells(
    number: int, wanted: Columns, columns: list[Element], own: bytes | None, prefix: bytes
) -> bytes:
    """Blank cells, coloured over the style that their row or column has."""
    written = []
    for column, painter in sorted(wanted.items()):
        style = painter(int(own) if own is not None else _style_of_column(columns, column))
        place = f"{column_letters(column - 1)}{number}".encode()
        written.append(b'<%sc r="%s" s="%d"/>' % (prefix, place, style))
    return b"".join(written)


def _style_of_column(columns: list[Element], column: int) -> int:
    for each in columns:
        about = each.attributes
        if int(about.get("min", 0)) <= column <= int(about.get("max", 0)):
            return int(about.get("style", 0))
    return 0


def first_filled(rows: bytes, numbers: Collection[int]) -> dict[int, int]:
    """The column, from 1, of the first cell that is not blank in each of these rows."""
    found: dict[int, int] = {}
    number = 0
    for row in _ROW.finditer(rows):
        number = int(_attributes(row[2]).get(b"r", number + 1))
        if number not in numbers or row[2].endswith(b"/"):
            continue
        column = 0
        end = rows.index(b"</" + (row[1] or b"") + b"row", row.end())
        for cell in _CELL.finditer(rows, row.end(), end):
            place = _PLACE.fullmatch(_attributes(cell[0]).get(b"r", b""))
            column = column_number(place[1].decode()) + 1 if place else column + 1
            if not cell[0].endswith(b"/>"):
                found[number] = column
                break
    return found


def repainted(rows: bytes, styles: Mapping[int, int]) -> bytes:
    """The rows with some styles exchanged for others, wherever they are."""
    if not styles:
        return rows
    numbers = b"|".join(b"%d" % style for style in styles)
    there = re.compile(rb"""(<(?:\w+:)?c\s[^>]*?\bs=["'])(%s)(?=["'])""" % numbers)
    return there.sub(lambda found: found[1] + b"%d" % styles[int(found[2])], rows)


def _attributes(tag: bytes) -> dict[bytes, bytes]:
    return {name: double or single for name, double, single in _ATTRIBUTE.findall(tag)}
