"""XLS workbooks (Excel 2 to 2003): values by xlrd, and a light pass over the records for the rest.

docs/decisions/0009 says why xlrd.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import xlrd
from xlrd.compdoc import CompDoc

from beffroi.returns.reading.biff import BookRecords, SheetRecords, records_of
from beffroi.returns.reading.findings import finding
from beffroi.returns.reading.lines import Finding
from beffroi.returns.reading.progress import tell
from beffroi.returns.reading.recognising import refused_as
from beffroi.returns.reading.workbook import (
    CellValue,
    Position,
    Sheet,
    SheetCollector,
    UnreadableFile,
    Workbook,
    refuse_oversize,
)
from beffroi.returns.reading.xls_encryption import decrypted

_NEVER_COMPUTED = "=…"
_FIRST_WITHOUT_DATE = 2_958_466
"""The serial number of the first day of the year 10,000."""
_MACROS = "_vba_project_cur"
_OTHERS_IN_OLE = {
    "worddocument": "un document Word",
    "powerpoint document": "une présentation PowerPoint",
    "__properties_version1.0": "un message électronique",
    "visiodocument": "un dessin Visio",
}


def read_xls(content: bytes, name: str) -> Workbook:
    """The sheets of an XLS in its container. Raises :class:`UnreadableFile`."""
    container = CompDoc(content, logfile=io.StringIO(), ignore_workbook_corruption=True)
    members = {container.dirlist[at].name.lower() for at in container.dirlist[0].children}
    if "encryptedpackage" in members:
        raise _encrypted(name)
    stream_name = next((each for each in ("workbook", "book") if each in members), None)
    if stream_name is None:
        other = next((what for member, what in _OTHERS_IN_OLE.items() if member in members), None)
        raise refused_as(other or "un fichier de Microsoft Office", name)
    stream, start, size = container.locate_named_stream(stream_name)
    records = records_of(stream, start, start + size)
    if records.encrypted:
        content = decrypted(stream[start : start + size]) or b""
        if not content:
            raise _encrypted(name)
        records = records_of(content, 0, len(content))
    findings = list(_left_alone(records, has_macros=_MACROS in members))
    return Workbook(name, _sheets(content, records, name), "xls", findings)


def read_bare_xls(content: bytes, name: str) -> Workbook:
    """The sheets of an XLS whose records stand without their container."""
    return Workbook(name, _sheets(content, records_of(content, 0, len(content)), name), "xls")


def _encrypted(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name} est protégé par un mot de passe : enregistrez-le sans protection."
    )


def _left_alone(records: BookRecords, *, has_macros: bool) -> Iterator[Finding]:
    if has_macros or records.has_macro_sheets:
        yield finding("1", "macros_not_run", "VBA" if has_macros else "Excel 4")
    if records.linked_files:
        yield finding("1", "external_links", records.linked_files)


def _sheets(content: bytes, records: BookRecords, name: str) -> list[Sheet]:
    book = xlrd.open_workbook(
        file_contents=content,
        logfile=io.StringIO(),
        on_demand=True,
        ragged_rows=True,
        ignore_workbook_corruption=True,
    )
    collected = SheetCollector(name)
    for number in range(book.nsheets):
        tell("reading", collected.rows)
        read = book.sheet_by_index(number)
        about = records.sheets[number] if number < len(records.sheets) else SheetRecords()
        collected.add(_sheet(read, about, book.datemode, name))
        if len(records.sheets) == book.nsheets:
            book.unload_sheet(number)
    return collected.sheets


def _sheet(read: Any, about: SheetRecords, datemode: int, name: str) -> Sheet:
    rows: list[list[CellValue]] = []
    faults: dict[Position, str] = {}
    widest = max((read.row_len(at) for at in range(read.nrows)), default=0)
    refuse_oversize(name, read.name, read.nrows, widest)
    for at in range(read.nrows):
        row = read.row_values(at)
        kinds = read.row_types(at)
        if max(kinds, default=0) > xlrd.XL_CELL_NUMBER:
            for column, kind in enumerate(kinds):
                if kind == xlrd.XL_CELL_ERROR:
                    faults[at, column] = xlrd.error_text_from_code.get(row[column], "#ERREUR")
                if kind > xlrd.XL_CELL_NUMBER:
                    row[column] = _value(kind, row[column], datemode)
        rows.append(row)
    for at, column in about.never_computed:
        if at < len(rows) and column < len(rows[at]):
            rows[at][column] = ""
            faults[at, column] = _NEVER_COMPUTED
    return Sheet(
        read.name,
        rows,
        bool(read.visibility),
        faults,
        about.merges,
        frozenset(about.hidden_rows),
        frozenset(about.hidden_columns),
    )


def _value(kind: int, value: Any, datemode: int) -> CellValue:
    """A cell that is neither text nor number, as the other readers give it."""
    if kind == xlrd.XL_CELL_DATE:
        return _date(value, datemode)
    return bool(value) if kind == xlrd.XL_CELL_BOOLEAN else ""


def _date(number: float, datemode: int) -> CellValue:
    """A date, a time within a day, or both; a number where the calendar has no such day."""
    if not 0 <= number < _FIRST_WITHOUT_DATE:
        return number
    moment = xlrd.xldate_as_datetime(number, datemode)
    if number < 1:
        return moment.time()
    return moment.date() if number.is_integer() else moment
