"""The columns of a table: their meaning by themselves, then in the company of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from beffroi.returns.reading import lexicon
from beffroi.returns.reading.blocks import Block
from beffroi.returns.reading.profiles import Profile, profile_of
from beffroi.returns.reading.proposing.meaning import (
    AMOUNT,
    UNTOLD,
    Guess,
    kind_of_money,
    leaf_is_weak_money,
    meaning_of,
)
from beffroi.returns.reading.proposing.proposal import GUESSED, LIKELY, TOLD
from beffroi.returns.reading.units import stated_unit
from beffroi.returns.reading.workbook import CellValue, Sheet

_FIRST_ROWS = 150
_SPREAD_ROWS = 150


@dataclass(frozen=True, slots=True)
class Column:
    """One column as it is understood so far."""

    at: int
    labels: tuple[str, ...]
    profile: Profile
    guess: Guess

    @property
    def is_amount(self) -> bool:
        """Whether it is taken for money."""
        return self.guess.meaning.startswith(AMOUNT)

    @property
    def role(self) -> str:
        """What it is to the rows: a layout's field, ``funder``, ``text`` or ``other``."""
        guess = self.guess
        if guess.meaning in {"title", "code", "siret", "date", "funder"}:
            return guess.meaning
        if guess.meaning in {"beneficiary", "commune"} or guess.field == "objective":
            return guess.field or ("owner" if guess.meaning == "beneficiary" else "commune_name")
        is_text = guess.meaning == "other" and self.profile.is_text
        return "text" if is_text else "other"

    @property
    def leaf(self) -> str:
        """Its own label."""
        return self.labels[-1] if self.labels else ""

    @property
    def may_be_money(self) -> bool:
        """Whether its numbers have the looks of amounts."""
        profile = self.profile
        if not profile.numbers or profile.is_years or profile.is_sequence or profile.is_code:
            return False
        return profile.with_cents >= 0.2 or (profile.median >= 500 and profile.whole >= 0.9)

    def means(self, meaning: str, sure: str, doubt: str = "") -> Column:
        """The same column, with another meaning."""
        return replace(self, guess=Guess(meaning, sure, "", doubt))


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
    return [_imposed(column, imposed) for column in _one_of_each(found)]


def _cell(sheet: Sheet, row: int, at: int) -> CellValue:
    values = sheet.rows[row]
    return values[at] if at < len(values) else ""


def _sample(sheet: Sheet, block: Block) -> list[int]:
    rows = [row for row in range(block.first, block.end) if any(v != "" for v in sheet.rows[row])]
    rest = rows[_FIRST_ROWS:]
    return rows[:_FIRST_ROWS] + rest[:: max(1, len(rest) // _SPREAD_ROWS)]


def _settle(columns: Sequence[Column], titles: Sequence[str], *, has_header: bool) -> list[Column]:
    """Decide the columns of numbers of which the header says nothing."""
    about_money = any(column.is_amount for column in columns) or any(
        stated_unit(title) or lexicon.has("amount", title) for title in titles
    )
    if not has_header:
        return _without_headers(columns)
    context = " ".join(titles)
    return [_decided(column, about_money, context) for column in columns]


def _decided(column: Column, about_money: bool, context: str) -> Column:
    guess = column.guess
    if guess.meaning != UNTOLD:
        return column
    if not about_money or not column.profile.numbers:
        return column.means("other", GUESSED)
    kind = kind_of_money(column.leaf, column.labels[:-1], context)
    if lexicon.has("funder_heads", column.leaf) and column.may_be_money:
        return column.means(AMOUNT + ("granted" if kind == "other" else kind), LIKELY)
    if guess.sure == LIKELY and (column.may_be_money or leaf_is_weak_money(column.leaf)):
        return column.means(AMOUNT + kind, LIKELY)
    if column.may_be_money:
        with_cents = column.profile.with_cents >= 0.3 and column.profile.median >= 50
        if with_cents or guess.doubt:
            return column.means(AMOUNT + "other", GUESSED, guess.doubt or "column_guessed")
        return column.means("other", GUESSED, "numbers_not_read")
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
    return found


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
