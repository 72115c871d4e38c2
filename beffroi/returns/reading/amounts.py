"""Amounts as people write them: numbers of several countries, units, and what cannot be told."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from beffroi.returns.reading.units import UNITS, currency_of
from beffroi.returns.reading.workbook import CellValue

LARGEST = 10**16
"""In cents: a hundred times the budget of the State. Beyond, a cell holds no amount."""

NOT_A_NUMBER = "not_a_number"
AMBIGUOUS = "ambiguous_number"
ERROR_CELL = "error_cell"
OTHER_CURRENCY = "other_currency"
THREE_DECIMALS = "three_decimals"
THOUSANDS_GUESSED = "thousands_guessed"

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009\u2007'’]+")
_SPACE_BY_A_SIGN = re.compile(r" ?([.,]) ?")
_CURRENCIES = {
    "€": "€|euros?|eur",
    "£": "£|gbp|pounds?",
    "$": r"us ?\$|\$|usd|dollars?",
    "CHF": r"chf|s?fr\.",
    "PLN": "pln|zł",
    "CZK": "czk|kč",
    "SEK": "sek",
    "DKK": "dkk",
    "NOK": "nok",
    "HUF": "huf|ft",
    "RON": "ron|lei",
}
_MONEY = "|".join(_CURRENCIES.values())
_SCALES = {
    1_000: r"k|milliers(?: d|de)?|thousands?|tsd\.?|mil(?: de)?",
    1_000_000: r"m|mio\.?|mn|millions?(?: d| de)?|millionen|millones(?: de)?|milioni(?: di)?",
    1_000_000_000: r"md|mds|mrd\.?|bn|milliards?(?: d| de)?|billions?",
}
_SCALE = "|".join(_SCALES.values())
_WORDS_OF_SCALE = r"k|milliers|thousand|millions?|milliards?|billions?|bn|md|mds|mrd\.?|mio\.?"
_TAX = r"(?: ?(?:ht|ttc|h\.t\.|t\.t\.c\.))?"
_SUFFIX = re.compile(
    rf" ?(?:(?P<scale>{_SCALE})? ?(?P<money>{_MONEY})|(?P<alone>{_WORDS_OF_SCALE}))?{_TAX}$",
    re.IGNORECASE,
)
_SCALE_ALONE = re.compile(rf"(?<=[0-9]) ?(?P<scale>{_SCALE})$", re.IGNORECASE)
_PREFIX = re.compile(rf"(?P<money>{_MONEY})(?=[^a-z]) ?", re.IGNORECASE)
_CURRENCY_PATTERNS = [(sign, re.compile(said, re.IGNORECASE)) for sign, said in _CURRENCIES.items()]
_SCALE_PATTERNS = [(factor, re.compile(said, re.IGNORECASE)) for factor, said in _SCALES.items()]
_ERROR = re.compile(r"#(?:[A-Z]+/?[A-Z0-9]*)[!?]?|(?:Err|Erreur) ?: ?\d+", re.IGNORECASE)
_ONLY_DIGITS_AND_SIGNS = re.compile(r"[0-9., ]+")
_SILENT_MARKS = frozenset({"-", "–", "—", "/", "."})
_MINUS = frozenset({"-", "−", "–"})

_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+")
_SPACED = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?")
_DOTS_THEN_COMMA = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
_COMMAS_THEN_DOT = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
_DOTS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_COMMAS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){2,}")
_ONE_SIGN_AND_THREE_DIGITS = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}")
_DECIMALS = re.compile(r"[0-9 ]*([.,])([0-9]+)")
_FOUR_DIGITS_UNGROUPED = re.compile(r"[1-9][0-9]{3,}")

_SHAPES = (
    *(_PLAIN, _SPACED, _DOTS_THEN_COMMA, _COMMAS_THEN_DOT, _DOTS, _COMMAS),
    _ONE_SIGN_AND_THREE_DIGITS,
)


@dataclass(frozen=True, slots=True)
class AmountRead:
    """What a cell says: ``cents`` when it was read, else the ``fault`` that prevents it.

    Neither: the cell is silent. ``doubt`` is what is to be said of an amount read all the same.
    """

    cents: int | None = None
    fault: str = ""
    doubt: str = ""


SILENT = AmountRead()


class NumberStyle(NamedTuple):
    """How the numbers of a column are written, where one alone could be read in two ways.

    ``thousands`` holds the signs (``.``, ``,``) that part thousands there, ``decimals`` those that
    part decimals; ``guesses`` those of them that no other cell quite proves.
    """

    thousands: str = ""
    decimals: str = ""
    guesses: str = ""


UNTOLD = NumberStyle()
"""Nothing is known: ``1.234`` is not read; ``1,234`` is read with three decimals, and doubted."""


class Written(NamedTuple):
    """An amount in words taken apart: its digits and their signs, and what stands around them."""

    digits: str
    is_negative: bool
    currency: str
    factor: int | None


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


def reads_as_number(text: str) -> bool:
    """Whether a text is a number in some style, be it ambiguous: ``1 234,5 €``, ``1.234``."""
    digits = written(text).digits
    return any(shape.fullmatch(digits) for shape in _SHAPES)


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
    bare = _SPACES.sub(" ", text).strip()
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


@lru_cache(maxsize=100_000)
def written(text: str) -> Written:
    """What stands in a cell's text, were it an amount; its ``digits`` may be no number at all."""
    bare, is_negative = _unsigned(_SPACES.sub(" ", text).strip())
    currency, factor = "", None
    if (suffix := _SUFFIX.search(bare)) and suffix[0].strip():
        bare = bare[: suffix.start()].strip()
        currency = _currency(suffix["money"])
        # « 12 € » is in euros whatever the sheet's unit; « 12 HT » says nothing of it.
        scale = suffix["scale"] or suffix["alone"]
        factor = _factor(scale) if scale or currency else None
        if not is_negative:
            bare, is_negative = _unsigned(bare)
    if prefix := _PREFIX.match(bare):
        bare = bare[prefix.end() :]
        currency, factor = _currency(prefix["money"]), factor or 1
        if scale_after := _SCALE_ALONE.search(bare):
            bare = bare[: scale_after.start()]
            factor = _factor(scale_after["scale"])
        if not is_negative:
            bare, is_negative = _unsigned(bare)
    return Written(_SPACE_BY_A_SIGN.sub(r"\1", bare.strip()), is_negative, currency, factor)


