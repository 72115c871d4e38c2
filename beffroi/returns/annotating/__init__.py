"""A partner's own workbook, annotated: pure Python, no database, no web.

The same file comes back with its cells coloured and commented, and a sheet that says it all first.
Files come from outside: call it in a process apart (``reading.sandbox.in_worker``).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath

from beffroi.returns.annotating.made import made_of, sheet_names
from beffroi.returns.annotating.notes import FrontCell, FrontRow, Mark, NotEditable, Notes
from beffroi.returns.annotating.ods import annotate_ods
from beffroi.returns.annotating.xlsx import annotate_xlsx
from beffroi.returns.reading.opening import read_workbook

__all__ = ["FrontCell", "FrontRow", "Mark", "Notes", "annotated"]


def annotated(content: bytes, name: str, notes: Notes) -> tuple[bytes, str]:
    """The annotated copy of a file, and the name to give it.

    An XLSX, XLSM or ODS stays what it is; of any other file, and of one that is written in a way
    that cannot be edited in place, an XLSX is made that holds its values and says so. Raises
    ``UnreadableFile``.
    """
    stem, suffix = PurePath(name).stem, PurePath(name).suffix.lower()
    try:
        kind = _kind(content)
        if kind == "xlsx":
            kept = suffix if suffix in {".xlsx", ".xlsm"} else ".xlsx"
            return annotate_xlsx(content, notes), f"{stem} annoté{kept}"
        if kind == "ods":
            return annotate_ods(content, notes), f"{stem} annoté.ods"
    except (NotEditable, LookupError, ValueError):
        pass  # written in another way than ours: its values are what can be given back
    workbook = read_workbook(content, name)
    names = sheet_names(workbook, notes.made_sheet)
    made = made_of(workbook, notes.made_sheet)
    return annotate_xlsx(made, _said_of(notes, names)), f"{stem} annoté.xlsx"


def _kind(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return ""
    parts = zipfile.ZipFile(io.BytesIO(content)).NameToInfo
    return "xlsx" if "xl/workbook.xml" in parts else "ods" if "content.xml" in parts else ""


def _said_of(notes: Notes, names: Mapping[str, str]) -> Notes:
    """The notes, said of a copy whose sheets have other names."""

    def led(cell: FrontCell) -> FrontCell:
        if cell.target is None:
            return cell
        sheet, place = cell.target
        return replace(cell, target=(names.get(sheet, sheet), place))

    rows = [[led(cell) for cell in row] for row in notes.rows]
    if notes.if_made:
        rows[1:1] = [[FrontCell(notes.if_made, "strong")]]
    marks = [replace(mark, sheet=names.get(mark.sheet, mark.sheet)) for mark in notes.marks]
    return replace(notes, rows=rows, marks=marks)
