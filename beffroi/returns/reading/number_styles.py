"""How the numbers of a column are written: what its cells prove of their points and commas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from beffroi.returns.reading.workbook import CellValue, Row
from beffroi.returns.reading.writings import (
    COMMAS,
    COMMAS_THEN_DOT,
    DOTS,
    DOTS_THEN_COMMA,
    ONE_SIGN_AND_THREE_DIGITS,
    written,
)

_DECIMALS = re.compile(r"[0-9 ]*([.,])([0-9]+)")
_FOUR_DIGITS_UNGROUPED = re.compile(r"[1-9][0-9]{3,}")


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


def styles_of(
    rows: Sequence[Row], columns: Sequence[int], english: bool | None
) -> Mapping[int, NumberStyle]:
    """The style of each column of amounts; one that proves nothing takes that of all together."""
    texts = {
        column: [row[column] for row in rows if column < len(row) and isinstance(row[column], str)]
        for column in columns
    }
    found = {column: number_style(said, english=english) for column, said in texts.items()}
    if len(columns) > 1 and any(texts[column] and found[column] == UNTOLD for column in columns):
        together = number_style((each for said in texts.values() for each in said), english=english)
        found = {column: together if style == UNTOLD else style for column, style in found.items()}
    return found


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
        if found := ONE_SIGN_AND_THREE_DIGITS.fullmatch(digits):
            self.untold[found[1]] += 1
        elif DOTS_THEN_COMMA.fullmatch(digits):
            self.thousands.add(".")
            self.decimals.add(",")
        elif COMMAS_THEN_DOT.fullmatch(digits):
            self.thousands.add(",")
            self.decimals.add(".")
        elif DOTS.fullmatch(digits):
            self.thousands.add(".")
        elif COMMAS.fullmatch(digits):
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
        if self.untold[sign] < 2:
            return UNTOLD
        return NumberStyle(sign, guesses="" if usual and self.untold[sign] > 2 else sign)
