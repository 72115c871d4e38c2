"""What a chart is: a form given to a table that the reader can open below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise

from beffroi.ui import figures
from beffroi.ui.columns import NUMBERS, Cell, Column, Row, Table

Text = str | Promise


class Form(StrEnum):
    """The five forms."""

    BARS = "bars"
    """A group of bars for each line of the table, one for each of its columns of numbers."""
    STACKED = "stacked"
    """One bar for each line, cut into its columns: what they hold adds up."""
    LINE = "line"
    """A line for each column; the lines of the table are dates."""
    WATERFALL = "waterfall"
    """From the first total of the table to the last, by what its lines between them add."""
    MULTIPLES = "multiples"
    """A small chart of bars for each line of the table, all on one scale."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A table in one of the forms, and a sentence that says what is to be seen there.

    Only the table's columns of one kind are drawn: its amounts, else its counts.
    """

    form: Form
    table: Table
    description: Text

    @property
    def id(self) -> str:
        """Unique in the page, as the table's is."""
        return f"{self.table.id}-figure"

    @property
    def series(self) -> list[Column]:
        """The columns drawn."""
        kinds = [column.kind for column in self.table.columns if column.kind in NUMBERS]
        drawn = "amount" if "amount" in kinds else "count"
        return [column for column in self.table.columns if column.kind == drawn]

    @property
    def lines(self) -> list[Row]:
        """The lines drawn: all of them in a waterfall, else those that are no total."""
        rows = [row for row in self.table.rows if row.kind != "muted"]
        return rows if self.form is Form.WATERFALL else [r for r in rows if r.kind != "total"]

    def value(self, row: Row, column: Column) -> int | None:
        """What stands in that cell; ``None`` where nobody says anything."""
        value = row.cell(column.key).value
        return value if isinstance(value, int) else None

    def name(self, row: Row) -> str:
        """What a line of the table is called."""
        value = row.cell(self.table.header_key).value
        return figures.day(value) if isinstance(value, date) else str(value or "")

    def day(self, row: Row) -> date:
        """The date of a line. Raises ``TypeError`` where the table's lines are no dates."""
        value = row.cell(self.table.header_key).value
        if not isinstance(value, date):
            raise TypeError(f"« {value} » is no date: a chart of lines needs dates")
        return value

    def cell(self, row: Row, column: Column) -> Cell:
        """The cell, with what surrounds its value."""
        return row.cell(column.key)

    def draws_something(self) -> bool:
        """Whether any cell says anything."""
        return any(self.value(row, each) is not None for row in self.lines for each in self.series)
