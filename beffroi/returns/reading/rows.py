"""Telling the rows that are lines from the others: totals, notes, blanks, repeated headers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from beffroi.returns.reading.fitting import Fit
from beffroi.returns.reading.workbook import CellValue, Row

LINE = ""
"""What a row is when it is a line."""

_SUBTOTAL = re.compile(r"\s*(?:sous|s)\s*[-/. ]\s*tot(?:al|aux)\b", re.IGNORECASE)
_TOTAL = re.compile(r"\s*(?:(?:grand )?tota(?:l|ux)\b|(?:ensemble|cumul)\s*:?\s*$)", re.IGNORECASE)
_PLACES = ("owner", "siret", "commune", "commune_name")


class RowSorter:
    """Says what each row of a sheet is. It remembers the lines seen, to know them again."""

    def __init__(self, fit: Fit) -> None:
        columns = fit.columns
        self._title = columns["title"]
        self._code = columns.get("code", self._title)
        self._objective = columns.get("objective", self._title)
        self._places = [columns[meaning] for meaning in _PLACES if meaning in columns]
        self._amounts = [amount.column for amount in fit.amounts]
        self._amounts += [columns["cost"]] if "cost" in columns else []
        self._faults = fit.sheet.faults
        said = {at: fit.sheet.at(fit.header_row, at) for at in (self._title, *self._amounts)}
        self._header = [(at, value) for at, value in said.items() if _says(value)]
        self.seen: set[tuple[CellValue, ...]] = set()

    def what(self, index: int, row: Row) -> str:
        """``LINE``, or the kind of row that is no line. A row covers all the layout's columns."""
        is_named = self._code != self._title and _says(row[self._code]) and _says(row[self._title])
        set_aside = self._although_named(index, row) if is_named else self._odd(index, row)
        if set_aside:
            return set_aside
        if self._is_header(row):
            return "header"
        count = len(self.seen)
        self.seen.add((*row, *self._errors(index)) if self._faults else tuple(row))
        return LINE if len(self.seen) > count else "duplicate"

    def _errors(self, index: int) -> list[str]:
        """The errors among the amounts of a row: two rows that differ by one are two rows."""
        found = (self._faults.get((index, at), "") for at in self._amounts)
        return [fault for fault in found if fault and not fault.startswith("=")]

    def _although_named(self, index: int, row: Row) -> str:
        """What a row is that bears a code and a title, and still may be no line."""
        if self._is_placed(row):
            return LINE
        if what := _total(row[self._title]) or _total(row[self._code]):
            return what
        is_empty = not (_says(row[self._objective]) or self._has_amount(index, row))
        return "heading" if is_empty else LINE

    def _odd(self, index: int, row: Row) -> str:
        """What a row is that has no code, or no title; empty where it may yet be a line."""
        filled = [value for value in row if _says(value)]
        if not filled:
            return "unlabelled" if self._has_amount(index, row) else "blank"
        if not self._is_placed(row) and (what := _first_total(filled)):
            return what
        if len(filled) == 1 and isinstance(filled[0], str):
            return "note"
        if self._is_placed(row):
            return LINE
        if _says(row[self._code]) or _says(row[self._title]):
            is_charged = _says(row[self._objective]) or self._has_amount(index, row)
            return LINE if is_charged else "note"
        return "note" if all(isinstance(value, str) for value in filled) else "unlabelled"

    def _is_header(self, row: Row) -> bool:
        """Whether the header is repeated there, as at the top of a printed page."""
        for at, value in self._header:
            if row[at] != value:
                return False
        return bool(self._header)

    def _is_placed(self, row: Row) -> bool:
        return any(map(_says, map(row.__getitem__, self._places)))

    def _has_amount(self, index: int, row: Row) -> bool:
        return any(_says(row[at]) or (index, at) in self._faults for at in self._amounts)


def _says(value: CellValue) -> bool:
    return value != "" and not (isinstance(value, str) and not value.strip())


def _first_total(values: Iterable[CellValue]) -> str:
    return next((what for value in values if (what := _total(value))), "")


def _total(value: CellValue) -> str:
    """``subtotal`` or ``total`` when a label says so."""
    if not isinstance(value, str):
        return ""
    if _SUBTOTAL.match(value):
        return "subtotal"
    return "total" if _TOTAL.match(value) else ""
