"""A light pass over the records of an XLS, for what xlrd does not tell.

Formulas that were never computed, merged cells, hidden rows and columns, links to other files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import Struct, unpack_from

from beffroi.returns.reading.workbook import LIMITS, Merge, Position

_BOF = frozenset({0x0809, 0x0409, 0x0209, 0x0009})
_EOF = 0x000A
_FILEPASS = 0x002F
_BOUNDSHEET = 0x0085
_SUPBOOK = 0x01AE
_ROW = 0x0208
_COLINFO = 0x007D
_MERGEDCELLS = 0x00E5
_FORMULA = 0x0006
_HEADER = Struct("<HH")
_FORMULA_RECORD = Struct("<HHH8sHIH")
_MERGED = Struct("<HHHH")
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x20, 0x01
_WORKSHEET, _MACRO_SHEET = 0, 1

_CALCULATE_ON_OPENING = 0x02
_EMPTY_TEXT = b"\x03"
_OPERATORS = frozenset(range(0x03, 0x08)) | {0x12, 0x13, 0x14}
"""The last byte of a formula that ends by an addition, a product… a percentage."""
_CALLS = frozenset({b"\x22", b"\x42", b"\x62"})
_FIXED_CALLS = frozenset({b"\x21", b"\x41", b"\x61"})
_SUM = b"\x19\x10"
_FUNCTIONS_OF_NUMBERS = frozenset({0, 4, 5, 6, 7, 24, 25, 27, 39, 183, 228, 344, 345})
"""COUNT, SUM, AVERAGE, MIN, MAX, ABS, INT, ROUND, MOD, PRODUCT, SUMPRODUCT, SUBTOTAL, SUMIF."""


@dataclass(slots=True)
class SheetRecords:
    """What the records of one sheet tell beside its values."""

    never_computed: set[Position] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


@dataclass(slots=True)
class BookRecords:
    """What the records of a workbook tell beside its values; ``sheets`` in the file's order."""

    encrypted: bool = False
    has_macro_sheets: bool = False
    linked_files: int = 0
    sheets: list[SheetRecords] = field(default_factory=list)


def records_of(stream: bytes, start: int, end: int) -> BookRecords:
    """The pass over a workbook whose stream lies between ``start`` and ``end``.

    Raises :class:`struct.error` where records are cut short.
    """
    book = BookRecords()
    offsets = []
    for kind, at, size in _records(stream, start, end):
        if kind == _FILEPASS:
            book.encrypted = True
            return book
        if kind == _BOUNDSHEET:
            offset, _, sheet_type = unpack_from("<IBB", stream, at)
            book.has_macro_sheets |= sheet_type == _MACRO_SHEET
            if sheet_type == _WORKSHEET:
                offsets.append(start + offset)
        elif kind == _SUPBOOK and size > 4:
            book.linked_files += 1
    formulas = _Formulas()
    for offset in offsets:
        book.sheets.append(_sheet(stream, offset, end, formulas))
    if not formulas.are_computed:
        for sheet, cells in zip(book.sheets, formulas.noughts, strict=True):
            sheet.never_computed |= cells
    return book


def _records(stream: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The records of one substream, those of the charts in it left out: kind, place, size."""
    depth = 0
    at, last = start, end - _HEADER.size
    while at <= last:
        kind, size = _HEADER.unpack_from(stream, at)
        at += _HEADER.size
        if kind in _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, at, size
        at += size


class _Formulas:
    """The formulas of a workbook, as far as one tells of another.

    Who writes formulas without computing them gives them nought for a value, to be computed when
    the file is opened; where one of those has another value, they were computed after all.
    """

    def __init__(self) -> None:
        self.are_computed = False
        self.noughts: list[set[Position]] = []

    def is_never_computed(self, stream: bytes, at: int) -> bool:
        """Whether a formula has no value; nought to be computed is kept for later."""
        row, column, _, value, flags, _, length = _FORMULA_RECORD.unpack_from(stream, at)
        if value[6:] == b"\xff\xff":
            formula = stream[at + _FORMULA_RECORD.size : at + _FORMULA_RECORD.size + length]
            return value[:1] == _EMPTY_TEXT and _gives_a_number(formula)
        if flags & _CALCULATE_ON_OPENING:
            if any(value):
                self.are_computed = True
            else:
                self.noughts[-1].add((row, column))
        return False


def _gives_a_number(formula: bytes) -> bool:
    """Whether the formula ends by an operation on numbers, or one of their functions."""
    if not formula:
        return False
    function = formula[-2] + (formula[-1] << 8) if len(formula) > 2 else -1
    return (
        formula[-1] in _OPERATORS
        or formula[-4:-2] == _SUM
        or (formula[-4:-3] in _CALLS and function in _FUNCTIONS_OF_NUMBERS)
        or (formula[-3:-2] in _FIXED_CALLS and function in _FUNCTIONS_OF_NUMBERS)
    )


def _sheet(stream: bytes, start: int, end: int, formulas: _Formulas) -> SheetRecords:
    sheet = SheetRecords()
    formulas.noughts.append(set())
    for kind, at, size in _records(stream, start, end):
        if kind == _FORMULA:
            if formulas.is_never_computed(stream, at):
                sheet.never_computed.add(unpack_from("<HH", stream, at))
        elif kind == _ROW:
            if stream[at + 12] & _HIDDEN_ROW:
                sheet.hidden_rows.update(unpack_from("<H", stream, at))
        elif kind == _COLINFO:
            first, last = unpack_from("<HH", stream, at)
            if stream[at + 8] & _HIDDEN_COLUMN:
                sheet.hidden_columns.update(range(first, min(last + 1, LIMITS.columns)))
        elif kind == _MERGEDCELLS:
            sheet.merges += [
                Merge(top, left, bottom, right)
                for top, bottom, left, right in _MERGED.iter_unpack(stream[at + 2 : at + size])
            ]
    return sheet
