"""The one declaration of a column: what a page draws, an export writes and a total adds.

A :class:`Table` is made once by a view or a report, then drawn by ``{% table t %}`` or read as
plain values by :meth:`Table.as_rows`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from beffroi.ui.figures import Unit

Text = str | Promise
#: ``choice`` is a box to tick: the cell's value is what is sent under the column's key.
Kind = Literal["text", "amount", "rate", "count", "date", "status", "choice"]
#: ``part`` is a total within the table, ``total`` closes it, ``muted`` counts in nothing.
RowKind = Literal["", "part", "total", "muted"]
NUMBERS: frozenset[str] = frozenset({"amount", "rate", "count"})
SORT_PARAMETER = "tri"


@dataclass(frozen=True, slots=True)
class Column:
    """What one column holds, and how it is said."""

    key: str
    label: Text
    kind: Kind = "text"
    group: Text = ""
    """Neighbours with the same group share a header above theirs."""
    unit: Unit | None = None
    """Of amounts, where it is not the table's."""
    sortable: bool = False
    total: bool = False
    """Whether :meth:`Table.summed` adds it."""
    hint: Text = ""
    """A few words under the header: the definition, the date."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A quotient that never forgets what it is made of."""

    numerator: int | None
    denominator: int | None
    money: bool = True
    """Both are cents; else both are counts."""


Value = str | Promise | int | Rate | date | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with what surrounds it. A bare value in a row stands for ``Cell(value)``."""

    value: Value = None
    href: str = ""
    unread: int = 0
    """How many source cells could not be read beneath this figure."""
    status: str = ""
    """A name of :data:`beffroi.ui.statuses.STATUSES`."""
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one line, by column key; a missing one is silent, and blank in a total."""

    cells: Mapping[str, Cell | Value]
    level: int = 0
    """Depth in a tree: 0 is the root's."""
    kind: RowKind = ""

    def cell(self, key: str) -> Cell:
        """The cell of that column."""
        found = self.cells.get(key)
        return found if isinstance(found, Cell) else Cell(found)


@dataclass(frozen=True, slots=True)
class Sorting:
    """The order a page was asked for, and the rest of its address."""

    key: str = ""
    descending: bool = False
    others: tuple[tuple[str, str], ...] = ()

    @classmethod
    def asked(cls, parameters: Mapping[str, Any], columns: Iterable[Column]) -> Sorting:
        """What ``?tri=key`` or ``?tri=-key`` asks for, where that column may be sorted."""
        asked = str(parameters.get(SORT_PARAMETER, ""))
        key = asked.removeprefix("-")
        known = {column.key for column in columns if column.sortable}
        others = tuple(
            (name, str(value)) for name, value in parameters.items() if name != SORT_PARAMETER
        )
        if key not in known:
            return cls(others=others)
        return cls(key, asked.startswith("-"), others)

    def link(self, key: str) -> str:
        """The address that sorts by that column, or the other way round."""
        again = key == self.key and not self.descending
        return "?" + urlencode([*self.others, (SORT_PARAMETER, f"-{key}" if again else key)])

    def direction(self, key: str) -> str:
        """``aria-sort`` of that column's header."""
        if key != self.key:
            return "none"
        return "descending" if self.descending else "ascending"

    def apply(self, rows: Iterable[Row]) -> list[Row]:
        """These rows in that order; the silent ones last."""
        if not self.key:
            return list(rows)
        said: list[Row] = []
        silent: list[Row] = []
        for row in rows:
            (silent if order(row.cell(self.key).value) is None else said).append(row)
        said.sort(key=lambda row: order(row.cell(self.key).value), reverse=self.descending)
        return [*said, *silent]


def order(value: Value) -> Any:
    """What a value is compared by; ``None`` when it says nothing."""
    if isinstance(value, Rate):
        if value.numerator is None or not value.denominator:
            return None
        return value.numerator * 10**12 // value.denominator
    return str(value).casefold() if isinstance(value, str | Promise) else value


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows under a caption."""

    caption: Text
    columns: Sequence[Column]
    rows: Sequence[Row]
    totals: Sequence[Row] = ()
    row_header: str = ""
    """The column that names the line: by default the first."""
    unit: Unit = Unit.THOUSAND
    id: str = "tableau"
    """Unique in the page."""
    sorting: Sorting | None = None
    empty: Text = ""
    """What to do next, where there is no row."""
    notes: Sequence[Text] = ()
    fictitious: bool = False
    hide_caption: bool = False
    """Where the heading just above says the same."""
    header_key: str = field(init=False, default="")

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        if len(set(keys)) != len(keys):
            raise ValueError(f"two columns of « {self.caption} » share a key: {keys}")
        object.__setattr__(self, "header_key", self.row_header or keys[0])

    def unit_of(self, column: Column) -> Unit:
        """The unit of that column's amounts."""
        return column.unit or self.unit

    def groups(self) -> list[tuple[Text, list[Column]]]:
        """Neighbouring columns with the same group, in order."""
        runs: list[tuple[Text, list[Column]]] = []
        for column in self.columns:
            if runs and column.group and str(runs[-1][0]) == str(column.group):
                runs[-1][1].append(column)
            else:
                runs.append((column.group, [column]))
        return runs

    def with_rows(self, rows: Sequence[Row]) -> Table:
        """The same table with other rows: one page of them."""
        return replace(self, rows=rows)

    def summed(self, label: Text = "", *, level: int = 0) -> Row:
        """The total of the lines of that depth, for the columns that are added.

        What is silent everywhere stays silent; unread cells are added too.
        """
        counted = [row for row in self.rows if row.level == level and row.kind in {"", "part"}]
        cells: dict[str, Cell | Value] = {self.header_key: label or _("Total")}
        for column in self.columns:
            if column.total:
                cells[column.key] = added([row.cell(column.key) for row in counted])
        return Row(cells, kind="total")

    def with_total(self, label: Text = "", *, level: int = 0) -> Table:
        """This table closed by its total."""
        return replace(self, totals=[*self.totals, self.summed(label, level=level)])

    def as_rows(self) -> Iterator[list[Value]]:
        """Headers, then every line, as plain values: amounts in cents, whatever the unit."""
        columns = self.data_columns
        yield [
            f"{column.group} – {column.label}" if column.group else str(column.label)
            for column in columns
        ]
        for row in [*self.rows, *self.totals]:
            yield [row.cell(column.key).value for column in columns]

    @property
    def data_columns(self) -> list[Column]:
        """The columns that say something: those of :meth:`as_rows`."""
        return [column for column in self.columns if column.kind != "choice"]


def added(cells: Sequence[Cell]) -> Cell:
    """The sum of amounts or counts."""
    said = [cell.value for cell in cells if isinstance(cell.value, int)]
    return Cell(sum(said) if said else None, unread=sum(cell.unread for cell in cells))
