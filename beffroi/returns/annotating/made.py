"""A workbook made of the values of a file whose format holds neither colours nor comments."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator

from beffroi.returns.annotating.relationships import OFFICE, SPREADSHEET
from beffroi.returns.annotating.xlsx_styles import MINIMAL
from beffroi.returns.annotating.xml_text import escaped
from beffroi.returns.reading.workbook import CellValue, Row, Sheet, Workbook, column_letters
from beffroi.ui.inert import LONGEST_IN_XLSX, begins_a_formula

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_LITERAL, _DATE, _MOMENT, _TIME = 1, 2, 3, 4
_STYLES = MINIMAL.replace(
    b'<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
    b'<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/>'
    + b"".join(
        b'<xf numFmtId="%d" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        % number
        for number in (14, 22, 46)
    ),
)
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
_HIDDEN = ' state="hidden"'
_HIDDEN_ROW = ' hidden="1"'
_DAY = datetime.timedelta(days=1)
_EPOCH = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's dates have no zone


def made_of(workbook: Workbook, unnamed: str) -> bytes:
    """An XLSX that holds the values of a workbook; ``unnamed`` names a sheet that has no name."""
    names = list(_names(workbook, unnamed))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        numbers = range(1, len(names) + 1)
        archive.writestr("[Content_Types].xml", _content_types(numbers))
        archive.writestr(
            "_rels/.rels",
            _relationships([("officeDocument", "/xl/workbook.xml")]),
        )
        parts = [("worksheet", f"/xl/worksheets/sheet{number}.xml") for number in numbers]
        archive.writestr(
            "xl/_rels/workbook.xml.rels", _relationships([*parts, ("styles", "/xl/styles.xml")])
        )
        sheets = "".join(
            f'<sheet name="{escaped(name)}" sheetId="{at}" r:id="rId{at}"'
            f"{_HIDDEN if sheet.hidden else ''}/>"
            for at, (name, sheet) in enumerate(zip(names, workbook.sheets, strict=True), start=1)
        )
        archive.writestr(
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{OFFICE}"><bookViews><workbookView/>'
            f"</bookViews><sheets>{sheets}</sheets></workbook>",
        )
        archive.writestr("xl/styles.xml", _STYLES)
        for number, sheet in zip(numbers, workbook.sheets, strict=True):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", "".join(_sheet(sheet)))
    return out.getvalue()


def sheet_names(workbook: Workbook, unnamed: str) -> dict[str, str]:
    """What each sheet of a workbook is called in the copy made of it."""
    return dict(zip((s.name for s in workbook.sheets), _names(workbook, unnamed), strict=True))


def _names(workbook: Workbook, unnamed: str) -> Iterator[str]:
    taken: set[str] = set()
    for sheet in workbook.sheets:
        name = bare = _NOT_IN_A_NAME.sub("_", sheet.name).strip("'")[:31] or unnamed
        number = 2
        while name.casefold() in taken:
            name = f"{bare[:28]} {number}"
            number += 1
        taken.add(name.casefold())
        yield name


def _content_types(numbers: range) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml"'
        f' ContentType="{SPREADSHEET}.worksheet+xml"/>'
        for number in numbers
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SPREADSHEET}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{SPREADSHEET}.styles+xml"/>'
        f"{sheets}</Types>"
    )


def _relationships(targets: list[tuple[str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'
    for number, row in enumerate(sheet.rows, start=1):
        cells = "".join(_cells(number, row, sheet))
        if cells:
            hidden = _HIDDEN_ROW if number - 1 in sheet.hidden_rows else ""
            yield f'<row r="{number}"{hidden}>{cells}</row>'
    yield "</sheetData>"
    if sheet.merges:
        yield "<mergeCells>"
        for merge in sheet.merges:
            first = f"{column_letters(merge.left)}{merge.top + 1}"
            yield f'<mergeCell ref="{first}:{column_letters(merge.right)}{merge.bottom + 1}"/>'
        yield "</mergeCells>"
    yield "</worksheet>"


def _cells(number: int, row: Row, sheet: Sheet) -> Iterator[str]:
    for column, value in enumerate(row):
        shown = value if value != "" else sheet.faults.get((number - 1, column), "")
        if shown != "":
            yield _cell(f"{column_letters(column)}{number}", shown)


def _cell(place: str, value: CellValue) -> str:
    if isinstance(value, str):
        style = f' s="{_LITERAL}"' if begins_a_formula(value) else ""
        text = escaped(value[:LONGEST_IN_XLSX])
        kept = "" if text == text.strip() else ' xml:space="preserve"'
        return f'<c r="{place}"{style} t="inlineStr"><is><t{kept}>{text}</t></is></c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    format_, days = _serial(value)
    return f'<c r="{place}" s="{format_}"><v>{days!r}</v></c>'


def _serial(value: datetime.date | datetime.time | datetime.timedelta) -> tuple[int, float]:
    """The style and the number by which a spreadsheet keeps a date, a moment or a duration."""
    if isinstance(value, datetime.timedelta):
        return _TIME, value / _DAY
    if isinstance(value, datetime.time):
        return _TIME, datetime.timedelta(hours=value.hour, minutes=value.minute) / _DAY
    if isinstance(value, datetime.datetime):
        return _MOMENT, (value.replace(tzinfo=None) - _EPOCH) / _DAY
    return _DATE, (value - _EPOCH.date()).days
