"""Units of money: a currency and a scale, as headers and titles state them in eight languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_SIGNS = str.maketrans({"€": " eur ", "£": " gbp ", "$": " usd ", "œ": "oe", "ł": "l", "ß": "ss"})
_ALPHABETS = str.maketrans(
    {
        **dict(zip("αβγδεζηικλμνξοπρστυφω", "avgdeziiklmnxoprstyfo", strict=True)),
        "θ": "th",
        "χ": "ch",
        "ψ": "ps",
        "ς": "s",
        **dict(zip("абвгдезиклмнопрстуфхъы", "abvgdeziklmnoprstufhay", strict=True)),
        "ж": "zh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "sht",
        "ь": "",
        "ю": "yu",
        "я": "ya",
        "ѕ": "dz",
        "ј": "j",
        "њ": "nj",
        "љ": "lj",
        "ћ": "c",
        "ђ": "dj",
        "і": "i",
        "є": "ye",
    }
)
"""Greek and Cyrillic letters as the words of headers are compared: in Latin ones."""

_SCALES = {1: "", 10**3: "k", 10**6: "M", 10**9: "Md"}
_SCALES_AFTER_SIGN = {1: "", 10**3: "k", 10**6: "m", 10**9: "bn"}
_OTHER_CURRENCIES = (
    *("CHF", "PLN", "CZK", "SEK", "DKK", "NOK", "HUF", "RON", "BGN", "HRK", "ISK", "CAD", "AUD"),
    *("XPF", "XOF", "XAF", "MAD", "TND", "TRY", "UAH", "JPY", "INR", "BRL", "NZD"),
)


class Unit(NamedTuple):
    """A currency by its usual sign, and by how much its numbers are multiplied."""

    currency: str
    factor: int

    @property
    def name(self) -> str:
        """``k€``, ``£m``, ``CHF``."""
        if self.currency in {"£", "$"}:
            return self.currency + _SCALES_AFTER_SIGN[self.factor]
        return _SCALES[self.factor] + self.currency


_KNOWN = {
    unit.name: unit
    for currency in ("€", "£", "$", *_OTHER_CURRENCIES)
    for factor in _SCALES
    for unit in [Unit(currency, factor)]
}
UNITS: Mapping[str, int] = {name: unit.factor for name, unit in _KNOWN.items()}
"""By name, how many units of its currency a number of that unit is worth."""


def currency_of(unit: str) -> str:
    """The sign of a unit's currency: ``€`` for ``k€``; empty for a unit not known."""
    return _KNOWN[unit].currency if unit in _KNOWN else ""


@lru_cache(maxsize=20_000)
def words(text: str) -> str:
    """A text as it is compared: no case, accents, punctuation or line breaks."""
    letters = unicodedata.normalize("NFKD", text.lower().translate(_SIGNS))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    plain = plain if plain.isascii() else plain.translate(_ALPHABETS)
    return _NOT_WORDS.sub(" ", plain).strip()


# What a text says of a unit. Longest writings first: « k eur » before « eur ».

_CURRENCY_WORDS = {
    "€": "eur|euros?",
    "£": "gbp|pounds?(?: sterling)?|livres? sterling",
    "$": "usd|us dollars?|dollars?|dolares",
    "CHF": "chf|francs suisses|schweizer franken",
    "PLN": "pln|zl|zloty(?:ch|s)?",
    "CZK": "czk|kc",
    "HRK": "hrk|kuna|kn",
    "XPF": "xpf|f cfp|fcfp",
    # Alone, « LEI » is the identifier of a legal entity.
    "RON": "ron|(?<=[a-z0-9] )lei",
    "BGN": "bgn|lv|leva",
    "HUF": "huf|forint|(?<=ezer )ft|(?<=millio )ft",
    **{
        code: code.lower()
        for code in _OTHER_CURRENCIES
        if code not in {"CHF", "PLN", "CZK", "HRK", "XPF", "RON", "HUF", "BGN", "TRY"}
    },
}
_SCALE_WORDS = {
    10**3: "k|000|000s|milliers?|mille|thousands?|thsd|tsd|tausend|t|miles|migliaia|mila|"
    "duizend(?:en)?|milhares|tys|tis|mii|ezer",
    10**6: "m|000 000|millions?|millio|mio|mln|mn|millones|milioni|milione|miljoen|milhoes|mill",
    10**9: "md|mds|mrd|milliards?|billions?|bn|millardos|miliardi|miljard",
}
_OF = "(?: de| d| of| di| in| en| an| van| von)?"
_EVERY_SCALE = "|".join(_SCALE_WORDS.values())
_EVERY_MONEY = "|".join(_CURRENCY_WORDS.values())
_NUMBER = r"(?:[1-9][0-9]{0,2}(?: [0-9]{3})+|(?!(?:19|20)[0-9]{2}\b)[1-9][0-9]*)(?: [0-9]{1,2})?"
# « 35 M€ », « plus de 500 € », « over £25k » are amounts, and say no unit.
_COUNTED = re.compile(
    rf"\b{_NUMBER} ?(?:{_EVERY_SCALE})?{_OF} ?(?:{_EVERY_MONEY})\b"
    rf"|\b(?:{_EVERY_MONEY}) {_NUMBER} ?(?:{_EVERY_SCALE})?\b"
)
# « x 1.000 euro », « in € 1.000 » do.
_BY_THE_THOUSAND = re.compile(
    rf"(?:^|\b(?:x|in|en|em) )(?:1 ?000 ({_EVERY_MONEY})|({_EVERY_MONEY}) 1 ?000)\b"
)


