"""Workbooks that hold all a partner may have put in one, and notes to write in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from functools import cache

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from beffroi.returns.annotating import FrontCell, Mark, Notes
from beffroi.returns.annotating.notes import FrontRow
from beffroi.returns.reading.front import FRONT_MARK

SHEET = "Suivi d'Amiens"


def notes(marks: Sequence[Mark] = (), rows: Sequence[FrontRow] = ()) -> Notes:
    """Notes whose first sheet begins as it must."""
    title = [FrontCell(FRONT_MARK, "title")]
    return Notes("Relevé Beffroi", [title, *rows], marks, if_made="Copie des valeurs.")


@cache
def rich_workbook() -> bytes:
    """Formulas, formats, a chart, a table, lists, rules, names, comments, a hidden sheet."""
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.append(["Code", "Intitulé", "Montant", "Double", "Date"])
    for row in range(2, 12):
        sheet.append([f"A{row}", f"Opération {row}", row * 10.25, f"=C{row}*2", None])
        sheet.cell(row, 5).number_format = "dd/mm/yyyy"
    sheet["A1"].font = Font(bold=True, color="FFFFFFFF")
    sheet["A1"].fill = PatternFill("solid", fgColor="FF203040")
    sheet["C3"].number_format = '#,##0.00" €"'
    sheet["C3"].border = Border(bottom=Side("double"))
    sheet["C3"].alignment = Alignment(horizontal="center", wrap_text=True)
    sheet["C3"].protection = Protection(locked=False)
    sheet["B4"].comment = Comment("Vu avec la direction.", "Partenaire")
    sheet.merge_cells("B9:B10")
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = "A1:E11"
    sheet.column_dimensions["B"].width = 41
    sheet.row_dimensions[7].hidden = True
    sheet.print_title_rows = "1:1"
    choices = DataValidation("list", formula1='"oui,non"')
    choices.add("E2:E11")
    sheet.add_data_validation(choices)
    rule = CellIsRule("greaterThan", ["100"], fill=PatternFill(bgColor="FF00FF00"))
    sheet.conditional_formatting.add("C2:C11", rule)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=1, max_row=11), titles_from_data=True)
    sheet.add_chart(chart, "G2")
    hidden = book.create_sheet("Listes")
    hidden.append(["Valeur"])
    hidden.append([f"=SUM('{SHEET.replace(chr(39), chr(39) * 2)}'!C2:C11)"])
    hidden.sheet_state = "hidden"
    table = book.create_sheet("Tableau")
    for values in (("Nom", "Part"), ("x", 1), ("y", 2)):
        table.append(values)
    table.add_table(Table(displayName="Parts", ref="A1:B3"))
    book.defined_names["Total"] = DefinedName("Total", attr_text="Listes!$A$2")
    book.active = 2
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of a zipped workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_parts(content: bytes, **changed: bytes) -> bytes:
    """The same workbook with parts changed or added."""
    return zipped(parts_of(content) | changed)


def zipped(parts: dict[str, bytes]) -> bytes:
    """A workbook made of parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()
