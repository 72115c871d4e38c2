"""The pre-filled workbook as an XLSX."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from beffroi.returns.prefilled.content import Prefilled, Value
from beffroi.ui.inert import write_text

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NARROW, USUAL, WIDE = 8, 18, 48
_MONEY = "#,##0.00"


def xlsx_of(filled: Prefilled) -> bytes:
    """Its bytes. Texts stay texts, whatever they begin with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(filled.sheet)
    sheet.freeze_panes = f"A{len(filled.titles) + 2}"
    for column, width in enumerate(widths(filled), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width

    def cell(value: Value, *, money: bool = False, head: bool = False) -> Cell:
        made = WriteOnlyCell(sheet)
        if isinstance(value, str):
            write_text(made, value)
        else:
            made.value = value
            if money:
                made.number_format = _MONEY
        if head:
            made.font = Font(bold=True)
            made.alignment = Alignment(wrap_text=True, vertical="top")
        return made

    for title in filled.titles:
        sheet.append([cell(title)])
    sheet.append([cell(header, head=True) for header in filled.headers])
    for row in filled.rows:
        sheet.append(
            [
                cell(value, money=column in filled.amounts) if value != "" else None
                for column, value in enumerate(row)
            ]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def widths(filled: Prefilled) -> list[int]:
    """How wide each column is, in characters: titles need room, numbers of lines little."""
    return [
        NARROW if column == 0 else WIDE if column == 2 else USUAL
        for column in range(len(filled.headers))
    ]
