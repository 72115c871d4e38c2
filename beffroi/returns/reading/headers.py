"""Headers as people write them: their words, their groups, the unit they state."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from beffroi.returns.reading.units import stated_unit, without_units, words
from beffroi.returns.reading.workbook import CellValue, Merge, Sheet

_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]")
_ARTICLES = frozenset(
    {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les"}
)
_MONEY = frozenset({"ht", "ttc", "eur", "euro", "euros", "gbp", "usd"})
_EMPTY_WORDS = _ARTICLES | _MONEY
_YEAR = re.compile(r"(?:annee |exercice |budget )?((?:19|20)[0-9]{2})")
_GROUPS_ABOVE = 3
"""How many rows above a header may hold the labels of its groups."""


@lru_cache(maxsize=20_000)
def header_form(text: str) -> str:
    """A header as it is compared: neither units, tax basis, small words nor plural marks."""
    said = without_units(words(text))
    kept = (word for word in said.split() if word not in _EMPTY_WORDS)
    return " ".join(word[:-1] if word[-1] == "s" and len(word) > 3 else word for word in kept)


def label_of(value: CellValue) -> str:
    """A cell as a header: a year is written without decimals."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.strip() if isinstance(value, str) else str(value)


@dataclass(frozen=True)
class Header:
    """The header of one column: what it says, and the label of the group it stands under."""

    text: str
    group: str

    @cached_property
    def forms(self) -> tuple[str, str]:
        """As it is written, and without what stands in brackets."""
        return header_form(self.text), header_form(_IN_BRACKETS.sub(" ", self.text))

    @cached_property
    def year(self) -> int | None:
        """The year that it is, alone: ``2024``, « Année 2024 (k€) »."""
        found = _YEAR.fullmatch(self.forms[1])
        return int(found[1]) if found else None

    def is_under(self, groups: frozenset[str]) -> bool:
        """Whether its group bears one of these labels, be it followed by more words."""
        group = header_form(self.group)
        return any(group == label or group.startswith(label + " ") for label in groups)

    @property
    def unit(self) -> str | None:
        """The unit stated by the column itself, or by its group."""
        return stated_unit(self.text) or stated_unit(self.group)


def headers_at(sheet: Sheet, row: int) -> list[Header]:
    """The headers that a row would give, were it the header of the sheet."""
    merges = [m for m in sheet.merges if m.top <= row and m.bottom >= row - _GROUPS_ABOVE]
    width = max([len(sheet.rows[row]), *(merge.right + 1 for merge in merges)])
    groups = _groups(sheet, row, width, merges)
    return [Header(_own_text(sheet, row, at, merges), groups[at]) for at in range(width)]


def _own_text(sheet: Sheet, row: int, column: int, merges: Sequence[Merge]) -> str:
    """What the column says at that row, or above where the two cells are one label."""
    value = sheet.at(row, column)
    if value == "":
        for merge in merges:
            if merge.left == column and merge.covers(row, column):
                return label_of(sheet.at(merge.top, merge.left))
    return label_of(value)


def _groups(sheet: Sheet, row: int, width: int, merges: Sequence[Merge]) -> list[str]:
    """The group label above each column, in the nearest row above that has any."""
    for above in range(row - 1, max(row - 1 - _GROUPS_ABOVE, -1), -1):
        if any(value != "" for value in sheet.rows[above]):
            return _labels(sheet, above, width, merges)
    return [""] * width


def _labels(sheet: Sheet, row: int, width: int, merges: Sequence[Merge]) -> list[str]:
    """A merged label covers its rectangle; one that is not covers the blanks on its right."""
    labels = [""] * width
    ends = {merge.left: min(merge.right + 1, width) for merge in merges if merge.top == row}
    for column in range(width):
        value = sheet.at(row, column)
        if value != "":
            end = ends.get(column, width)
            labels[column:end] = [label_of(value)] * (end - column)
    return labels


def stacked_labels(sheet: Sheet, top: int, bottom: int) -> list[tuple[str, ...]]:
    """What the header block says of each column, from its widest group to its own label."""
    merges = [m for m in sheet.merges if m.top <= bottom and m.bottom >= top]
    widths = [len(row) for row in sheet.rows[top : bottom + 1]]
    width = max([*widths, *(merge.right + 1 for merge in merges)])
    stacks: list[list[str]] = [[] for _ in range(width)]
    has_own: list[bool] = [False] * width
    levels: list[list[str]] = []
    for row in range(bottom, top - 1, -1):
        labels = _level(sheet, row, width, merges, has_own)
        levels.append(labels)
        for column in range(width):
            has_own[column] = has_own[column] or labels[column] != ""
    for labels in reversed(levels):
        for column, label in enumerate(labels):
            if label and stacks[column][-1:] != [label]:
                stacks[column].append(label)
    return [tuple(stack) for stack in stacks]


def _level(
    sheet: Sheet, row: int, width: int, merges: Sequence[Merge], has_own: Sequence[bool]
) -> list[str]:
    """One row of a header block: a label covers its rectangle, or the blanks on its right.

    Only a label that has others beneath is a group, and covers those that have one too.
    """
    labels = [""] * width
    ends = {merge.left: min(merge.right + 1, width) for merge in merges if merge.top == row}
    covered = {
        column
        for merge in merges
        if merge.top < row <= merge.bottom
        for column in range(merge.left, merge.right + 1)
    }
    column = 0
    while column < width:
        value = sheet.at(row, column)
        label = label_of(value)
        end = column + 1
        if label:
            if column in ends:
                end = ends[column]
            elif has_own[column]:
                while (
                    end < width and has_own[end] and end not in covered and sheet.at(row, end) == ""
                ):
                    end += 1
            labels[column:end] = [label] * (end - column)
        column = end
    return labels
