"""An amount in words taken apart: its digits and their signs, its currency, its scale."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

SPACES = re.compile(r"[\s\u00a0\u202f\u2009\u2007'’]+")
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
    "HRK": "hrk|kn",
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
_MINUS = frozenset({"-", "−", "–"})

PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+")
SPACED = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?")
DOTS_THEN_COMMA = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
COMMAS_THEN_DOT = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
DOTS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}")
COMMAS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){2,}")
ONE_SIGN_AND_THREE_DIGITS = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}")
_SHAPES = (
    *(PLAIN, SPACED, DOTS_THEN_COMMA, COMMAS_THEN_DOT, DOTS, COMMAS),
    ONE_SIGN_AND_THREE_DIGITS,
)


class Written(NamedTuple):
    """An amount in words taken apart: its digits and their signs, and what stands around them."""

    digits: str
    is_negative: bool
    currency: str
    factor: int | None


def reads_as_number(text: str) -> bool:
    """Whether a text is a number in some style, be it ambiguous: ``1 234,5 €``, ``1.234``."""
    digits = written(text).digits
    return any(shape.fullmatch(digits) for shape in _SHAPES)


@lru_cache(maxsize=100_000)
def written(text: str) -> Written:
    """What stands in a cell's text, were it an amount; its ``digits`` may be no number at all."""
    bare, is_negative = _unsigned(SPACES.sub(" ", text).strip())
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
