"""The columns of a table: their meaning by themselves, then in the company of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from beffroi.returns.reading import lexicon
from beffroi.returns.reading.blocks import Block
from beffroi.returns.reading.profiles import profile_of
from beffroi.returns.reading.proposing.column import Column
from beffroi.returns.reading.proposing.deciding import settled
from beffroi.returns.reading.proposing.families import Family
from beffroi.returns.reading.proposing.generic import with_generic_kinds
from beffroi.returns.reading.proposing.meaning import (
    AMOUNT,
    Guess,
    meaning_of,
)
from beffroi.returns.reading.proposing.proposal import LIKELY, STATED, TOLD
from beffroi.returns.reading.row_labels import SUMS, label_kind
from beffroi.returns.reading.workbook import CellValue, Row, Sheet, says

_FIRST_ROWS = 150
_SPREAD_ROWS = 150
_ALL_DIFFER = 0.9


def columns_of(
    sheet: Sheet, block: Block, titles: Sequence[str], imposed: Mapping[int, str]
) -> list[Column]:
    """The columns of a block, each with its meaning; ``imposed`` are those a person gave."""
    rows = _sample(sheet, block)
    found = []
    for at, labels in enumerate(block.labels):
        profile = profile_of(_cell(sheet, row, at) for row in rows)
        profile.format = sheet.formats.get(at, "")
        if not labels and not profile.filled and at not in imposed:
            continue
        found.append(Column(at, labels, profile, meaning_of(labels, profile)))
    found = settled(found, titles, has_header=block.header is not None)
    found = Family(sheet, rows[:_FIRST_ROWS], found).settled()
    found = _with_one_owner(_one_of_each(with_generic_kinds(found, titles)))
    found = _named(_with_a_title(_with_a_body(found)))
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


def _with_one_owner(columns: Sequence[Column]) -> list[Column]:
    """Of several beneficiaries, one that never changes is whose list it is."""
    owners = [column for column in columns if column.guess.meaning == "beneficiary"]
    vary = [column for column in owners if len(set(column.profile.texts)) > 1]
    if not vary:
        return list(columns)
    return [
        column.means("other", LIKELY) if column in owners and column not in vary else column
        for column in columns
    ]


def _with_a_body(columns: Sequence[Column]) -> list[Column]:
    """Where no column says who receives, one of local authorities does."""
    bodies = [
        column
        for column in columns
        if column.profile.is_text and lexicon.is_only("bodies", column.leaf)
    ]
    if len(bodies) != 1 or any(column.guess.meaning == "beneficiary" for column in columns):
        return list(columns)
    return [
        column.means("beneficiary", LIKELY) if column is bodies[0] else column for column in columns
    ]


def _with_a_title(columns: Sequence[Column]) -> list[Column]:
    """Where a column says who receives, a name of nobody knows what is that of the line."""
    meanings = [(column.guess.meaning, column.guess.sure) for column in columns]
    names = [at for at, said in enumerate(meanings) if said == ("beneficiary", LIKELY)]
    is_untitled = all(meaning != "title" for meaning, _ in meanings)
    if len(names) != 1 or ("beneficiary", STATED) not in meanings or not is_untitled:
        return list(columns)
    return [
        column.means("title", LIKELY) if at == names[0] else column
        for at, column in enumerate(columns)
    ]


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
        **dict.fromkeys(("objective", "axis", "scheme", "department", "epci"), "other"),
    }.get(said, said)
    field = {"beneficiary": "owner", "commune": "commune_name"}.get(said, said)
    is_field = not shown.startswith(AMOUNT) and field not in {"other", "rate"}
    return replace(column, guess=Guess(shown, TOLD, field if is_field else ""))
