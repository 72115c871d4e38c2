"""What is unsure in a table: each doubt aloud once, with the cells or rows it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from beffroi.returns.reading import lexicon
from beffroi.returns.reading.amounts import OTHER_CURRENCY
from beffroi.returns.reading.proposing.doubts import Doubt, doubt, listed
from beffroi.returns.reading.proposing.meaning import AMOUNT
from beffroi.returns.reading.row_labels import SUMS
from beffroi.returns.reading.said import LINE
from beffroi.returns.reading.totals import Totals
from beffroi.returns.reading.units import currency_of
from beffroi.returns.reading.workbook import column_letters

if TYPE_CHECKING:
    from beffroi.returns.reading.proposing.column import Column
    from beffroi.returns.reading.proposing.tables import Table

_LONGEST_BAND = 60
_FEW_TEXTS = 4
"""Up to how many texts a column may hold for each to name a part of the table."""


def doubts_of(table: Table) -> Iterator[Doubt]:
    """Every doubt about a table, those that bear on all of it first."""
    yield from _of_the_header(table)
    yield from _of_the_unit(table)
    yield from _of_columns(table)
    yield from _of_cells(table)
    yield from _of_totals(table)
    yield from _of_rows(table)
    yield from _of_opposed_parts(table)
    yield from _of_what_is_hidden(table)


def _of_the_header(table: Table) -> Iterator[Doubt]:
    if table.block.header is None:
        yield doubt("header_guessed", table.sheet.name, str(table.block.first + 1))


def _of_the_unit(table: Table) -> Iterator[Doubt]:
    found = table.unit_found
    units = {table.unit_of(column.at) for column in table.amounts}
    untold = any(not table.states_unit(column.at) for column in table.amounts)
    if found.doubt and (untold or found.doubt == "unit_unlikely"):
        yield doubt(found.doubt, table.sheet.name, shown=found.unit)
    currencies = {currency_of(unit) for unit in units}
    if len(currencies) > 1:
        yield doubt("mixed_currencies", table.sheet.name, shown=", ".join(sorted(currencies)))
    elif len(units) > 1:
        yield doubt("several_units", table.sheet.name, shown=", ".join(sorted(units)))


def _of_columns(table: Table) -> Iterator[Doubt]:
    for column in table.columns:
        if column.guess.doubt:
            yield _about_column(table, column, column.guess.doubt)
    for at, rows in table.crossing.differing.items():
        column = next(each for each in table.columns if each.at == at)
        if rows:
            yield _about_column(table, column, "total_column_differs", rows[0])


def _about_column(table: Table, column: Column, kind: str, row: int | None = None) -> Doubt:
    letters = column_letters(column.at)
    name = f"« {column.leaf} » ({letters})" if column.leaf else letters
    if row is None:
        row = table.block.header[1] if table.block.header else table.block.first
    return doubt(kind, table.sheet.name, f"{letters}{row + 1}", name)


def _of_cells(table: Table) -> Iterator[Doubt]:
    by_kind: dict[str, list[str]] = {}
    for column in table.amounts:
        read, letters = table.read[column.at], column_letters(column.at)
        for row, fault in read.faults.items():
            kind = "mixed_currencies" if fault == OTHER_CURRENCY else fault
            by_kind.setdefault(kind, []).append(f"{letters}{row + 1}")
        for row in read.guessed:
            by_kind.setdefault("number_style_guessed", []).append(f"{letters}{row + 1}")
        # A list of payments has its credit notes, a gap may go either way.
        is_usual = column.guess.meaning == AMOUNT + "paid" or any(
            lexicon.has("own_money", label) for label in column.labels
        )
        if not is_usual:
            negative = [f"{letters}{row + 1}" for row, cents in read.cents.items() if cents < 0]
            by_kind.setdefault("negative_amount", []).extend(negative)
    for kind, cells in by_kind.items():
        if cells:
            yield doubt(kind, table.sheet.name, cells[0], listed(cells))


def _of_totals(table: Table) -> Iterator[Doubt]:
    """The rows whose label says total, and that are the sum of nothing around them."""
    totals = Totals([column.at for column in table.amounts])
    for index, kind in table.kinds.items():
        if kind in {LINE, "duplicate"}:
            _add_line(table, totals, index, is_repeat=kind == "duplicate")
        elif kind in SUMS:
            said = {
                column.at: cents
                for column in table.amounts
                if (cents := table.cents_at(index, column.at)) is not None
            }
            differing = list(totals.differing(said))
            if differing and index not in table.sorter.by_arithmetic:
                yield from _unequal(table, index, differing)


def _add_line(table: Table, totals: Totals, index: int, *, is_repeat: bool) -> None:
    for column in table.amounts:
        if is_repeat:
            totals.add_repeat(column.at, table.cents_at(index, column.at))
        else:
            read = table.read[column.at]
            cents = None if index in read.faults else read.cents.get(index, 0)
            totals.add(column.at, cents)


def _unequal(
    table: Table, index: int, differing: Sequence[tuple[int, int, int]]
) -> Iterator[Doubt]:
    if table.sorter.adds_up(index):
        return
    off = [each for each in differing if not table.is_within_rounding(each[0], each[1] - each[2])]
    if off:
        at, total, lines = off[0]
        where = f"{column_letters(at)}{index + 1}"
        shown = f"{total / 100:,.2f} ≠ {lines / 100:,.2f}".replace(",", "\u202f").replace(".", ",")
        yield doubt("total_differs", table.sheet.name, where, shown)


def _of_rows(table: Table) -> Iterator[Doubt]:
    name = table.sheet.name
    for kind, doubtful in (
        ("duplicate", "duplicate_lines"),
        ("unlabelled", "unlabelled_rows"),
        ("of_which", "part_of_a_line"),
        ("after_total", "rows_after_the_table"),
    ):
        rows = [index for index, said in table.kinds.items() if said == kind]
        if rows:
            yield doubt(doubtful, name, str(rows[0] + 1), _rows(rows))
    if rows := table.sorter.lines_after_the_total():
        yield doubt("lines_after_the_total", name, str(rows[0] + 1), _rows(rows))
    if rows := table.sorter.lines_unlike_others():
        yield doubt("unlike_lines", name, str(rows[0] + 1), _rows(rows))
    if (row := table.sorter.may_be_a_total()) is not None:
        yield doubt("may_be_a_total", name, str(row + 1), _rows([row]))
    unnamed = sorted(table.sorter.by_arithmetic)
    if unnamed:
        yield doubt("total_without_label", name, str(unnamed[0] + 1), _rows(unnamed))


def _of_opposed_parts(table: Table) -> Iterator[Doubt]:
    """Spending and income in one table, told by its bands and totals, or by a column."""
    parting = {"heading", "note", *SUMS}
    said = [(table.block.first, title) for title in table.titles]
    said += [
        (index, str(table.sorter.label(index)))
        for index, kind in table.kinds.items()
        if kind in parting and len(str(table.sorter.label(index))) <= _LONGEST_BAND
    ]
    for column in table.columns:
        texts = set(column.profile.texts)
        if column.profile.is_text and 1 < len(texts) <= _FEW_TEXTS:
            said += [(table.lines[0], text) for text in texts]
    spending = [index for index, text in said if lexicon.has("spending", text)]
    income = [
        index
        for index, text in said
        if lexicon.has("income", text) and not lexicon.has("spending", text)
    ]
    if spending and income:
        at = max(spending[0], income[0])
        yield doubt("income_and_spending", table.sheet.name, str(at + 1), _rows([at]))


def _of_what_is_hidden(table: Table) -> Iterator[Doubt]:
    hidden = [index for index in table.lines if index in table.sheet.hidden_rows]
    if hidden:
        yield doubt("hidden_rows", table.sheet.name, str(hidden[0] + 1), _rows(hidden))
    for column in table.amounts:
        if column.at in table.sheet.hidden_columns:
            yield _about_column(table, column, "hidden_column")


def _rows(rows: Iterable[int]) -> str:
    """Rows as a sentence names them: « Ligne 12 », « Lignes 12, 15 et 3 autres »."""
    shown = [str(row + 1) for row in rows]
    return ("Lignes " if len(shown) > 1 else "Ligne ") + listed(shown)
