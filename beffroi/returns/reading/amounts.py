"""Amounts as people write them: numbers of several countries, units, and what cannot be told."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from beffroi.returns.reading.number_styles import UNTOLD, NumberStyle
from beffroi.returns.reading.units import UNITS, currency_of
from beffroi.returns.reading.workbook import CellValue
from beffroi.returns.reading.writings import (
    COMMAS,
    COMMAS_THEN_DOT,
    DOTS,
    DOTS_THEN_COMMA,
    ONE_SIGN_AND_THREE_DIGITS,
    PLAIN,
    SPACED,
    SPACES,
    written,
)

LARGEST = 10**16
"""In cents: a hundred times the budget of the State. Beyond, a cell holds no amount."""

NOT_A_NUMBER = "not_a_number"
AMBIGUOUS = "ambiguous_number"
ERROR_CELL = "error_cell"
OTHER_CURRENCY = "other_currency"
THREE_DECIMALS = "three_decimals"
THOUSANDS_GUESSED = "thousands_guessed"

_ERROR = re.compile(r"#(?:[A-Z]+/?[A-Z0-9]*)[!?]?|(?:Err|Erreur) ?: ?\d+", re.IGNORECASE)
_ONLY_DIGITS_AND_SIGNS = re.compile(r"[0-9., ]+")
_SILENT_MARKS = frozenset({"-", "–", "—", "/", "."})


@dataclass(frozen=True, slots=True)
class AmountRead:
    """What a cell says: ``cents`` when it was read, else the ``fault`` that prevents it.

    Neither: the cell is silent. ``doubt`` is what is to be said of an amount read all the same.
    """

    cents: int | None = None
    fault: str = ""
    doubt: str = ""


SILENT = AmountRead()


def read_amount(value: CellValue, unit: str, style: NumberStyle = UNTOLD) -> AmountRead:
    """Read an amount written in ``unit`` (``€``, ``k€``, ``£m``); cents are rounded half up."""
    if isinstance(value, str):
        return _read_text(value, unit, style)
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
def _read_text(text: str, unit: str, style: NumberStyle) -> AmountRead:
    bare = SPACES.sub(" ", text).strip()
    if not bare or bare in _SILENT_MARKS:
        return SILENT
    if is_error(bare):
        return AmountRead(fault=ERROR_CELL)
    amount = written(text)
    if not amount.digits and amount.is_negative and amount.currency:
        return SILENT  # « - € », as accounts show a zero
    plain, doubt = _decimal_writing(amount.digits, style)
    if plain is None:
        is_numeric = _ONLY_DIGITS_AND_SIGNS.fullmatch(amount.digits) and amount.digits.strip("., ")
        return AmountRead(fault=AMBIGUOUS if is_numeric else NOT_A_NUMBER)
    if amount.currency and amount.currency != currency_of(unit):
        return AmountRead(fault=OTHER_CURRENCY)
    number = Decimal(plain)
    factor = UNITS[unit] if amount.factor is None else amount.factor
    read = _in_cents(-number if amount.is_negative else number, factor * 100)
    if doubt == THOUSANDS_GUESSED or (doubt == THREE_DECIMALS and factor == 1):
        return AmountRead(read.cents, read.fault, doubt)
    return read


def _decimal_writing(digits: str, style: NumberStyle) -> tuple[str | None, str]:
    """``1234,56`` ``1 234,56`` ``1.234,56`` ``1,234.56`` ``1.234.567``; never ``1.234.56``.

    With the doubt that remains, where the style of the column had to decide or nothing does.
    """
    if found := ONE_SIGN_AND_THREE_DIGITS.fullmatch(digits):
        sign = found[1]
        if sign in style.thousands:
            return digits.replace(sign, ""), THOUSANDS_GUESSED if sign in style.guesses else ""
        if sign in style.decimals:
            return digits.replace(sign, "."), THREE_DECIMALS if sign in style.guesses else ""
        # 1.234 is one thousand for some, one and a bit for others.
        return (digits.replace(",", "."), THREE_DECIMALS) if sign == "," else (None, "")
    if PLAIN.fullmatch(digits) or SPACED.fullmatch(digits):
        return digits.replace(" ", "").replace(",", "."), ""
    if DOTS_THEN_COMMA.fullmatch(digits):
        return digits.replace(".", "").replace(",", "."), ""
    if COMMAS_THEN_DOT.fullmatch(digits):
        return digits.replace(",", ""), ""
    if DOTS.fullmatch(digits) or COMMAS.fullmatch(digits):
        return digits.replace(".", "").replace(",", ""), ""
    return None, ""
