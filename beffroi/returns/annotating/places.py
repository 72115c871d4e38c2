"""Where marks stand: all that is said of one cell goes together."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from beffroi.returns.annotating.notes import TONES, Mark, Tone
from beffroi.returns.reading.workbook import column_number

_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROW = re.compile(r"([1-9][0-9]{0,6})")
LONGEST_COMMENT = 2000

Cell = tuple[int, int]
"""Row and column, from 1."""
FirstFilled = Callable[[Collection[int]], Mapping[int, int]]
"""From rows to the first column of each that says something."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one cell; its tone is the most pressing one."""

    tone: Tone
    text: str


def rows_of(marks: Sequence[Mark]) -> set[int]:
    """The rows that hold a mark, from 1."""
    found = (_CELL.fullmatch(mark.place) or _ROW.fullmatch(mark.place) for mark in marks)
    return {int(each[each.re.groups]) for each in found if each}


def by_cell(marks: Sequence[Mark], first_filled: FirstFilled) -> dict[Cell, Said]:
    """What is said of each cell; of a row, at the first cell of it that says something."""
    rows = {int(mark.place) for mark in marks if _ROW.fullmatch(mark.place)}
    columns = first_filled(rows) if rows else {}
    together: dict[Cell, list[Mark]] = {}
    for mark in marks:
        found = _CELL.fullmatch(mark.place)
        if found:
            cell = (int(found[2]), column_number(found[1]) + 1)
        elif _ROW.fullmatch(mark.place):
            row = int(mark.place)
            cell = (row, columns.get(row, 1))
        else:
            continue
        together.setdefault(cell, []).append(mark)
    return {cell: _said(said) for cell, said in together.items()}


def _said(marks: Sequence[Mark]) -> Said:
    tone = min((mark.tone for mark in marks), key=TONES.index)
    text = "\n\n".join(dict.fromkeys(mark.text for mark in marks if mark.text))
    return Said(tone, text if len(text) <= LONGEST_COMMENT else text[: LONGEST_COMMENT - 1] + "…")