def _currency(said: str | None) -> str:
    if not said:
        return ""
    return next(sign for sign, pattern in _CURRENCY_PATTERNS if pattern.fullmatch(said))


def _factor(said: str | None) -> int:
    if not said:
        return 1
    return next(factor for factor, pattern in _SCALE_PATTERNS if pattern.fullmatch(said))


def _unsigned(bare: str) -> tuple[str, bool]:
    """The digits of an amount, and whether it is negative: ``-12``, ``12-`` or ``(12)``."""
    if bare.startswith("(") and bare.endswith(")"):
        return bare[1:-1].strip(), True
    if bare[:1] in _MINUS:
        return bare[1:].strip(), True
    if bare[-1:] in {"-", "−"}:
        return bare[:-1].strip(), True
    return bare.removeprefix("+").strip(), False


def _decimal_writing(digits: str, style: NumberStyle) -> tuple[str | None, str]:
    """``1234,56`` ``1 234,56`` ``1.234,56`` ``1,234.56`` ``1.234.567``; never ``1.234.56``.

    With the doubt that remains, where the style of the column had to decide or nothing does.
    """
    if found := _ONE_SIGN_AND_THREE_DIGITS.fullmatch(digits):
        sign = found[1]
        if sign in style.thousands:
            return digits.replace(sign, ""), THOUSANDS_GUESSED if sign in style.guesses else ""
        if sign in style.decimals:
            return digits.replace(sign, "."), THREE_DECIMALS if sign in style.guesses else ""
        # 1.234 is one thousand for some, one and a bit for others.
        return (digits.replace(",", "."), THREE_DECIMALS) if sign == "," else (None, "")
    if _PLAIN.fullmatch(digits) or _SPACED.fullmatch(digits):
        return digits.replace(" ", "").replace(",", "."), ""
    if _DOTS_THEN_COMMA.fullmatch(digits):
        return digits.replace(".", "").replace(",", "."), ""
    if _COMMAS_THEN_DOT.fullmatch(digits):
        return digits.replace(",", ""), ""
    if _DOTS.fullmatch(digits) or _COMMAS.fullmatch(digits):
        return digits.replace(".", "").replace(",", ""), ""
    return None, ""


def number_style(values: Iterable[CellValue], *, english: bool | None = None) -> NumberStyle:
    """How the numbers written in these cells are to be read, by what the others prove.

    ``english`` tells whether the workbook is in English or not, ``None`` where it is not known: it
    decides where the cells prove nothing. :data:`UNTOLD` where nothing does.
    """
    seen = _Evidence()
    for value in values:
        if isinstance(value, str) and value:
            seen.add(written(value).digits)
    return seen.style(english)


class _Evidence:
    """What the writings of a column prove of its signs."""

    def __init__(self) -> None:
        self.decimals: set[str] = set()
        self.thousands: set[str] = set()
        self.long_decimals: set[str] = set()
        self.untold = {".": 0, ",": 0}
        self.has_ungrouped = False

    def add(self, digits: str) -> None:
        """Count one writing."""
        if found := _ONE_SIGN_AND_THREE_DIGITS.fullmatch(digits):
            self.untold[found[1]] += 1
        elif _DOTS_THEN_COMMA.fullmatch(digits):
            self.thousands.add(".")
            self.decimals.add(",")
        elif _COMMAS_THEN_DOT.fullmatch(digits):
            self.thousands.add(",")
            self.decimals.add(".")
        elif _DOTS.fullmatch(digits):
            self.thousands.add(".")
        elif _COMMAS.fullmatch(digits):
            self.thousands.add(",")
        elif found := _DECIMALS.fullmatch(digits):
            self.decimals.add(found[1])
            if len(found[2]) > 2:
                self.long_decimals.add(found[1])
        elif _FOUR_DIGITS_UNGROUPED.fullmatch(digits):
            self.has_ungrouped = True

    def style(self, english: bool | None) -> NumberStyle:
        """What is proved, or else what is likely."""
        if self.decimals & self.thousands or len(self.decimals) > 1 or len(self.thousands) > 1:
            return UNTOLD
        if self.decimals:
            (sign,) = self.decimals
            guesses = "" if self.long_decimals else sign
            # Where a point parts decimals a comma does not; where a comma does, a point may be
            # a slip of the keyboard.
            thousands = "".join(self.thousands) or ("," if sign == "." else "")
            return NumberStyle(thousands, sign, guesses)
        if self.thousands:
            (sign,) = self.thousands
            return NumberStyle(sign, "," if sign == "." else ".", "")
        return self._likely(english)

    def _likely(self, english: bool | None) -> NumberStyle:
        """Nothing is proved: whole thousands all parted alike are parted thousands."""
        signs = [sign for sign, count in self.untold.items() if count]
        if len(signs) != 1 or self.has_ungrouped:
            return UNTOLD
        sign, usual = signs[0], english is not None and (signs[0] == ",") == english
        if self.untold[sign] < (1 if usual else 2):
            return UNTOLD
        return NumberStyle(sign, guesses="" if usual and self.untold[sign] > 2 else sign)
