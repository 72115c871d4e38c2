"""A workbook as a grid of typed cells, whatever the format it came in."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

CellValue = str | float | int | bool | datetime.date | datetime.time | datetime.timedelta


class UnreadableFile(Exception):
    """The file cannot be read: one sentence says what, where, and what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workbook may be; beyond, it is refused rather than endured."""

    file_bytes: int = 50_000_000
    unzipped_bytes: int = 600_000_000
    compression: int = 200
    rows: int = 400_000
    columns: int = 2_000
    sheets: int = 200


LIMITS = Limits()


@dataclass(slots=True)
class Sheet:
    """One sheet: rows of cells (``""`` where blank), and what the values alone do not say.

    ``faults`` gives, by (row, column) from 0, what stands in a cell whose value is not there: an
    error (``#DIV/0!``) or a formula that was never computed (``=H7-J7``).
    """

    name: str
    rows: Sequence[Sequence[CellValue]]
    hidden: bool = False
    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_columns: frozenset[int] = frozenset()

    def at(self, row: int, column: int) -> CellValue:
        """The value of a cell, blank outside the sheet."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return ""


@dataclass(slots=True)
class Workbook:
    """The sheets of a file; those of a CSV have no name."""

    sheets: list[Sheet]

    def data_sheets(self) -> Iterator[Sheet]:
        """The sheets that have anything in them."""
        return (sheet for sheet in self.sheets if sheet.rows)


def column_letters(column: int) -> str:
    """``0`` is ``A``, ``27`` is ``AB``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """``A`` is ``0``, ``AB`` is ``27``."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def cell_position(address: str) -> tuple[int, int] | None:
    """(row, column) from 0 of an address such as ``H12``; ``None`` when it is not one."""
    found = _ADDRESS.fullmatch(address)
    return (int(found[2]) - 1, column_number(found[1])) if found else None
