"""XLSX workbooks: values by calamine, and a light pass over the XML for what it does not tell.

Error cells and formulas that were never computed both come out of calamine as blanks. The pass
finds them, with merged cells, hidden rows and hidden columns; it looks only at what is suspect.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from posixpath import join, normpath

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from beffroi.returns.reading.findings import finding
from beffroi.returns.reading.lines import Finding
from beffroi.returns.reading.number_formats import shown_by_styles, usual_formats
from beffroi.returns.reading.progress import tell
from beffroi.returns.reading.workbook import (
    LIMITS,
    Merge,
    Position,
    Sheet,
    SheetCollector,
    UnreadableFile,
    Workbook,
    column_number,
    entities_refused,
    refuse_oversize,
)
from beffroi.returns.reading.xlsx_attributes import attributes_of, text_of
from beffroi.returns.reading.xlsx_tidying import is_untidy, tidied, with_part

_CHUNK = 1 << 20
_PREFIX = rb"<(?:\w+:)?"
_SHEET = re.compile(_PREFIX + rb"sheet\s([^>]*)>")
_RELATIONSHIP = re.compile(_PREFIX + rb"Relationship\s([^>]*)>")
_HIDDEN_COLUMN = re.compile(_PREFIX + rb"""col\s([^>]*\bhidden=["'](?:1|true)["'][^>]*)>""")
_HIDDEN_ROW = re.compile(_PREFIX + rb"""row\s([^>]*\bhidden=["'](?:1|true)["'][^>]*)>""")
_MERGE = re.compile(_PREFIX + rb"""mergeCell\s+ref=["']([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?["']""")
_FORMULA = re.compile(_PREFIX + rb"f(?:\s[^>]*)?(?:/>|>([^<]*)<)")
_VALUE = re.compile(_PREFIX + rb"(?:v|t)(?:\s[^>]*)?>([^<]+)<")
_EXTERNAL_LINK = re.compile(r"externalLinks/[^/]+\.xml$")
_ADDRESS = re.compile(r"([A-Z]+)(\d+)")
_NUMBER_STYLE = re.compile(_PREFIX + rb"""c\s+r="([A-Z]{1,3})\d+"\s+s="(\d+)"(?:\s+t="n")?>""")
_STYLES = "xl/styles.xml"
_FORMATS_WITHIN = 300_000
"""In how many bytes of a sheet the formats of its columns are told."""

_ROOT = re.compile(rb"<(\w+:)?worksheet[\s>]")
_CELL_NOT_NEAR = re.compile(rb"""<c(?! r="[A-Z]\d{1,5}")""")
_ROW_OR_CELL = re.compile(
    _PREFIX + rb"""(row|c)((?:\s+[\w:]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(/?)>"""
)
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d+)["']""")


@dataclass(frozen=True, slots=True)
class _Xml:
    """The XML of a sheet: its rows, and what stands before and after them."""

    head: bytes
    rows: bytes
    tail: bytes


def read_xlsx(content: bytes, archive: zipfile.ZipFile, name: str) -> Workbook:
    """The sheets of an XLSX (or XLSM: macros are never run)."""
    parts = dict(_sheet_parts(archive))
    _check_others(archive, set(parts.values()), name)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    collected = SheetCollector(name)
    shown = _shown_by_styles(archive)
    for about in book.sheets_metadata:
        if about.typ == SheetTypeEnum.WorkSheet:
            tell("reading", collected.rows)
            part = parts.pop(about.name)
            sheet = _sheet(book, about.name, archive, part, name)
            sheet.formats = usual_formats(_formats(archive, part, shown))
            sheet.hidden = about.visible != SheetVisibleEnum.Visible
            collected.add(sheet)
    return Workbook(name, collected.sheets, "xlsx", list(_left_alone(archive)))


def _check_others(archive: zipfile.ZipFile, read: Set[str], name: str) -> None:
    """Check the parts that are left to a reader that trusts the archive.

    None may be larger than it declares, nor declare entities.
    """
    for info in archive.infolist():
        if info.filename in read or not info.filename.endswith((".xml", ".rels")):
            continue
        with archive.open(info) as part:
            _refuse_doctype(part.read(_CHUNK), name)
            while part.read(_CHUNK):
                pass


def _left_alone(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """What the workbook holds that is not read."""
    members = archive.namelist()
    if any(member.endswith("vbaProject.bin") for member in members):
        yield finding("1", "macros_not_run", "VBA")
    links = [member for member in members if _EXTERNAL_LINK.search(member)]
    if links:
        yield finding("1", "external_links", len(links))


def _cut(xml: bytes) -> _Xml:
    start = xml.find(b"sheetData")
    if start < 0:
        return _Xml(xml, xml, xml)
    end = max(xml.rfind(b"sheetData>"), start)
    return _Xml(xml[:start], xml[start:end], xml[end:])


def _sheet(
    book: CalamineWorkbook, sheet: str, archive: zipfile.ZipFile, part: str, name: str
) -> Sheet:
    where = f"{name}, feuille « {sheet} »"
    xml = _cut(archive.read(part))
    _refuse_doctype(xml.head, name)
    if is_untidy(xml.rows):
        tidy = tidied(archive.read(part))
        xml = _cut(tidy)
        book = CalamineWorkbook.from_filelike(io.BytesIO(with_part(archive, part, tidy)))
    refuse_oversize(name, sheet, *_extent(xml.rows))
    rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    if not rows and _VALUE.search(xml.rows):
        raise UnreadableFile(
            f"{where} : ses cellules ne peuvent pas être lues ; ouvrez-le, enregistrez-le à "
            "nouveau en .xlsx, et renvoyez-le."
        )
    return Sheet(
        sheet,
        rows,
        faults=dict(_faults(xml, where)),
        merges=[_merge(found) for found in _MERGE.finditer(xml.tail)],
        hidden_rows=frozenset(_hidden_rows(xml.rows)),
        hidden_columns=frozenset(_hidden_columns(xml.head)),
    )


def _refuse_doctype(start: bytes, name: str) -> None:
    """Entities are declared by a document type, and that stands before anything else."""
    if b"<!DOCTYPE" in start:
        raise entities_refused(name)


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each sheet's name, with the member of the archive that holds it."""
    members = {member.lower(): member for member in archive.namelist()}
    targets = {}
    for found in _RELATIONSHIP.finditer(archive.read("xl/_rels/workbook.xml.rels")):
        about = attributes_of(found[1])
        target = about.get("Target", "")
        absolute = target.startswith("/")
        targets[about.get("Id")] = target[1:] if absolute else normpath(join("xl", target))
    for found in _SHEET.finditer(archive.read("xl/workbook.xml")):
        about = attributes_of(found[1])
        identifier = next((v for key, v in about.items() if key.endswith(":id")), None)
        part = members.get(targets.get(identifier, "").lower())
        if part:
            yield about["name"], part


def _extent(rows: bytes) -> tuple[int, int]:
    """Rows and columns as far as there is a value: far formatted blanks do not count.

    Sheets of ordinary size are told at once: every cell has its address, none is beyond column Z
    or row 99,999. Elsewhere rows and cells are walked one by one: they may have no address.
    """
    if not _CELL_NOT_NEAR.search(rows) and b":c" not in rows:
        return 0, 0
    row = column = last_row = last_column = 0
    for kind, attributes, end in _ROW_OR_CELL.findall(rows):
        place = _PLACE.search(attributes)
        if kind == b"row":
            row, column = int(place[2]) if place else row + 1, 0
            continue
        column = _column(place[1].upper()) + 1 if place else column + 1
        row = int(place[2]) if place else row
        if not end:
            last_row, last_column = max(last_row, row), max(last_column, column)
    return last_row, last_column


def _column(letters: bytes) -> int:
    return column_number(letters.decode())


def _merge(found: re.Match[bytes]) -> Merge:
    left, top = _column(found[1]), int(found[2]) - 1
    right = _column(found[3]) if found[3] else left
    bottom = int(found[4]) - 1 if found[4] else top
    return Merge(top, left, bottom, right)


def _shown_by_styles(archive: zipfile.ZipFile) -> Sequence[str]:
    return shown_by_styles(archive.read(_STYLES)) if _STYLES in archive.namelist() else ()


def _formats(
    archive: zipfile.ZipFile, part: str, shown: Sequence[str]
) -> Iterator[tuple[int, str]]:
    """The columns of the first numbers of a sheet, with what their formats show."""
    if not any(shown):
        return
    with archive.open(part) as opened:
        xml = opened.read(_FORMATS_WITHIN)
    for letters, style in _NUMBER_STYLE.findall(xml):
        number = int(style)
        yield _column(letters), shown[number] if number < len(shown) else ""


def _hidden_rows(xml: bytes) -> Iterator[int]:
    if b"hidden=" not in xml:
        return
    for found in _HIDDEN_ROW.finditer(xml):
        number = attributes_of(found[1]).get("r", "")
        if number.isdecimal():
            yield int(number) - 1


def _hidden_columns(xml: bytes) -> Iterator[int]:
    for found in _HIDDEN_COLUMN.finditer(xml):
        about = attributes_of(found[1])
        yield from range(int(about["min"]) - 1, min(int(about["max"]), LIMITS.columns))


def _faults(sheet: _Xml, where: str) -> Iterator[tuple[Position, str]]:
    """The cells that hold an error, or a formula without its value."""
    root = _ROOT.search(sheet.head)
    prefix = (root and root[1]) or b""
    xml, end_tag = sheet.rows, b"</" + prefix + b"c"
    for suspect in _suspects(xml, prefix):
        start = _start_of_cell(xml, b"<" + prefix + b"c", suspect)
        opening = xml.find(b">", start)
        is_alone = xml[opening - 1 : opening] == b"/"
        inside = b"" if is_alone else xml[opening : xml.find(end_tag, opening)]
        value = _VALUE.search(inside)
        about = {} if value and suspect > opening else attributes_of(xml[start:opening])
        shown = _fault(about.get("t", ""), value, _FORMULA.search(inside))
        if shown is None:
            continue
        address = _ADDRESS.fullmatch(about.get("r", ""))
        if address is None:
            raise UnreadableFile(
                f"{where} : une cellule sans adresse porte une erreur ou une formule sans valeur ; "
                "ouvrez le classeur, enregistrez-le à nouveau, et renvoyez-le."
            )
        yield (int(address[2]) - 1, column_number(address[1])), shown


def _start_of_cell(xml: bytes, tag: bytes, position: int) -> int:
    """Where the cell begins in which a position lies: ``<c>``, never ``<cellWatch>``."""
    start = xml.rfind(tag, 0, position + 1)
    while start >= 0 and xml[start + len(tag)] not in b" \t\r\n>/":
        start = xml.rfind(tag, 0, start)
    return start


def _suspects(xml: bytes, prefix: bytes) -> Iterator[int]:
    """Where an error or a formula may stand. Plain searches: most sheets hold neither."""
    for sign in (b't="e"', b"t='e'", b"<" + prefix + b"f"):
        position = xml.find(sign)
        while position >= 0:
            yield position
            position = xml.find(sign, position + 1)


def _fault(kind: str, value: re.Match[bytes] | None, formula: re.Match[bytes] | None) -> str | None:
    """What stands instead of the value; ``None`` where there is one, be it an empty text."""
    if kind == "e":
        return text_of(value[1]) if value else "#ERREUR"
    if value or formula is None or kind == "str":
        return None
    return "=" + (text_of(formula[1] or b"") or "…")
