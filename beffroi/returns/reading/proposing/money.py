"""The unit of a table's amounts: stated, shown by its content, or guessed and said so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from beffroi.returns.reading import lexicon
from beffroi.returns.reading.profiles import Profile
from beffroi.returns.reading.proposing.proposal import GUESSED, LIKELY, STATED
from beffroi.returns.reading.units import (
    UNITS,
    Unit,
    currencies_in,
    currency_of,
    stated_scale,
    stated_unit,
)

_BRITISH = (
    "council",
    "vat",
    "local authority",
    "gov uk",
    "charity",
    "borough",
    "england",
    "department family",
    "supplier postcode",
)
_AMERICAN = (
    *("cfda", "uei", "duns", "federal", "zip", "fiscal year", "obligat", "award id"),
    *("usaspending", "vendor"),
)
USUAL = (100.0, 5e8)
"""Between which medians, in units of currency, amounts raise no question of scale."""

_MOST_USUAL, _MOST_FEDERAL = 5e10, 5e13
"""Beyond which medians a stated unit is doubted: a federal budget counts thousands of billions."""


@dataclass(frozen=True, slots=True)
class UnitFound:
    """A unit, how sure it is, and the kind of doubt it leaves (empty: none)."""

    unit: str
    sure: str
    doubt: str = ""


def unit_of_column(labels: Sequence[str], profile: Profile) -> str:
    """The unit that a column states itself: in its header, its group, or beside its numbers."""
    for label in reversed(labels):
        if unit := stated_unit(label):
            return unit
    return profile.currency


def currencies_of_lines(labels: Sequence[str], profile: Profile) -> set[str]:
    """The currencies that a column headed « Devise », « Currency » gives line by line."""
    if not labels or not lexicon.is_only("currency", labels[-1]) or not profile.is_text:
        return set()
    return {unit for text in set(profile.texts) if (unit := stated_unit(text))}


def unit_of_table(
    stated: Iterable[str],
    around: Sequence[str],
    labels: Sequence[str],
    amounts: Sequence[Profile],
    elsewhere: Sequence[str],
    by_line: Set[str] = frozenset(),
) -> UnitFound:
    """The unit of the columns that state none.

    ``by_line`` are the currencies that its lines give in a column of their own; ``stated`` the
    units of the columns that state one; ``around`` the texts above and under the table, nearest
    first; ``labels`` its headers; ``elsewhere`` the texts of sheets that are no tables.
    """
    for text in around:
        if unit := stated_unit(text):
            return _weighed(UnitFound(unit, STATED), amounts)
    if len(by_line) > 1:
        return UnitFound("", GUESSED, "currencies_by_line")
    by_columns = Counter(stated)
    scale = max((stated_scale(text) for text in (*around, *labels)), default=1)
    if by_columns:
        unit = by_columns.most_common(1)[0][0]
        return _weighed(UnitFound(unit, STATED), amounts)
    if by_line:
        return _weighed(UnitFound(Unit(next(iter(by_line)), scale).name, STATED), amounts)
    if formats := Counter(each.format for each in amounts if each.format in UNITS):
        unit = formats.most_common(1)[0][0]
        unit = Unit(currency_of(unit), scale).name if UNITS[unit] == 1 else unit
        return _weighed(UnitFound(unit, STATED), amounts)
    for text in elsewhere:
        if unit := stated_unit(text):
            return _weighed(UnitFound(unit, LIKELY, "unit_elsewhere"), amounts)
    found = _guessed(around, labels, amounts, scale)
    named = {currency for text in elsewhere for currency in currencies_in(text)}
    if found.sure == GUESSED and len(named) == 1:
        return UnitFound(Unit(named.pop(), scale).name, LIKELY, "unit_elsewhere")
    return found


def _guessed(
    around: Sequence[str], labels: Sequence[str], amounts: Sequence[Profile], scale: int
) -> UnitFound:
    """Nothing states a unit: words name a currency, or the language makes one likely."""
    named = Counter(currency for text in (*around, *labels) for currency in currencies_in(text))
    currency = named.most_common(1)[0][0] if named else ""
    is_french_or_so = lexicon.is_english([*labels, *around]) is False
    if not currency:
        currency = "€" if is_french_or_so else _by_country(" ".join([*labels, *around]))
    if not currency:
        return UnitFound("", GUESSED, "unit_unknown")
    unit = Unit(currency, scale).name
    median = _median(amounts) * scale
    is_plain = scale > 1 or (USUAL[0] <= median <= USUAL[1] and _looks_like_units(amounts))
    if not named and not is_french_or_so:
        return UnitFound(unit, GUESSED, "unit_guessed")
    return UnitFound(unit, LIKELY if is_plain else GUESSED, "" if is_plain else "unit_guessed")


def _looks_like_units(amounts: Sequence[Profile]) -> bool:
    """Whether numbers look typed in units of currency: with cents, or whole and large."""
    return any(profile.with_cents >= 0.2 for profile in amounts) or _median(amounts) >= 1_000


def _by_country(text: str) -> str:
    said = lexicon.said(text)
    for currency, marks in (("£", _BRITISH), ("$", _AMERICAN)):
        if any(f" {mark}" in f" {said}" for mark in marks):
            return currency
    return ""


def _weighed(found: UnitFound, amounts: Sequence[Profile]) -> UnitFound:
    """The same unit, doubted where the amounts are of an unusual size in it."""
    median = _median(amounts) * UNITS[found.unit]
    most = _MOST_USUAL if currency_of(found.unit) == "€" else _MOST_FEDERAL
    if median and not 1 <= median <= most and not found.doubt:
        return UnitFound(found.unit, found.sure, "unit_unlikely")
    return found


def _median(amounts: Sequence[Profile]) -> float:
    medians = sorted(profile.median for profile in amounts if profile.median)
    return medians[-1] if medians else 0.0
