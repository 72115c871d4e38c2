"""One table: its columns, unit, rows, sums, and everything that is unsure in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from beffroi.returns.reading import lexicon
from beffroi.returns.reading.additions import rounding_of
from beffroi.returns.reading.amounts import (
    ERROR_CELL,
    THOUSANDS_GUESSED,
    THREE_DECIMALS,
    AmountRead,
    exact_cents,
    read_amount,
)
from beffroi.returns.reading.blocks import Block
from beffroi.returns.reading.number_styles import styles_of
from beffroi.returns.reading.proposing.column import Column
from beffroi.returns.reading.proposing.columns import columns_of
from beffroi.returns.reading.proposing.crossing import Crossing, total_columns
from beffroi.returns.reading.proposing.doubting import doubts_of
from beffroi.returns.reading.proposing.meaning import stage_of, year_of
from beffroi.returns.reading.proposing.money import (
    UnitFound,
    currencies_of_lines,
    unit_of_column,
    unit_of_table,
)
from beffroi.returns.reading.proposing.proposal import (
    TOLD,
    ProposedColumn,
    ProposedTable,
    SheetCorrection,
)
from beffroi.returns.reading.rows import RowSorter
from beffroi.returns.reading.said import LINE
from beffroi.returns.reading.table_shape import AmountSpec, TableShape, shape_of
from beffroi.returns.reading.units import UNITS, currency_of
from beffroi.returns.reading.workbook import CellValue, Sheet

NO_CORRECTION = SheetCorrection()
_LONGEST_TITLE = 60
_IN_ENGLISH = {"£", "$"}
"""The currencies of those who part thousands with commas."""

FORMULA = "formula_without_value"


@dataclass(slots=True)
class CellsRead:
    """What the amount cells of a column gave, line by line."""

    cents: dict[int, int]
    faults: dict[int, str]
    guessed: list[int]

    @property
    def total(self) -> int:
        """The exact sum, in cents."""
        return sum(self.cents.values())


class Table:
    """A block of a sheet being understood; ``proposed`` is what is made of it."""

    def __init__(
        self,
        sheet: Sheet,
        block: Block,
        around: Sequence[str],
        elsewhere: Sequence[str],
        correction: SheetCorrection = NO_CORRECTION,
    ) -> None:
        self.sheet, self.block, self._correction = sheet, block, correction
        self.titles = [text for text in around if len(text) <= _LONGEST_TITLE]
        self.columns = columns_of(sheet, block, [*around, sheet.name], correction.meanings)
        self.amounts = [column for column in self.columns if column.is_amount]
        self._units = self._column_units()
        self.unit_found = self._table_unit(around, elsewhere)
        self.sorter = RowSorter(self._shape())
        self.kinds = correction.said.over(self.sorter.sort())
        self.read = {column.at: self._read(column) for column in self.amounts}

    @property
    def is_of_money(self) -> bool:
        """Whether it has amounts, and lines that bear some."""
        return any(read.cents or read.faults for read in self.read.values()) and bool(self.lines)

    @cached_property
    def lines(self) -> list[int]:
        """The rows that are lines."""
        return [index for index, kind in self.kinds.items() if kind == LINE]

    # Units and styles

    def _column_units(self) -> dict[int, str]:
        return {
            column.at: unit
            for column in self.amounts
            if (unit := unit_of_column(column.labels, column.profile))
        }

    def _table_unit(self, around: Sequence[str], elsewhere: Sequence[str]) -> UnitFound:
        if self._correction.unit:
            return UnitFound(self._correction.unit, TOLD)
        labels = [label for column in self.columns for label in column.labels]
        return unit_of_table(
            self._units.values(),
            [*around, self.sheet.name],
            labels,
            [column.profile for column in self.amounts],
            elsewhere,
            {
                currency_of(unit)
                for column in self.columns
                for unit in currencies_of_lines(column.labels, column.profile)
            },
        )

    def unit_of(self, at: int) -> str:
        """The unit of a column of amounts."""
        if self._correction.unit:
            return self._correction.unit
        return self._units.get(at) or self.unit_found.unit or "€"

    @property
    def _english(self) -> bool | None:
        labels = [label for column in self.columns for label in column.labels]
        return lexicon.is_english(labels)

    # Rows

    def _shape(self) -> TableShape:
        rows = (self.block.first, self.block.end)
        styles = styles_of(
            self.sheet.rows[slice(*rows)], [column.at for column in self.amounts], self._english
        )
        return shape_of(
            self.sheet,
            self.block.header,
            rows,
            {column.at: column.role for column in self.columns},
            [AmountSpec(c.at, self.unit_of(c.at), styles[c.at]) for c in self.amounts],
        )

    # Cells

    def _read(self, column: Column) -> CellsRead:
        spec = next(spec for spec in self.sorter.shape.amounts if spec.column == column.at)
        cents_a_unit = UNITS[spec.unit] * 100
        found = CellsRead({}, {}, [])
        for index in self.lines:
            row = self.sheet.rows[index]
            value = row[column.at] if column.at < len(row) else ""
            cents = exact_cents(value, cents_a_unit) if type(value) is float else None
            if cents is not None:
                found.cents[index] = cents
                continue
            read = self._cell(index, column.at, value, spec)
            if read.fault:
                found.faults[index] = read.fault
            elif read.cents is not None:
                found.cents[index] = read.cents
                is_proven = (
                    read.doubt == THOUSANDS_GUESSED and currency_of(spec.unit) in _IN_ENGLISH
                )
                if read.doubt in {THOUSANDS_GUESSED, THREE_DECIMALS} and not is_proven:
                    found.guessed.append(index)
        return found

    def _cell(self, index: int, at: int, value: CellValue, spec: AmountSpec) -> AmountRead:
        if value == "":
            fault = self.sheet.faults.get((index, at), "")
            if not fault:
                return AmountRead()
            return AmountRead(fault=FORMULA if fault.startswith("=") else ERROR_CELL)
        return read_amount(value, spec.unit, spec.style)

    def states_unit(self, at: int) -> bool:
        """Whether a column states its unit itself."""
        return at in self._units or bool(self._correction.unit)

    def cents_at(self, index: int, at: int) -> int | None:
        """What an amount cell of any row says, in cents; ``None`` where it says nothing."""
        spec = next(spec for spec in self.sorter.shape.amounts if spec.column == at)
        row = self.sheet.rows[index]
        return read_amount(row[at], spec.unit, spec.style).cents if at < len(row) else None

    def is_within_rounding(self, at: int, difference: int) -> bool:
        """Whether a total may differ so from its lines because each was rounded as it is shown."""
        return abs(difference) <= rounding_of(self.read[at].cents.values())

    # What is proposed

    @cached_property
    def crossing(self) -> Crossing:
        """Its columns that are the total of others."""
        cents = {at: read.cents for at, read in self.read.items()}
        return total_columns([column.at for column in self.amounts], cents, self.lines)

    @property
    def shown_unit(self) -> str:
        """The unit its sums are told in: the one of most of its columns, empty where unknown."""
        if self._correction.unit or not self._units:
            return self.unit_found.unit
        counts = Counter(self.unit_of(column.at) for column in self.amounts)
        return counts.most_common(1)[0][0]

    def proposed(self) -> ProposedTable:
        """The table, with its doubts."""
        lines = self.lines
        return ProposedTable(
            self.sheet.name,
            self.block.header,
            lines[0],
            lines[-1],
            self.kinds,
            [self._proposed_column(column) for column in self.columns],
            self.shown_unit,
            self.unit_found.sure,
            tuple(doubts_of(self)),
        )

    def _proposed_column(self, column: Column) -> ProposedColumn:
        plain = ProposedColumn(
            column.at,
            column.labels,
            column.guess.meaning,
            column.guess.sure,
            column.guess.field,
            column.role,
        )
        if not column.is_amount:
            return plain
        said, read = self._correction, self.read[column.at]
        return replace(
            plain,
            unit=self.unit_of(column.at),
            stage=said.stages.get(column.at, stage_of(column.labels)),
            year=said.years.get(column.at, year_of(column.labels)),
            funder=said.funders.get(column.at, self._funder(column)),
            cents=read.total,
            unread=tuple(read.faults),
            adds_up=self.crossing.sums.get(column.at, ()),
        )

    @staticmethod
    def _funder(column: Column) -> str:
        """The words of a header that name whose money it is; empty where none does."""
        for label in reversed(column.labels):
            if lexicon.has("funder_heads", label):
                return label
        return ""
