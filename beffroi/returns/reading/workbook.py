"""A workbook as a grid of typed cells, whatever the format it came in."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from beffroi.returns.reading.lines import Finding

CellValue = str | float | int | bool | datetime.date | datetime.time | datetime.timedelta
Row = Sequence[CellValue]


def says(value: CellValue) -> bool:
    """Whether a cell says anything."""
    return value != "" and (type(value) is not str or not value.isspace())


Format = Literal["xlsx", "ods", "xls", "csv", "html", "xml"]
"""``xml`` is Excel 2003's, or a flat ODS."""
Position = tuple[int, int]
"""Row and column, from 0."""


class UnreadableFile(Exception):
    """The file cannot be read: one sentence says what, where, and what to do."""


class UnknownShape(UnreadableFile):
    """The file is a workbook, and has the shape of no layout known, or of several."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workbook may be; beyond, it is refused rather than endured."""

    file_bytes: int = 50_000_000
    unzipped_bytes: int = 400_000_000
    compression: int = 200
    parts: int = 5_000
    sheets: int = 200
    rows: int = 400_000
    columns: int = 702  # as far as column ZZ
    cells: int = 5_000_000
    merges: int = 100_000
    cell_characters: int = 100_000
    seconds: int = 120
    memory_bytes: int = 2_000_000_000
    answer_bytes: int = 1_000_000_000


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Merge:
    """A rectangle of merged cells; its value stands in its top left corner."""

    top: int
    left: int
    bottom: int
    right: int

    def covers(self, row: int, column: int) -> bool:
        """Whether the cell lies in the rectangle."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


@dataclass(slots=True)
class Sheet:
    """One sheet: rows of cells (``""`` where blank), and what the values alone do not say.

    ``faults`` gives what stands in a cell whose value is not there: an error (``#DIV/0!``) or a
    formula that was never computed (``=H7-J7``). ``formats`` gives what the number format of a
    column shows beside its numbers: a unit, ``%``, ``¤`` (see ``number_formats``). A CSV has no
    sheet name.
    """

    name: str
    rows: Sequence[Row]
    hidden: bool = False
    faults: Mapping[Position, str] = field(default_factory=dict)
    merges: Sequence[Merge] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    formats: Mapping[int, str] = field(default_factory=dict)

    def at(self, row: int, column: int) -> CellValue:
        """The value of a cell, blank outside the sheet."""
        if 0 <= row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return ""

    def merge_at(self, row: int, column: int) -> Merge | None:
        """The merged rectangle that holds a cell."""
        return next((merge for merge in self.merges if merge.covers(row, column)), None)

    def is_blank(self) -> bool:
        """Whether no cell says anything."""
        return not self.faults and not any(value != "" for row in self.rows for value in row)


@dataclass(slots=True)
class Workbook:
    """The sheets of a file, in its order.

    ``format`` is what the file really is, whatever its name; ``findings`` is what is said of the
    file itself: what was mended in it (an encoding, quotes), what was left alone (macros, links);
    it stands at a row of the first sheet.
    """

    name: str
    sheets: Sequence[Sheet]
    format: Format | None = None
    findings: Sequence[Finding] = ()

    def sheets_with_content(self) -> Iterator[Sheet]:
        """The sheets that have anything in them."""
        return (sheet for sheet in self.sheets if not sheet.is_blank())


def refuse_oversize(name: str, sheet: str, rows: int, columns: int) -> None:
    """Refuse a sheet larger than the limits. Raises :class:`UnreadableFile`."""
    if rows > LIMITS.rows or columns > LIMITS.columns or rows * columns > LIMITS.cells:
        where = f"{name}, feuille « {sheet} »" if sheet else name
        raise UnreadableFile(
            f"{where} : {rows} lignes sur {columns} colonnes, plus que ce qui est accepté "
            f"({LIMITS.rows} lignes, {LIMITS.columns} colonnes, {LIMITS.cells} cellules) : "
            "supprimez les cellules perdues loin du tableau, ou envoyez-le en plusieurs fichiers."
        )


class SheetCollector:
    """The sheets of a workbook being read, refused as soon as they are too many, or too large."""

    def __init__(self, name: str) -> None:
        self.sheets: list[Sheet] = []
        self.rows = 0
        self._name = name
        self._cells = 0

    def add(self, sheet: Sheet) -> None:
        """Take one sheet more. Raises :class:`UnreadableFile` beyond the limits."""
        self.sheets.append(sheet)
        self.rows += len(sheet.rows)
        self._cells += sum(len(row) or 1 for row in sheet.rows)
        if len(self.sheets) > LIMITS.sheets:
            raise UnreadableFile(
                f"{self._name} a plus de {LIMITS.sheets} feuilles : envoyez les utiles."
            )
        if self._cells > LIMITS.cells:
            raise UnreadableFile(
                f"{self._name} a plus de {LIMITS.cells} cellules, ce qui n'est pas accepté : "
                "supprimez les feuilles inutiles, ou envoyez-le en plusieurs fichiers."
            )
        if len(sheet.merges) > LIMITS.merges:
            raise UnreadableFile(
                f"{self._name}, feuille « {sheet.name} » : plus de {LIMITS.merges} cellules "
                "fusionnées, ce qui n'est pas accepté ; enregistrez-la sans fusions."
            )


def entities_refused(name: str) -> UnreadableFile:
    """The refusal of XML that declares entities: a document type may hide a bomb, or a way out."""
    return UnreadableFile(
        f"{name} déclare des entités XML, ce qui n'est pas accepté : enregistrez-le à nouveau."
    )


def too_long_a_cell(where: str) -> str:
    """The sentence by which a cell longer than the limits is refused."""
    return (
        f"{where} : une cellule dépasse {LIMITS.cell_characters} caractères, plus que ce qui est "
        "accepté ; retirez-en le texte, ou envoyez-le dans un autre document."
    )


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
