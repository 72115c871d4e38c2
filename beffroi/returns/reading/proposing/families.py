"""Columns in the company of others: sisters under like headers, addends, running totals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from beffroi.returns.reading import lexicon
from beffroi.returns.reading.amounts import read_amount
from beffroi.returns.reading.proposing.column import Column
from beffroi.returns.reading.proposing.meaning import (
    AMOUNT,
    Guess,
    counts_things,
    is_time,
    kind_of_money,
)
from beffroi.returns.reading.proposing.proposal import GUESSED, LIKELY
from beffroi.returns.reading.workbook import CellValue, Sheet

_NOT_STEM = re.compile(r"\[[^]]*\]|\([^)]*\)|[0-9]+")
_CENT = 0.005
_NEARLY = 0.9
_LEAST = 4
"""How many rows must agree before arithmetic tells anything."""


class Family:
    """The columns of a table, over its first rows, with what each tells of the others."""

    def __init__(self, sheet: Sheet, rows: Sequence[int], columns: Sequence[Column]) -> None:
        self._sheet, self._rows, self._columns = sheet, rows, list(columns)

    def settled(self) -> list[Column]:
        """The columns, once each has been compared with the others."""
        if any(column.is_amount for column in self._columns):
            self._columns = [self._like_its_sisters(column) for column in self._columns]
            self._take_addends()
            self._columns = [self._without_running_total(column) for column in self._columns]
        return self._columns

    # Sisters

    def _like_its_sisters(self, column: Column) -> Column:
        """A column of numbers, of which nothing is told, is what those headed like it are."""
        if not _is_open(column):
            if column.guess.meaning == "other" and self._is_never_computed(column):
                return replace(column, guess=Guess(AMOUNT + "other", LIKELY))
            return column
        kinds = [
            sister.guess.meaning
            for sister in self._columns
            if sister.is_amount and sister.guess.sure != GUESSED and _are_sisters(column, sister)
        ]
        if not kinds:
            return column
        kind = kind_of_money(column.leaf, column.labels[:-1])
        return column.means(AMOUNT + kind if kind != "other" else kinds[0], LIKELY)

    def _is_never_computed(self, column: Column) -> bool:
        """Whether a column headed « Total » or by a year holds formulas without any value."""
        heads_money = lexicon.has("amount_weak", column.leaf) or is_time(column.leaf)
        faults = self._sheet.faults
        return (
            heads_money
            and not column.profile.filled
            and any((row, column.at) in faults for row in self._rows)
        )

    # Addends

    def _take_addends(self) -> None:
        """The columns that a column of money adds up, row by row, are money too."""
        for total in [column for column in self._columns if column.is_amount]:
            for addends in self._runs_beside(total):
                if self._adds_up(total, addends):
                    taken = {column.at for column in addends if not column.is_amount}
                    self._columns = [
                        replace(column, guess=Guess(AMOUNT + "other", LIKELY))
                        if column.at in taken
                        else column
                        for column in self._columns
                    ]
                    break

    def _runs_beside(self, total: Column) -> Iterator[list[Column]]:
        """The runs of columns of numbers next to a column, where some are not told to be money."""
        at = self._columns.index(total)
        for side in (self._columns[:at][::-1], self._columns[at + 1 :]):
            run: list[Column] = []
            for column in side:
                if not column.profile.is_number or counts_things(column.leaf):
                    break
                run.append(column)
                if len(run) >= 2 and not all(each.is_amount for each in run):
                    yield list(run)

    def _adds_up(self, total: Column, addends: Sequence[Column]) -> bool:
        said = [row for row in self._rows if row in self._numbers[total.at]]
        right = sum(
            1
            for row in said
            if abs(
                sum(self._numbers[each.at].get(row, 0.0) for each in addends)
                - self._numbers[total.at][row]
            )
            < _CENT
        )
        return len(said) >= _LEAST and right >= _NEARLY * len(said)

    # Running totals

    def _without_running_total(self, column: Column) -> Column:
        """A column that adds up another from row to row is not to be summed."""
        if not column.is_amount:
            return column
        if any(self._runs_over(column, each) for each in self._columns if each is not column):
            return column.means("other", LIKELY)
        return column

    def _runs_over(self, running: Column, steps: Column) -> bool:
        if not steps.is_amount:
            return False
        totals, added = self._numbers[running.at], self._numbers[steps.at]
        rows = [row for row in self._rows if row in totals and row in added]
        right = sum(
            1
            for before, row in pairwise(rows)
            if abs(totals[row] - totals[before] - added[row]) < _CENT and added[row]
        )
        return right >= _LEAST and right >= _NEARLY * (len(rows) - 1)

    @cached_property
    def _numbers(self) -> Mapping[int, Mapping[int, float]]:
        """The numbers of each column, by row."""
        return {
            column.at: {
                row: number
                for row in self._rows
                if (number := _number(self._sheet.at(row, column.at))) is not None
            }
            for column in self._columns
            if column.profile.numbers or column.is_amount
        }


def _is_open(column: Column) -> bool:
    """Whether a column holds numbers that may be anything."""
    profile = column.profile
    if column.guess.meaning != "other" or column.guess.sure != GUESSED or not profile.is_number:
        return False
    return not (profile.is_percent or profile.is_coordinate or profile.is_code)


def _are_sisters(one: Column, other: Column) -> bool:
    """Whether two headers differ by a number only, or by the group they stand under."""
    if is_time(one.leaf) and is_time(other.leaf):
        return True
    groups = one.labels[:-1]
    if groups and groups == other.labels[:-1] and not lexicon.has("count", one.leaf):
        return True
    stem = _stem(one.leaf)
    return bool(stem) and stem == _stem(other.leaf)


def _stem(leaf: str) -> str:
    return lexicon.said(_NOT_STEM.sub(" ", leaf))


def _number(value: CellValue) -> float | None:
    if isinstance(value, float):
        return value
    if not isinstance(value, str) or not value:
        return None
    cents = read_amount(value, "€").cents
    return None if cents is None else cents / 100
