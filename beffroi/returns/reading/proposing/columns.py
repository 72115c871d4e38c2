"""The columns of a table: their meaning by themselves, then in the company of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from beffroi.returns.reading import lexicon
from beffroi.returns.reading.blocks import Block
from beffroi.returns.reading.profiles import Profile, profile_of
from beffroi.returns.reading.proposing.column import Column
from beffroi.returns.reading.proposing.families import Family
from beffroi.returns.reading.proposing.generic import with_generic_kinds
from beffroi.returns.reading.proposing.meaning import (
    AMOUNT,
    LARGE,
    UNTOLD,
    Guess,
    counts_things,
    kind_of_money,
    meaning_of,
)
from beffroi.returns.reading.proposing.proposal import GUESSED, LIKELY, TOLD
from beffroi.returns.reading.row_labels import SUMS, label_kind
from beffroi.returns.reading.units import UNITS, stated_scale, stated_unit
from beffroi.returns.reading.workbook import CellValue, Row, Sheet, says

_FIRST_ROWS = 150
_SPREAD_ROWS = 150
_LEAST_CODES = 5
_ALL_DIFFER = 0.9
_LEAST_BEFORE_NAMES = 100


def columns_of(
    sheet: Sheet, block: Block, titles: Sequence[str], imposed: Mapping[int, str]
) -> list[Column]:
    """The columns of a block, each with its meaning; ``imposed`` are those a person gave."""
    rows = _sample(sheet, block)
    found = []
    for at, labels in enumerate(block.labels):
        profile = profile_of(_cell(sheet, row, at) for row in rows)
        if not labels and not profile.filled and at not in imposed:
            continue
        found.append(Column(at, labels, profile, meaning_of(labels, profile)))
    found = _settle(found, titles, has_header=block.header is not None)
    found = Family(sheet, rows[:_FIRST_ROWS], found).settled()
    found = _named(_one_of_each(with_generic_kinds(found, titles)))
    return [_imposed(column, imposed) for column in found]


def _cell(sheet: Sheet, row: int, at: int) -> CellValue:
    values = sheet.rows[row]
    return values[at] if at < len(values) else ""


def _sample(sheet: Sheet, block: Block) -> list[int]:
    rows = [row for row in range(block.first, block.end) if any(v != "" for v in sheet.rows[row])]
    rest = rows[_FIRST_ROWS:]
    sample = rows[:_FIRST_ROWS] + rest[:: max(1, len(rest) // _SPREAD_ROWS)]
    return [row for row in sample if _may_be_a_line(sheet.rows[row])] or sample


def _may_be_a_line(row: Row) -> bool:
    """Whether a row says several things, and no total: bands and sums are unlike the lines."""
    said = [value for value in row if says(value)]
    return len(said) > 1 and label_kind(said[0]) not in SUMS


def _settle(columns: Sequence[Column], titles: Sequence[str], *, has_header: bool) -> list[Column]:
    """Decide the columns of numbers of which the header says nothing."""
    if not has_header:
        return _without_headers(columns)
    about = _about(columns, titles)
    return [
        column.means("code", LIKELY)
        if _numbers_the_lines(column, columns)
        else _decided(column, about)
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

    ``named`` is its last column of texts: numbers before it may be those of a nomenclature.
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
        is_apart = column.at > self.named or column.profile.median >= LARGE
        return self.unit_is_said and may_be and is_apart


def _about(columns: Sequence[Column], titles: Sequence[str]) -> _About:
    told = any(column.is_amount for column in columns)
    unit_is_said = any(stated_unit(title) for title in titles)
    scale = max((_scale_said(title) for title in titles), default=1)
    titled = any(lexicon.has("amount", title) for title in titles)
    titled = titled and not any(counts_things(title) for title in titles)
    return _About(
        told or unit_is_said or scale > 1 or titled,
        unit_is_said,
        scale,
        any(counts_things(column.leaf) for column in columns),
        max((column.at for column in columns if column.profile.is_text), default=-1),
        " ".join(titles),
    )


def _scale_said(title: str) -> int:
    unit = stated_unit(title)
    return UNITS[unit] if unit else stated_scale(title)


def _decided(column: Column, about: _About) -> Column:
    guess = column.guess
    if guess.meaning != UNTOLD:
        return column
    if not column.profile.numbers:
        return column.means("other", GUESSED)
    if column.at < about.named and column.profile.median < _LEAST_BEFORE_NAMES:
        return column.means("other", GUESSED)
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


_NAMING = ("title", "beneficiary")


def _one_of_each(columns: Sequence[Column]) -> list[Column]:
    """One title and one beneficiary name a line; further descriptions are read as nothing."""
    found = list(columns)
    titles = [at for at, column in enumerate(found) if column.guess.meaning == "title"]
    if len(titles) > 1:
        best = max(titles, key=lambda at: (_naming_strength(found[at]), -at))
        for at in titles:
            if at != best and found[at].profile.length > 2 * found[best].profile.length:
                found[at] = found[at].means("other", LIKELY)
    return found


def _named(columns: Sequence[Column]) -> list[Column]:
    """Where nothing names the lines, the first texts that all differ do, unless they are places."""
    naming = {"title", "beneficiary", "commune", "funder"}
    if any(column.guess.meaning in naming for column in columns):
        return list(columns)
    first = next((column for column in columns if column.profile.is_text), None)
    if (
        first is None
        or first.guess.meaning != "other"
        or first.profile.distinct < _ALL_DIFFER
        or lexicon.opens("places", first.leaf)
    ):
        return list(columns)
    return [column.means("title", LIKELY) if column is first else column for column in columns]


def _naming_strength(column: Column) -> tuple[int, float]:
    """How well a column names lines: an explicit name, and texts that differ."""
    leaf = column.leaf
    is_name = lexicon.opens("title", leaf) and not lexicon.has("text", leaf)
    return (int(is_name), min(column.profile.distinct, 0.8))


def _imposed(column: Column, imposed: Mapping[int, str]) -> Column:
    """What a person said of a column stands; a layout's field is shown as what it is."""
    said = imposed.get(column.at)
    if said is None:
        return column
    shown = {
        "owner": "beneficiary",
        "commune_name": "commune",
        "cost": AMOUNT + "cost",
        **dict.fromkeys(("objective", "axis", "scheme", "department"), "other"),
    }.get(said, said)
    field = {"beneficiary": "owner", "commune": "commune_name"}.get(said, said)
    is_field = not shown.startswith(AMOUNT) and field not in {"other", "rate", "funder"}
    return replace(column, guess=Guess(shown, TOLD, field if is_field else ""))
