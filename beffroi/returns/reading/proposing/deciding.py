"""Columns of numbers of which the header says nothing: their table decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from beffroi.returns.reading import lexicon
from beffroi.returns.reading.profiles import Profile
from beffroi.returns.reading.proposing.column import Column
from beffroi.returns.reading.proposing.meaning import (
    AMOUNT,
    UNTOLD,
    counts_things,
    kind_of_money,
    names_money,
)
from beffroi.returns.reading.proposing.proposal import GUESSED, LIKELY
from beffroi.returns.reading.units import UNITS, stated_scale, stated_unit

_LEAST_CODES = 5
_LEAST_BEFORE_NAMES = 100
_MOST_ROUNDED_CODES = 0.5
_NAMING = ("title", "beneficiary")


def settled(columns: Sequence[Column], titles: Sequence[str], *, has_header: bool) -> list[Column]:
    """The columns, those of numbers of which the header says nothing being decided."""
    if not has_header:
        return _without_headers(columns)
    columns = _without_indicators(columns)
    about = _about(columns, titles)
    return [
        column.means("code", LIKELY)
        if _numbers_the_lines(column, columns)
        else _decided(column, about)
        for column in columns
    ]


def _without_indicators(columns: Sequence[Column]) -> Sequence[Column]:
    """The columns, those of a list of indicators being money only where a unit says so."""
    if not any(c.profile.is_text and lexicon.is_only("indicators", c.leaf) for c in columns):
        return columns
    return [
        column.means("other", LIKELY)
        if column.is_amount
        and not column.profile.shows_money
        and not any(stated_unit(label) for label in column.labels)
        else column
        for column in columns
    ]


def _numbers_the_lines(column: Column, columns: Sequence[Column]) -> bool:
    """Whether the first column, of whole numbers that all differ, is a nomenclature."""
    numbers = column.profile.numbers
    return (
        column is columns[0]
        and column.guess.meaning == UNTOLD
        and any(other.profile.is_text for other in columns)
        and column.profile.whole == 1
        and len(set(numbers)) == len(numbers) >= _LEAST_CODES
        and not lexicon.has("amount_weak", column.leaf)
    )


@dataclass(frozen=True, slots=True)
class _About:
    """What a table is about: money or not, in a unit said of all of it or not, among counts.

    ``named`` is the column that names its lines: numbers before it may be a nomenclature.
    """

    money: bool
    unit_is_said: bool
    scale: int
    counts: bool
    named: int
    context: str

    def is_all_money(self, column: Column) -> bool:
        """Whether a unit said of the whole table makes money of a column that is not told."""
        may_be = column.may_be_money_in(self.scale)
        return self.unit_is_said and may_be and column.at > self.named


def _about(columns: Sequence[Column], titles: Sequence[str]) -> _About:
    told = any(column.is_amount for column in columns)
    unit_is_said = any(stated_unit(title) for title in titles)
    scale = max((_scale_said(title) for title in titles), default=1)
    titled = any(names_money(title) for title in titles)
    measured = any(lexicon.has("measures", title) for title in titles)
    titled = titled and not (measured or any(counts_things(title) for title in titles))
    return _About(
        told or unit_is_said or scale > 1 or titled or _is_a_financing_plan(columns),
        unit_is_said,
        scale,
        measured or any(counts_things(column.leaf) for column in columns),
        _last_name(columns),
        " ".join(titles),
    )


def _is_a_financing_plan(columns: Sequence[Column]) -> bool:
    """Whether several columns are headed by funders, one at least being nothing else."""
    funders = [
        column.leaf
        for column in columns
        if lexicon.is_only("funder_heads", column.leaf) and column.may_be_money
    ]
    return len(funders) > 1 and any(lexicon.is_only("funders_only", leaf) for leaf in funders)


def _last_name(columns: Sequence[Column]) -> int:
    """The column of the longest texts before the first amounts, ``-1`` where there is none."""
    first = next((column.at for column in columns if column.is_amount), len(columns))
    names = [column for column in columns if column.at < first and column.profile.is_text]
    return max(names, key=lambda column: column.profile.length).at if names else -1


def _scale_said(title: str) -> int:
    unit = stated_unit(title)
    return UNITS[unit] if unit else stated_scale(title)


def _decided(column: Column, about: _About) -> Column:
    guess = column.guess
    if guess.meaning != UNTOLD:
        return column
    if not column.profile.numbers:
        return column.means("other", GUESSED)
    if column.at < about.named and (before := _before_the_names(column)):
        return before
    if not about.money:
        return column.means("other", GUESSED) if about.counts else _by_content(column)
    kind = kind_of_money(column.leaf, column.labels[:-1], about.context)
    if lexicon.has("funder_heads", column.leaf) and column.may_be_money:
        return column.means(AMOUNT + ("granted" if kind == "other" else kind), LIKELY)
    weak = lexicon.is_only("amount_weak", column.leaf) or any(
        lexicon.has("own_money", label) for label in column.labels
    )
    if guess.sure == LIKELY and (column.may_be_money or weak):
        return column.means(AMOUNT + kind, LIKELY)
    if about.is_all_money(column) and not guess.doubt:
        return column.means(AMOUNT + kind, LIKELY)
    if column.may_be_money:
        with_cents = column.profile.with_cents >= 0.3 and column.profile.median >= 50
        if with_cents or guess.doubt:
            return column.means(AMOUNT + "other", GUESSED, guess.doubt or "column_guessed")
        return column.means("other", GUESSED, "numbers_not_read")
    return column.means("other", GUESSED)


def _before_the_names(column: Column) -> Column | None:
    """Numbers before the names of the lines, that nothing tells: those of a nomenclature."""
    profile = column.profile
    if column.guess.sure != GUESSED or column.guess.doubt:
        return None
    if profile.whole == 1 and profile.rounded < _MOST_ROUNDED_CODES:
        return column.means("code", LIKELY)
    return column.means("other", GUESSED) if profile.median < _LEAST_BEFORE_NAMES else None


def _by_content(column: Column) -> Column:
    """Nothing speaks of money: only numbers with cents, and large, are taken for it, and said."""
    profile = column.profile
    is_typed = profile.with_cents >= 0.5 and profile.to_the_cent and profile.median >= 100
    if is_typed and column.may_be_money:
        kind = kind_of_money(column.leaf, column.labels[:-1])
        return column.means(AMOUNT + kind, GUESSED, "column_guessed")
    return column.means("other", GUESSED)


def _without_headers(columns: Sequence[Column]) -> list[Column]:
    """No header says anything: numbers with cents, round or with a currency, are amounts."""
    found = []
    for column in columns:
        profile = column.profile
        if column.guess.meaning == UNTOLD and _looks_typed_as_money(column):
            found.append(column.means(AMOUNT + "granted", GUESSED))
        elif column.guess.meaning == UNTOLD:
            found.append(column.means("other", GUESSED))
        elif column.guess.meaning == "other" and profile.is_text:
            found.append(column.means(_of_bare_text(profile), GUESSED))
        else:
            found.append(column)
    return _with_a_title(found)


def _with_a_title(columns: Sequence[Column]) -> list[Column]:
    """Of two names without headers, the longer is what the line is, the other is whose."""
    names = [column for column in columns if column.guess.meaning in _NAMING]
    if len(names) < 2:
        return list(columns)
    longest = max(names, key=lambda column: column.profile.length)
    return [
        column.means("title" if column is longest else "beneficiary", GUESSED)
        if column in names
        else column
        for column in columns
    ]


def _looks_typed_as_money(column: Column) -> bool:
    numbers = column.profile.numbers
    is_round = sum(number % 10 == 0 for number in numbers) >= 0.5 * len(numbers)
    has_cents = column.profile.with_cents >= 0.2 and column.profile.median >= 10
    return has_cents or (is_round and column.profile.median >= 100 and column.may_be_money)


def _of_bare_text(profile: Profile) -> str:
    """What a column of texts is likely to be, without any header."""
    if profile.looks_coded >= 0.8:
        return "code" if profile.distinct >= 0.5 else "other"
    if profile.distinct < 0.3:
        return "other"
    return "title" if profile.length >= 25 else "beneficiary"
