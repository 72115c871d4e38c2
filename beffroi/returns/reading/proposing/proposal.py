"""What is proposed of a workbook: its tables of money, and how sure each decision is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from beffroi.returns.reading.proposing.doubts import Doubt
from beffroi.returns.reading.said import SheetSaid
from beffroi.returns.reading.units import UNITS, currency_of
from beffroi.returns.reading.workbook import column_letters

TOLD, STATED, LIKELY, GUESSED = "told", "stated", "likely", "guessed"
"""How sure a decision is: a person made it, the workbook says it, its content shows it, or nothing
better is known."""


@dataclass(frozen=True, slots=True)
class ProposedColumn:
    """One column of a table, from 0, with the labels of its header from the group to the leaf.

    ``meaning`` is what a person reads: ``title``, ``beneficiary``, ``siret``, ``code``, ``date``,
    ``commune``, ``funder``, ``rate``, ``other``, or ``amount:`` followed by ``granted``, ``paid``,
    ``cost``, ``requested``, ``eu``, ``other``. ``field`` is what a layout would make of it:
    ``owner``, ``objective``, ``commune_name``…; empty where no layout reads such a column. ``role``
    is what it is to the sorting of rows (see :func:`rows.shape_of`).

    Of an amount, ``stage`` and ``year`` are guessed from the words of its header (``""``, ``None``:
    they say nothing); ``funder`` is the word that names another funder; ``cents`` is the exact sum
    of its data rows, in cents of its currency; ``unread`` the rows (from 0) whose cell is not read.
    ``adds_up`` gives the columns of which it is the total, row by row: never add it to them.
    """

    column: int
    labels: tuple[str, ...]
    meaning: str
    sure: str
    field: str = ""
    role: str = "other"
    unit: str = ""
    stage: str = ""
    year: int | None = None
    funder: str = ""
    cents: int = 0
    unread: tuple[int, ...] = ()
    adds_up: tuple[int, ...] = ()

    @property
    def header(self) -> str:
        """Its header on one line."""
        return " / ".join(self.labels)

    @property
    def is_amount(self) -> bool:
        """Whether it holds money."""
        return self.meaning.startswith("amount:")


@dataclass(frozen=True, slots=True)
class ProposedTable:
    """One table of money in a sheet. Rows are counted from 0, ends included.

    ``header`` is the first and last row of the header block, ``None`` where there is none.
    ``kinds`` gives each row from the first to the last: ``""`` for a line, else what it is
    (``total``, ``subtotal``, ``note``, ``heading``, ``blank``, ``header``, ``duplicate``…).
    ``unit`` is the table's (``€``, ``k€``, ``£m``…), ``unit_sure`` how sure it is.
    """

    sheet: str
    header: tuple[int, int] | None
    first_row: int
    last_row: int
    kinds: Mapping[int, str]
    columns: Sequence[ProposedColumn]
    unit: str
    unit_sure: str
    doubts: Sequence[Doubt] = ()

    @property
    def data_rows(self) -> int:
        """How many rows are lines."""
        return sum(1 for kind in self.kinds.values() if not kind)

    @property
    def amounts(self) -> list[ProposedColumn]:
        """Its columns of money."""
        return [column for column in self.columns if column.is_amount]

    def as_data(self) -> dict[str, Any]:
        """The table as JSON gives it: rows from 1, sums as exact decimals in ``unit``."""
        return {
            "sheet": self.sheet,
            "header_rows": [row + 1 for row in self.header] if self.header else [],
            "first_data_row": self.first_row + 1,
            "last_data_row": self.last_row + 1,
            "data_rows": self.data_rows,
            "columns": {column_letters(each.column): each.meaning for each in self.columns},
            "unit": self.unit,
            "sums": {
                column_letters(each.column): in_unit(each.cents, each.unit, self.unit)
                for each in self.amounts
            },
            "unread": [
                f"{column_letters(each.column)}{row + 1}"
                for each in self.amounts
                for row in each.unread
            ],
            "doubts": [doubt.as_data() for doubt in self.doubts],
        }


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a workbook nobody described would be read.

    ``left_out`` gives, by sheet, why it is not read; ``doubts`` are those of the whole workbook.
    """

    tables: Sequence[ProposedTable]
    doubts: Sequence[Doubt] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """The proposal as ``beffroi read --json`` gives it."""
        return {
            "sheets": [table.as_data() for table in self.tables],
            "doubts": [doubt.as_data() for doubt in self.doubts],
        }


@dataclass(frozen=True, slots=True)
class SheetCorrection:
    """What a person decided of a sheet; ``None`` leaves the decision to the proposal.

    Rows and columns are counted from 0. ``header`` may be ``()``: the table has none. ``meanings``
    gives columns the meaning they have (``amount:paid``, ``title``, a layout's ``objective``…, or
    ``other`` for a column not to be read); ``kinds`` gives rows what they are, ``""`` for a line;
    after ``last_row`` no row is a line.
    """

    read: bool | None = None
    header: tuple[int, int] | tuple[()] | None = None
    last_row: int | None = None
    unit: str | None = None
    meanings: Mapping[int, str] = field(default_factory=dict)
    kinds: Mapping[int, str] = field(default_factory=dict)
    stages: Mapping[int, str] = field(default_factory=dict)
    funders: Mapping[int, str] = field(default_factory=dict)
    years: Mapping[int, int | None] = field(default_factory=dict)

    @property
    def said(self) -> SheetSaid:
        """What of it no layout holds: it is for the reading of this workbook alone."""
        return SheetSaid(self.read, self.last_row, self.kinds)


Corrections = Mapping[str, SheetCorrection]
"""By name of sheet."""


def in_unit(cents: int, unit: str, shown: str) -> str:
    """Cents of ``unit``'s currency as an exact decimal of ``shown``: ``"1234.50"``, ``"12.3456"``.

    A column in another currency than its table keeps its own unit.
    """
    factor = UNITS.get(shown if currency_of(shown) == currency_of(unit) else unit, 1)
    exact = Decimal(cents) / (100 * factor)
    return f"{exact:.2f}" if exact == round(exact, 2) else f"{exact.normalize():f}"
