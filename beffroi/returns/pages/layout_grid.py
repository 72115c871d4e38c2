"""The sheet under correction: its part that is drawn, what stands above its columns and beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from beffroi.returns.layouting.gestures import GESTURES, IS, KINDS, NAMES
from beffroi.returns.layouting.meanings import (
    AMOUNTS,
    ASIDE,
    CHOICES,
    IGNORED,
    choice_of,
    is_money,
    tone_of,
)
from beffroi.returns.layouting.posted import column_field, funder_field, rows_said
from beffroi.returns.layouting.reading import EURO_UNITS, SheetRead, doubts_of, said_of
from beffroi.returns.layouting.windows import (
    COLUMNS_A_PAGE,
    ROWS_A_PAGE,
    columns_shown,
    place_of,
    rows_shown,
)
from beffroi.returns.layouting.words import MEANINGS
from beffroi.returns.pages.correcting import CELL, CHOSEN, COLUMN, ROW, Correcting
from beffroi.returns.reading.proposing import Doubt, ProposedColumn, ProposedTable
from beffroi.returns.reading.proposing.proposal import in_unit
from beffroi.returns.reading.workbook import Position, column_letters
from beffroi.returns.sheets import DrawnColumn, DrawnRow, draw
from beffroi.ui import figures
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.figures import Unit

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ColumnControls:
    """What stands above a column: its letters, its header, what it means, whose money it is."""

    drawn: DrawnColumn
    header: str
    field: str
    choice: str
    funder_field: str = ""
    funder: str = ""


@dataclass(frozen=True, slots=True)
class RowField:
    """A field of the form that gives a row, from 1."""

    name: str
    label: str
    value: int | None


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row drawn, with the address that deals with it."""

    drawn: DrawnRow
    href: str


@dataclass(frozen=True, slots=True)
class LayoutGrid:
    """The part of the sheet that is drawn, with its controls.

    ``choices`` are the groups of what a column may mean.
    """

    columns: Sequence[ColumnControls]
    rows: Sequence[GridRow]
    total_rows: int
    choices: Sequence[tuple[str, Options]]
    funders: Options
    unit: str
    units: Sequence[str]
    row_fields: Sequence[RowField]


@dataclass(frozen=True, slots=True)
class DoubtSaid:
    """A doubt, and where it is."""

    sentence: str
    where: str
    href: str


@dataclass(frozen=True, slots=True)
class RowAsked:
    """A row to be dealt with: what it is, and the gestures that can be made at it."""

    number: int
    said: str
    gestures: Options


def grid_of(correcting: Correcting) -> LayoutGrid:
    """The part of the sheet that the page asks for."""
    seen, asked = correcting.sheet, correcting.window
    columns, kinds = seen.columns, seen.kinds
    choices = {at: choice_of(column) for at, column in columns.items()}
    rows = rows_shown(seen.sheet, seen.tables, _doubtful_rows(correcting), asked)

    def column_as(at: int) -> tuple[str, str]:
        choice = choices.get(at, IGNORED)
        return tone_of(choice), str(CHOICES[choice])

    def row_as(at: int) -> tuple[str, str]:
        if any(table.header and table.header[0] <= at <= table.header[1] for table in seen.tables):
            return "header", _("en-tête")
        kind = kinds.get(at)
        if kind is None:
            return "outside", ""
        return ("aside", str(NAMES.get(kind, kind))) if kind else ("", "")

    drawn = draw(
        seen.sheet,
        rows,
        columns_shown(seen.width, asked),
        here={asked.cell} if asked.cell else set(),
        column_as=column_as,
        row_as=row_as,
    )
    return LayoutGrid(
        [_controls(correcting, each, columns.get(each.number)) for each in drawn.columns],
        [
            GridRow(row, correcting.address(**{**_asked(correcting), CHOSEN: row.number}))
            for row in drawn.rows
        ],
        drawn.total_rows,
        _grouped_choices(),
        sorted(correcting.funders.names.items(), key=lambda each: each[1]),
        seen.tables[0].unit if seen.tables else "",
        EURO_UNITS,
        _row_fields(seen),
    )


def _row_fields(seen: SheetRead) -> list[RowField]:
    labels = {
        "header_from": _("En-tête, de la ligne"),
        "header_to": _("En-tête, à la ligne"),
        "data_from": _("Données, de la ligne"),
        "data_to": _("Données, à la ligne"),
    }
    said = rows_said(seen)
    return [RowField(name, label, said[name]) for name, label in labels.items()]


def _asked(correcting: Correcting) -> dict[str, object]:
    """The part of the sheet that is shown, as addresses say it."""
    window = correcting.window
    row = {} if window.row is None else {ROW: window.row + 1}
    return {**row, **({COLUMN: window.column + 1} if window.column else {})}


def _controls(
    correcting: Correcting, drawn: DrawnColumn, read: ProposedColumn | None
) -> ColumnControls:
    field = column_field(drawn.number)
    if read is None:
        return ColumnControls(drawn, "", field, IGNORED)
    choice = choice_of(read)
    if not is_money(choice):
        return ColumnControls(drawn, read.header, field, choice)
    funder = correcting.funders.named(read.funder)
    return ColumnControls(drawn, read.header, field, choice, funder_field(drawn.number), funder)


def _grouped_choices() -> list[tuple[str, Options]]:
    groups = ((_("Montants"), AMOUNTS), (_("Ce qui est décrit"), MEANINGS), (_("Non lues"), ASIDE))
    return [
        (label, [(choice, str(said)) for choice, said in choices.items()])
        for label, choices in groups
    ]


