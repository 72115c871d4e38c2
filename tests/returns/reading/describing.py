"""Workbooks described in a few lines of YAML, written in any format: the golden folders' material.

A description gives either ``sheets`` (name, rows, and what is merged or hidden) or ``text`` (a CSV
as it is). In ``rows`` a line is a row, ``|`` parts the cells, a lone ``.`` is a blank row; ``12.5``
is a number, ``2024-03-01`` a date, ``=A1`` a formula without stored value, ``'12`` a text.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlwt  # type: ignore[import-untyped]
from openpyxl import load_workbook  # type: ignore[import-untyped]
from openpyxl.utils import range_boundaries  # type: ignore[import-untyped]

from tests.returns.reading.mutating import Page, Value, save_csv, save_ods, save_xlsx

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def write(description: Mapping[str, Any], suffix: str, folder: Path) -> Path:
    """The described workbook, written in the format that the suffix says."""
    path = folder / f"classeur{suffix}"
    if "text" in description:
        path.write_bytes(_bytes_of(description))
        return path
    pages = [_page(sheet) for sheet in description["sheets"]]
    if suffix == ".ods":
        save_ods(pages, path)
    elif suffix == ".xls":
        _save_xls(pages, path)
    elif suffix == ".csv":
        save_csv(pages[0], path, separator=";", encoding="cp1252")
    else:
        save_xlsx(pages, path)
        _hide(description["sheets"], path)
    return path


def _bytes_of(description: Mapping[str, Any]) -> bytes:
    """A text, encoded, perhaps twice, perhaps under a byte-order mark that lies."""
    text: str = description["text"].replace("→", "\t")
    for encoding, read_as in description.get("wrongly_read", []):
        text = text.encode(encoding).decode(read_as)
    mark = b"\xef\xbb\xbf" if description.get("byte_order_mark") else b""
    line_end = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}[description.get("line_end", "lf")]
    return mark + text.replace("\n", line_end).encode(description.get("encoding", "utf-8"))


def _page(sheet: Mapping[str, Any]) -> Page:
    rows = [_row(line) for line in sheet.get("rows", "").splitlines()]
    merges = []
    for merge in sheet.get("merges", []):
        left, top, right, bottom = range_boundaries(merge)
        merges.append((top - 1, left - 1, bottom - 1, right - 1))
    return Page(sheet["name"], rows, merges, sheet.get("hidden", False))


def _row(line: str) -> list[Value]:
    return [] if line.strip() == "." else [_value(cell.strip()) for cell in line.split("|")]


def _value(cell: str) -> Value:
    if _NUMBER.fullmatch(cell):
        return float(cell)
    if _DATE.fullmatch(cell):
        return datetime.date.fromisoformat(cell)
    return cell.removeprefix("'")


def _hide(sheets: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Hide the rows and columns that the description hides."""
    if not any(sheet.get("hidden_rows") or sheet.get("hidden_columns") for sheet in sheets):
        return
    book = load_workbook(path)
    for sheet in sheets:
        for row in sheet.get("hidden_rows", []):
            book[sheet["name"]].row_dimensions[row].hidden = True
        for column in sheet.get("hidden_columns", []):
            book[sheet["name"]].column_dimensions[column].hidden = True
    book.save(path)


def _save_xls(pages: Sequence[Page], path: Path) -> None:
    """Write pages as BIFF, which openpyxl does not."""
    book = xlwt.Workbook()
    days = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for page in pages:
        sheet = book.add_sheet(page.name)
        sheet.visibility = int(page.hidden)
        corners = {(top, left): (bottom, right) for top, left, bottom, right in page.merges}
        for at, row in enumerate(page.rows):
            for column, value in enumerate(row):
                style = days if isinstance(value, datetime.date) else xlwt.Style.default_style
                if (at, column) in corners:
                    bottom, right = corners[at, column]
                    sheet.write_merge(at, bottom, column, right, value, style)
                elif value != "":
                    sheet.write(at, column, value, style)
    book.save(str(path))
