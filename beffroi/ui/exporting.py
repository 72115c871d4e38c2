"""A table as a file: every column, every line, amounts to the cent whatever the unit shown."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from beffroi.ui import figures, inert
from beffroi.ui.columns import Cell, Column, Rate, Row, Table
from beffroi.ui.components import Choice

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What the name of a sheet may not hold.
_NOT_IN_A_NAME = re.compile(r"[\\/*?:\[\]]")
PARAMETER = "format"
_UNREAD, _NOTE = "--unread", "--note"
FORMATS = ("xlsx", "csv")

About = Sequence[tuple[str, str]]
"""What the figures are: contract, dates, snapshot, whether they are fictitious."""


def export_choices(query: str) -> list[Choice]:
    """Links to this page as a file. ``query`` is the rest of its address."""
    rest = f"{query}&" if query else ""
    return [Choice(name.upper(), f"?{rest}{PARAMETER}={name}") for name in FORMATS]


def export(tables: Sequence[Table], form: str, name: str, about: About) -> HttpResponse:
    """Tables in the form asked for: ``xlsx``, one sheet each, or ``csv``, the first of them.

    What is fictitious says so in its name and inside. Raises ``BadRequest``.
    """
    if form not in FORMATS:
        raise BadRequest(
            _("« %(form)s » n'est pas un format proposé : demandez xlsx ou csv.")
            % {"form": form[:20]}
        )
    is_fictitious = any(table.fictitious for table in tables)
    told = [*about, (_("Données"), _("fictives") if is_fictitious else _("réelles"))]
    whole = [_whole(table) for table in tables]
    content = _xlsx(whole, told) if form == "xlsx" else _csv(whole[0], told)
    kind = XLSX if form == "xlsx" else "text/csv; charset=utf-8"
    stem = slugify(f"{name}-fictif" if is_fictitious else name)
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{stem}.{form}"'
    return response


def _whole(table: Table) -> Table:
    """The table with columns of their own for what a page shows beside its values: how many cells
    could not be read beneath an amount, and what stands under the name of a line."""
    columns: list[Column] = []
    beside: dict[str, tuple[str, str]] = {}
    for column in table.columns:
        columns.append(column)
        if column.kind == "choice":
            continue
        cells = [row.cell(column.key) for row in [*table.rows, *table.totals]]
        called = f"{column.group} – {column.label}" if column.group else str(column.label)
        if any(cell.unread for cell in cells):
            label = _("%(column)s : cellules non lues") % {"column": called}
            columns.append(Column(f"{column.key}{_UNREAD}", label, "count"))
            beside[f"{column.key}{_UNREAD}"] = (column.key, "unread")
        if column.key == table.header_key and any(cell.note for cell in cells):
            label = _("%(column)s : précision") % {"column": called}
            columns.append(Column(f"{column.key}{_NOTE}", label))
            beside[f"{column.key}{_NOTE}"] = (column.key, "note")
    if not beside:
        return table

    def filled(row: Row) -> Row:
        more = {key: getattr(row.cell(of), what) or None for key, (of, what) in beside.items()}
        return replace(row, cells={**row.cells, **more})

    return replace(
        table,
        columns=columns,
        rows=[filled(row) for row in table.rows],
        totals=[filled(row) for row in table.totals],
    )


def _csv(table: Table, about: About) -> bytes:
    """UTF-8 with its mark, semicolons, decimal commas: what a French spreadsheet opens as it is.

    What the figures are stands on every line, so that no line is cut off from it.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    headers = _headers(table)
    labels = [
        _("%(label)s (du fichier)") % {"label": label} if str(label) in headers else label
        for label, _said in about
    ]
    writer.writerow([inert.for_csv(str(label)) for label in [*headers, *labels]])
    said = [inert.for_csv(value) for _label, value in about]
    for row in [*table.rows, *table.totals]:
        cells = [_in_csv(row.cell(column.key), column) for column in table.data_columns]
        writer.writerow([*cells, *said])
    return text.getvalue().encode("utf-8-sig")


def _in_csv(cell: Cell, column: Column) -> str:
    value = cell.value
    if value is None:
        return ""
    if column.kind == "amount" and isinstance(value, int):
        return figures.decimal_euros(value).replace(".", ",")
    if isinstance(value, date):
        return value.isoformat()
    return inert.for_csv(_text(value))


def _xlsx(tables: Sequence[Table], about: About) -> bytes:
    """One sheet of data a table, one that says what they are."""
    book = Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(_NOT_IN_A_NAME.sub(" ", str(table.caption))[:31])
        sheet.freeze_panes = "B2"
        sheet.append([_written(sheet, header, bold=True) for header in _headers(table)])
        for row in [*table.rows, *table.totals]:
            sheet.append([_in_xlsx(sheet, row.cell(c.key), c) for c in table.data_columns])
    beside = book.create_sheet(_("À propos"))
    for label, value in about:
        beside.append([_written(beside, label, bold=True), _written(beside, value)])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _in_xlsx(sheet: Any, cell: Cell, column: Column) -> Any:
    value = cell.value
    if column.kind == "amount" and isinstance(value, int):
        # Cents divided by a hundred: the nearest number reads back to the same cent.
        amount = WriteOnlyCell(sheet, value / 100)
        amount.number_format = '#,##0.00\\ "€"'
        return amount
    if isinstance(value, date):
        dated = WriteOnlyCell(sheet, datetime.combine(value, time()))
        dated.number_format = "dd/mm/yyyy"
        return dated
    if isinstance(value, int):
        return WriteOnlyCell(sheet, value)
    return _written(sheet, "" if value is None else _text(value))


def _written(sheet: Any, text: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet)
    inert.write_text(cell, text)
    if bold:
        cell.font = Font(bold=True)
    return cell


def _headers(table: Table) -> list[str]:
    return [str(header) for header in next(iter(table.as_rows()))]


def _text(value: object) -> str:
    if isinstance(value, Rate):
        return figures.percent(value.numerator, value.denominator)
    return str(value)
