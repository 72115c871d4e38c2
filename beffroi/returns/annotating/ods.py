"""An ODS annotated in place: its content is edited as text, and what is not touched is unchanged.

Only the rows that hold a mark are taken apart: a cell or a row that stands for many is split where
one of them is marked. As in an XLSX, a later copy takes the earlier one's words away.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

from beffroi.returns.annotating.notes import AUTHOR, UNDER, Mark, NotEditable, Notes
from beffroi.returns.annotating.ods_front import covered_styles, front_table, is_front
from beffroi.returns.annotating.ods_rows import annotated_row, first_filled
from beffroi.returns.annotating.ods_styles import OdsStyles
from beffroi.returns.annotating.package import Package
from beffroi.returns.annotating.places import Said, by_cell, rows_of
from beffroi.returns.annotating.xml_text import (
    Edit,
    escaped,
    refuse_other_encodings,
    spliced,
    with_attribute,
    without_attribute,
)
from beffroi.returns.reading.ods import NOT_THE_SHEET

_CONTENT, _SETTINGS = "content.xml", "settings.xml"
_BODY = re.compile(rb"<office:body[\s>]")
_TABLE = re.compile(rb"<table:table[\s>/]")
_TABLE_END = b"</table:table>"
_ANNOTATION = re.compile(rb"<office:annotation[\s>].*?</office:annotation>", re.DOTALL)
_OURS = re.compile(rb"<dc:creator[^>]*>%s</dc:creator>" % AUTHOR.encode())
_UNDER = re.compile(
    rb"<text:p[^>]*>(?:<text:span[^>]*>)?%s.*(?=</office:annotation>)" % UNDER.encode(), re.DOTALL
)
_ACTIVE = re.compile(rb'(<config:config-item config:name="ActiveTable"[^>]*>)[^<]*')
_REPEATED = "table:number-rows-repeated"
_ROW_TAG = re.compile(rb"""<table:table-row(?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>""")


def annotate_ods(content: bytes, notes: Notes) -> bytes:
    """The same file with the notes in it. Raises :class:`NotEditable`."""
    package = Package(content)
    xml = package.read(_CONTENT)
    refuse_other_encodings(xml)
    xml = _without_earlier(xml)
    marks: dict[str, list[Mark]] = {}
    for mark in notes.marks:
        marks.setdefault(mark.sheet, []).append(mark)
    tables = _tables(xml, {sheet: sorted(rows_of(said)) for sheet, said in marks.items()})
    body = _BODY.search(xml)
    first = _TABLE.search(xml, body.start()) if body else None
    if body is None or first is None:
        raise NotEditable(_CONTENT)
    styles = OdsStyles(xml[: body.start()] + b"</office:document-content>")
    edits = [
        edit for table in tables for edit in _marked(xml, table, marks.get(table.name, ()), styles)
    ]
    name = _free_name(notes.title, {table.name for table in tables})
    front = front_table(notes, styles.painted, name)
    edits += [(first.start(), first.start(), front), styles.edit(notes.widths)]
    package.write(_CONTENT, spliced(xml, edits))
    if _SETTINGS in package:
        active = b"\\g<1>" + escaped(name).encode().replace(b"\\", b"\\\\")
        package.write(_SETTINGS, _ACTIVE.sub(active, package.read(_SETTINGS)))
    return package.written()


def _without_earlier(xml: bytes) -> bytes:
    """The content without what an earlier copy said in it."""
    front = next((each for each in _TABLE.finditer(xml) if is_front(xml, each.start())), None)
    if front is None:
        return xml
    end = xml.index(_TABLE_END, front.start()) + len(_TABLE_END)
    covered = covered_styles(xml[front.start() : end])
    xml = xml[: front.start()] + xml[end:]
    xml = _ANNOTATION.sub(_without_ours, xml)
    if covered:
        names = "|".join(re.escape(escaped(name)) for name in covered).encode()
        there = re.compile(rb'( table:style-name=")(%s)(?=")' % names)
        xml = there.sub(lambda f: f[1] + escaped(covered[f[2].decode()]).encode(), xml)
    return xml


def _without_ours(annotation: re.Match[bytes]) -> bytes:
    return b"" if _OURS.search(annotation[0]) else _UNDER.sub(b"", annotation[0])


class _Row(NamedTuple):
    """A row, or ``repeats`` equal ones: where it is written, and its number, from 1."""

    start: int
    end: int
    number: int
    repeats: int


@dataclass(slots=True)
class _Table:
    """A table, the style that its columns have by default, and the rows that are asked for."""

    name: str
    columns: list[tuple[int, str]] = field(default_factory=list)
    rows: list[_Row] = field(default_factory=list)


def _tables(xml: bytes, wanted: Mapping[str, Sequence[int]]) -> list[_Table]:
    """The tables of a content, with those of their rows that are wanted."""
    tables: list[_Table] = []
    parser = expat.ParserCreate()
    skipping = number = repeats = start = 0
    numbers: Sequence[int] = ()

    def opening(element: str, attributes: dict[str, str]) -> None:
        nonlocal skipping, number, repeats, start, numbers
        if skipping or element in NOT_THE_SHEET:
            skipping += 1
        elif element == "table:table-row":
            number += repeats
            repeats = int(attributes.get(_REPEATED, 1))
            start = parser.CurrentByteIndex
        elif element == "table:table":
            tables.append(_Table(attributes.get("table:name", "")))
            number, repeats = 1, 0
            numbers = wanted.get(tables[-1].name, ())
        elif element == "table:table-column":
            times = int(attributes.get("table:number-columns-repeated", 1))
            style = attributes.get("table:default-cell-style-name", "")
            tables[-1].columns.append((times, style))

    def ending(element: str) -> None:
        nonlocal skipping
        if skipping:
            skipping -= 1
        elif element == "table:table-row":
            at = bisect_left(numbers, number)
            if at < len(numbers) and numbers[at] < number + repeats:
                tables[-1].rows.append(_Row(start, _end(xml, start, parser), number, repeats))

    parser.StartElementHandler = opening
    parser.EndElementHandler = ending
    parser.Parse(xml, True)
    return tables


def _end(xml: bytes, start: int, parser: expat.XMLParserType) -> int:
    tag = _ROW_TAG.match(xml, start)
    if tag is None:
        raise NotEditable("table:table-row")
    if tag[0].endswith(b"/>"):
        return tag.end()
    return xml.index(b">", parser.CurrentByteIndex) + 1


def _marked(xml: bytes, table: _Table, marks: Sequence[Mark], styles: OdsStyles) -> Iterator[Edit]:
    """The edits that colour and comment the cells of a table."""

    def filled(numbers: Collection[int]) -> dict[int, int]:
        columns: dict[int, int] = {}
        for row in table.rows:
            there = [n for n in range(row.number, row.number + row.repeats) if n in numbers]
            column = first_filled(xml[row.start : row.end]) if there else None
            columns |= {n: column for n in there if column}
        return columns

    def painter(style: str, said: Said) -> str:
        return styles.painted_as(style, said.tone)

    wanted: dict[int, dict[int, Said]] = {}
    for (number, column), said in by_cell(marks, filled).items():
        wanted.setdefault(number, {})[column] = said
    for row in table.rows:
        raw = xml[row.start : row.end]
        parts = []
        at = row.number
        for number in sorted(n for n in wanted if row.number <= n < row.number + row.repeats):
            if number > at:
                parts.append(_repeated(raw, number - at))
            parts.append(annotated_row(_repeated(raw, 1), wanted[number], painter, table.columns))
            at = number + 1
        if at < row.number + row.repeats:
            parts.append(_repeated(raw, row.number + row.repeats - at))
        yield row.start, row.end, b"".join(parts)


def _repeated(raw: bytes, times: int) -> bytes:
    """A row that stands for so many."""
    found = _ROW_TAG.match(raw)
    if found is None:
        raise NotEditable("table:table-row")
    tag = without_attribute(found[0], _REPEATED)
    if times > 1:
        tag = with_attribute(tag, _REPEATED, str(times))
    return tag + raw[found.end() :]


def _free_name(title: str, taken: Collection[str]) -> str:
    name, number = title, 2
    while name in taken:
        name, number = f"{title} {number}", number + 1
    return name
