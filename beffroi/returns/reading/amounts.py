"""Amounts as people write them: French numbers, units, and what cannot be told."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from beffroi.returns.reading.workbook import CellValue

UNITS = {"€": 1, "k€": 1_000, "M€": 1_000_000}
LARGEST = 10**16
"""In cents: a hundred times the budget of the State. Beyond, a cell holds no amount."""

NOT_A_NUMBER = "not_a_number"
AMBIGUOUS = "ambiguous_number"
ERROR_CELL = "error_cell"

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009\u2007'’]+")
_SPACE_BY_A_SIGN = re.compile(r" ?([.,]) ?")
_SUFFIX = re.compile(
    r" ?(k ?€|k ?eur(?:os?)?|m ?€|m ?eur(?:os?)?|milliers d euros|millions d euros|€|euros?|eur)?"
    r"(?: ?(?:ht|ttc|h\.t\.|t\.t\.c\.))?$",
    re.IGNORECASE,
)
_SUFFIX_UNITS = {"k": 1_000, "m": 1_000_000}
_ERROR = re.compile(r"#(?:[A-Z]+/?[A-Z0-9]*)[!?]?|(?:Err|Erreur) ?: ?\d+", re.IGNORECASE)
_ONLY_DIGITS_AND_SIGNS = re.compile(r"[0-9., ]+")
_SILENT_MARKS = frozenset({"-", "–", "—", "/", "."})

_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_SPACED = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?")
_FRENCH = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
_ENGLISH = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}|[0-9]{1,3}(?:,[0-9]{3}){2,}")
_THOUSANDS_OR_DECIMALS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_THREE_DECIMALS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")


@dataclass(frozen=True, slots=True)
class AmountRead:
    """What a cell says: ``cents`` when it was read, else the ``fault`` that prevents it.

    Neither: the cell is silent. ``doubt`` is what is to be said of an amount read all the same.
    """

    cents: int | None = None
    fault: str = ""
    doubt: str = ""


SILENT = AmountRead()


def read_amount(value: CellValue, unit: str) -> AmountRead:
    """Read an amount written in ``unit`` (``€``, ``k€``, ``M€``); cents are rounded half up."""
    if isinstance(value, str):
        return _read_text(value, unit)
    if isinstance(value, (bool, datetime.date, datetime.time, datetime.timedelta)):
        return AmountRead(fault=NOT_A_NUMBER)
    return _read_number(value, UNITS[unit] * 100)


def euros(cents: int) -> str:
    """Cents as people read them: ``-1 234,56 €``, with spaces that do not break."""
    whole, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    return f"{sign}{whole:,}".replace(",", "\u202f") + f",{rest:02d}\u00a0€"


def is_error(text: str) -> bool:
    """Whether a text is what a spreadsheet shows of an error: ``#DIV/0!``, ``Err:502``."""
    return _ERROR.fullmatch(text) is not None


def exact_cents(value: float, cents_a_unit: int) -> int | None:
    """The cents of a number that holds a whole number of them; ``None`` for any other.

    No rounding is trusted here: the cents found are divided back, and stand only where they give
    the very same number. Below fifteen digits, one decimal writing alone does.
    """
    cents = round(value * cents_a_unit) if -1e13 < value < 1e13 else 0
    return cents if cents / cents_a_unit == value and abs(cents) < 10**15 else None


def _read_number(value: float, cents_a_unit: int) -> AmountRead:
    """A number of a workbook: its shortest decimal writing is what the user typed."""
    if value != value or abs(value) == float("inf"):
        return AmountRead(fault=NOT_A_NUMBER)
    cents = exact_cents(value, cents_a_unit)
    if cents is not None:
        return AmountRead(cents)
    read = _in_cents(Decimal(repr(value)), cents_a_unit)
    # What lies beyond fifteen digits is noise of the spreadsheet's own arithmetic, nobody typed it.
    is_noise = exact_cents(float(f"{value:.15g}"), cents_a_unit) is not None
    return AmountRead(read.cents, read.fault) if is_noise else read


def _in_cents(number: Decimal, cents_a_unit: int) -> AmountRead:
    exact = number * cents_a_unit
    cents = exact.to_integral_value(rounding=ROUND_HALF_UP)
    if abs(cents) > LARGEST:
        return AmountRead(fault=NOT_A_NUMBER)
    return AmountRead(int(cents), doubt="" if cents == exact else "rounded_cell")


@lru_cache(maxsize=100_000)
def _read_text(text: str, unit: str) -> AmountRead:
    written = _SPACES.sub(" ", text).strip()
    if not written or written in _SILENT_MARKS:
        return SILENT
    if is_error(written):
        return AmountRead(fault=ERROR_CELL)
    factor = UNITS[unit]
    if (suffix := _SUFFIX.search(written)) and suffix[0].strip():
        written = written[: suffix.start()]
        factor = _SUFFIX_UNITS.get(suffix[1][0].lower(), 1) if suffix[1] else factor
    digits, is_negative = _unsigned(written.strip())
    digits = _SPACE_BY_A_SIGN.sub(r"\1", digits)
    plain = _decimal_writing(digits)
    if plain is None:
        is_numeric = _ONLY_DIGITS_AND_SIGNS.fullmatch(digits) and digits.strip("., ")
        return AmountRead(fault=AMBIGUOUS if is_numeric else NOT_A_NUMBER)
    number = Decimal(plain)
    read = _in_cents(-number if is_negative else number, factor * 100)
    if factor == 1 and _THREE_DECIMALS.fullmatch(digits):
        return AmountRead(read.cents, read.fault, "three_decimals")
    return read


def _unsigned(written: str) -> tuple[str, bool]:
    """The digits of an amount, and whether it is negative: ``-12``, ``12-`` or ``(12)``."""
    if written.startswith("(") and written.endswith(")"):
        return written[1:-1].strip(), True
    if written[:1] in {"-", "−", "–"}:
        return written[1:].strip(), True
    if written[-1:] in {"-", "−"}:
        return written[:-1].strip(), True
    return written.removeprefix("+").strip(), False


def _decimal_writing(digits: str) -> str | None:
    """``1234,56`` ``1 234,56`` ``1.234,56`` ``1,234.56`` ``1.234.567``; never ``1.234.56``."""
    if _THOUSANDS_OR_DECIMALS.fullmatch(digits):
        return None  # 1.234 is one thousand for some, one and a bit for others
    if _PLAIN.fullmatch(digits) or _SPACED.fullmatch(digits):
        return digits.replace(" ", "").replace(",", ".")
    if _FRENCH.fullmatch(digits):
        return digits.replace(".", "").replace(",", ".")
    if _ENGLISH.fullmatch(digits):
        return digits.replace(",", "")
    if _THOUSANDS.fullmatch(digits):
        return digits.replace(".", "").replace(",", "")
    return None
