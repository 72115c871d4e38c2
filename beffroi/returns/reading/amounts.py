"""Amounts as people write them: French numbers, units, and what cannot be told."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from beffroi.returns.reading.workbook import CellValue

UNITS = {"€": 1, "k€": 1_000, "M€": 1_000_000}
NOT_A_NUMBER = "not_a_number"
AMBIGUOUS = "ambiguous_number"

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009\u2007'’]")
_UNIT_SUFFIX = re.compile(r"(k€|keur|m€|meur|€|euros?|eur)$", re.IGNORECASE)
_SUFFIX_FACTORS = {"k€": 1_000, "keur": 1_000, "m€": 1_000_000, "meur": 1_000_000}
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?")
_FRENCH_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+")
_ENGLISH_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+")
_ONLY_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:,\d{3}){2,}")
_THOUSANDS_OR_DECIMALS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_SILENT_MARKS = frozenset({"-", "–", "—", "/"})
LARGEST = 10**16  # cents: a hundred times the budget of the State


@dataclass(frozen=True, slots=True)
class AmountRead:
    """What a cell says: ``cents`` when it was read, else the ``fault`` that prevents it.

    Neither: the cell is silent. ``rounded`` tells that it held more than cents.
    """

    cents: int | None = None
    fault: str = ""
    rounded: bool = False


SILENT = AmountRead()


def read_amount(value: CellValue, unit: str) -> AmountRead:
    """Read an amount written in ``unit`` (``€``, ``k€``, ``M€``); cents are rounded half up."""
    if isinstance(value, str):
        return _read_text(value, unit)
    if isinstance(value, bool | datetime.date | datetime.time | datetime.timedelta):
        return AmountRead(fault=NOT_A_NUMBER)
    return _read_number(value, UNITS[unit])


@lru_cache(maxsize=200_000)
def _read_number(value: float, factor: int) -> AmountRead:
    """A number of a workbook: its shortest decimal writing is what the user typed."""
    if value != value or value in (float("inf"), float("-inf")):
        return AmountRead(fault=NOT_A_NUMBER)
    return _in_cents(Decimal(repr(value)), factor)


def _in_cents(number: Decimal, factor: int) -> AmountRead:
    exact = number * factor * 100
    cents = exact.to_integral_value(rounding=ROUND_HALF_UP)
    if abs(cents) > LARGEST:
        return AmountRead(fault=NOT_A_NUMBER)
    return AmountRead(int(cents), rounded=cents != exact)


@lru_cache(maxsize=200_000)
def _read_text(text: str, unit: str) -> AmountRead:
    written = _SPACES.sub("", text)
    if not written or written in _SILENT_MARKS:
        return SILENT
    factor = UNITS[unit]
    if suffix := _UNIT_SUFFIX.search(written):
        factor = _SUFFIX_FACTORS.get(suffix[1].lower(), 1)
        written = written[: suffix.start()]
    negative = written.startswith(("-", "−", "–")) or (
        written.startswith("(") and written.endswith(")")
    )
    digits = written.strip("()").lstrip("-−–+")
    number = _decimal(digits)
    if number is None:
        looks_numeric = bool(digits) and not digits.strip("0123456789.,")
        return AmountRead(fault=AMBIGUOUS if looks_numeric else NOT_A_NUMBER)
    return _in_cents(-number if negative else number, factor)


def _decimal(digits: str) -> Decimal | None:
    """``1234,56`` ``1234.56`` ``1.234,56`` ``1,234.56`` ``1.234.567``; never ``1.234.56``."""
    if _THOUSANDS_OR_DECIMALS.fullmatch(digits):
        return None  # 1.234 is one thousand for some, one and a bit for others
    if _PLAIN.fullmatch(digits):
        plain = digits.replace(",", ".")
    elif _FRENCH_THOUSANDS.fullmatch(digits):
        plain = digits.replace(".", "").replace(",", ".")
    elif _ENGLISH_THOUSANDS.fullmatch(digits):
        plain = digits.replace(",", "")
    elif _ONLY_THOUSANDS.fullmatch(digits):
        plain = digits.replace(".", "").replace(",", "")
    else:
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None