def _doubtful_rows(correcting: Correcting) -> Iterator[int]:
    """The rows of the sheet that a doubt names, or of which a cell is not read."""
    for table in correcting.sheet.tables:
        for column in table.amounts:
            yield from column.unread
    for doubt in doubts_of(correcting.proposal):
        rank, place = _place(correcting, doubt)
        if rank == correcting.rank and place is not None:
            yield place if isinstance(place, int) else place[0]


def _place(correcting: Correcting, doubt: Doubt) -> tuple[int | None, Position | int | None]:
    """The sheet that a doubt speaks of, by its rank, and the cell or the row."""
    for rank, sheet in enumerate(correcting.sheets):
        if doubt.where == sheet.name and sheet.name:
            return rank, None
        is_in = doubt.where.startswith(f"{sheet.name}!") if sheet.name else bool(doubt.where)
        if is_in and (place := place_of(doubt.where, sheet.name)) is not None:
            return rank, place
    return None, None


def doubts_said(correcting: Correcting) -> list[DoubtSaid]:
    """Every doubt of the workbook, with the address that shows it in its sheet."""
    return [_said(correcting, doubt) for doubt in doubts_of(correcting.proposal)]


def _said(correcting: Correcting, doubt: Doubt) -> DoubtSaid:
    rank, place = _place(correcting, doubt)
    if rank is None:
        return DoubtSaid(said_of(doubt), "", "")
    if place is None:
        href = correcting.address(feuille=rank + 1)
        return DoubtSaid(said_of(doubt), correcting.sheets[rank].name, href)
    row, column = (place, 0) if isinstance(place, int) else place
    cell = f"{column_letters(column)}{row + 1}"
    href = correcting.address(feuille=rank + 1, **{CELL: cell})
    return DoubtSaid(said_of(doubt), doubt.where, f"{href}#cellule")


def pages_of(correcting: Correcting) -> list[tuple[str, str]]:
    """The other parts of the sheet: a label and an address each."""
    seen, window = correcting.sheet, correcting.window
    found: list[tuple[str, str]] = []
    rows, width = len(seen.sheet.rows), seen.width
    if window.row is not None:
        found.append((_("Début, fin et doutes seulement"), correcting.address()))
        if window.row > 0:
            before = max(window.row - ROWS_A_PAGE, 0)
            found.append((_("Lignes précédentes"), correcting.address(**{ROW: before + 1})))
        if window.row + ROWS_A_PAGE < rows:
            after = window.row + ROWS_A_PAGE
            found.append((_("Lignes suivantes"), correcting.address(**{ROW: after + 1})))
    elif rows > ROWS_A_PAGE:
        found.append((_("Toutes les lignes, page par page"), correcting.address(**{ROW: 1})))
    shown = columns_shown(width, window)
    row = {} if window.row is None else {ROW: window.row + 1}
    if shown.start > 0:
        start = shown.start - COLUMNS_A_PAGE
        found.append((_("Colonnes précédentes"), correcting.address(**row, **{COLUMN: start + 1})))
    if shown.stop < width:
        start = shown.stop
        found.append((_("Colonnes suivantes"), correcting.address(**row, **{COLUMN: start + 1})))
    return found


def row_asked(correcting: Correcting, row: int | None) -> RowAsked | None:
    """The row to be dealt with, where one of the sheet is asked for."""
    seen = correcting.sheet
    if row is None or row >= len(seen.sheet.rows):
        return None
    kind = seen.kinds.get(row)
    said = _("hors du tableau") if kind is None else str(NAMES.get(kind, kind))
    kinds = [(IS + each, str(label)) for each, label in KINDS.items() if each != kind]
    return RowAsked(
        row + 1, said, [*((each, str(label)) for each, label in GESTURES.items()), *kinds]
    )


def sums_of(correcting: Correcting) -> Table:
    """What is read in each column of money: its sum, and the cells that are not read."""
    rows = [
        _sum(correcting, table, column)
        for table in correcting.proposal.tables
        for column in table.amounts
    ]
    return Table(
        caption=_("Ce qui est lu"),
        columns=[
            Column("column", _("Colonne")),
            Column("header", _("En-tête")),
            Column("means", _("Sens")),
            Column("rows", _("Lignes"), "count"),
            Column("sum", _("Somme")),
            Column("unread", _("Cellules non lues"), "count"),
        ],
        rows=rows,
        id="sommes",
        hide_caption=True,
        fictitious=correcting.desk.contract.fictitious,
        empty=_("Aucune colonne de montants n'est lue."),
    )


def _sum(correcting: Correcting, table: ProposedTable, column: ProposedColumn) -> Row:
    choice = choice_of(column)
    means = str(CHOICES[choice])
    if column.adds_up:
        parts = ", ".join(column_letters(at) for at in column.adds_up)
        means = _("total des colonnes %(columns)s, non repris") % {"columns": parts}
    elif is_money(choice) and (funder := correcting.funders.named(column.funder)):
        means = f"{means}, {correcting.funders.names[funder]}"
    letters = column_letters(column.column)
    return Row(
        {
            "column": f"{table.sheet} · {letters}" if table.sheet else letters,
            "header": column.header,
            "means": means,
            "rows": table.data_rows,
            "sum": _money(column, table.unit),
            "unread": Cell(len(column.unread)),
        },
        kind="" if is_money(choice) else "muted",
    )


def _money(column: ProposedColumn, unit: str) -> str:
    """A sum with its currency, to the cent."""
    if not unit or unit in EURO_UNITS:
        return figures.money(column.cents, Unit.EURO)
    return f"{in_unit(column.cents, column.unit, unit)} {unit}"