# « 2018-19 £m » counts nothing.
_YEARS = re.compile(r"\b(?:19|20)[0-9]{2} [0-9]{2}\b")


def _patterns() -> list[tuple[re.Pattern[str], Unit]]:
    found: list[tuple[re.Pattern[str], Unit]] = []
    for factor in (10**9, 10**6, 10**3, 1):
        scale = _SCALE_WORDS.get(factor)
        for currency, money in _CURRENCY_WORDS.items():
            writings = [rf"(?:{money})"]
            if scale:
                writings = [rf"(?:{scale}){_OF} ?(?:{money})", rf"(?:{money}) (?:in )?(?:{scale})"]
            found += [
                (re.compile(rf"\b{writing}\b"), Unit(currency, factor)) for writing in writings
            ]
    return found


_PATTERNS = _patterns()
_MONEY_WORD = re.compile(rf"(?:{_EVERY_MONEY})\b")
_SCALE_ALONE = {
    factor: re.compile(rf"\b(?:en|in|em) (?:{scale})\b|(?<![0-9] )\b{zeros}s?$")
    for factor, scale, zeros in (
        (10**3, "milliers|thousands|tausend|miles|migliaia|duizenden|milhares", "000"),
        (10**6, "millions|millionen|millones|milioni|miljoenen|milhoes", "000 000"),
    )
}


@lru_cache(maxsize=20_000)
def stated_unit(text: str) -> str | None:
    """The unit that a header or a title says: « en milliers d'euros », « (k€) », « £m »."""
    if not _MONEY_WORD.search(words(text)):
        return None
    # « au 31/12 (k€) »: between brackets, a unit is not that of the number before them.
    apart = (stated_unit(part) for part in _IN_BRACKETS.findall(text) if part != text)
    return next((unit for unit in apart if unit), None) or _unit_in(words(text))


def _unit_in(said: str) -> str | None:
    said = _YEARS.sub(" ", said)
    said = _BY_THE_THOUSAND.sub(lambda found: f"milliers {found[1] or found[2]}", said)
    said = _COUNTED.sub(" ", said)
    found = (
        (match.start(), -unit.factor, unit.name)
        for pattern, unit in _PATTERNS
        if (match := pattern.search(said))
    )
    return min(found, default=(0, 0, None))[2]


def without_units(said: str) -> str:
    """Words, less those that state a unit."""
    if _MONEY_WORD.search(said):
        for pattern, _ in _PATTERNS:
            said = pattern.sub(" ", said)
    return said


@lru_cache(maxsize=20_000)
def stated_scale(text: str) -> int:
    """The scale that a text says without a currency: « (en milliers) » is 1,000; else 1."""
    said = words(text)
    return next((factor for factor, said_so in _SCALE_ALONE.items() if said_so.search(said)), 1)


def currencies_in(text: str) -> set[str]:
    """The currencies that a text names, be it beside an amount: « Spend over £500 »."""
    said = words(text)
    return {
        currency
        for currency, money in _CURRENCY_WORDS.items()
        if re.search(rf"\b(?:{money})\b", said)
    }
