"""Files in their containers, made for the tests: archives, and old Office documents."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import openpyxl
import xlwt


def zipped(parts: Mapping[str, str] | Mapping[str, bytes]) -> bytes:
    """An archive of these parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def xls_of(book: xlwt.Workbook) -> bytes:
    """An XLS as xlwt writes it."""
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def xlsx_of(book: openpyxl.Workbook) -> bytes:
    """An XLSX as openpyxl writes it."""
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def small_xls() -> bytes:
    """An XLS of two rows."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Suivi")
    for at, row in enumerate([["Code", "Montant"], ["A1", 12.5]]):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    return xls_of(book)


def ole_with(member: str) -> bytes:
    """A document of old Office whose only stream is ``member``."""
    content = bytearray(small_xls())
    at = content.index("Workbook\0".encode("utf-16-le"))
    name = f"{member}\0".encode("utf-16-le")
    assert len(name) <= 64
    content[at : at + 64] = name.ljust(64, b"\0")
    content[at + 64] = len(name)
    return bytes(content)
