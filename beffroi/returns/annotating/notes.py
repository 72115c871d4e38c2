"""What is to be said in a copy of a workbook: marks on cells, and a sheet that comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Tone = Literal["query", "error", "warning", "info"]
TONES: tuple[Tone, ...] = ("query", "error", "warning", "info")
"""The colours of cells, the most pressing first."""

COLOURS: Mapping[Tone, str] = {
    "query": "CFE0F5",
    "error": "F6C6BD",
    "warning": "FBE6A6",
    "info": "E3E6EA",
}

AUTHOR = "Beffroi"
"""Whose our comments are: by this they are told from the partner's."""
UNDER = "— Beffroi —"
"""What separates a comment of the partner from ours, written under it."""

Look = Literal["text", "title", "head", "strong", "amount", "query", "error", "warning", "info"]
LOOKS: tuple[Look, ...] = (
    "text",
    "title",
    "head",
    "strong",
    "amount",
    "query",
    "error",
    "warning",
    "info",
)
"""How a cell of the first sheet looks: plain, a title, a column's head, or a tone."""

GROUNDS: Mapping[Look, Tone] = {"head": "info", **{tone: tone for tone in TONES}}
"""The looks that have a coloured ground."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is said of one place: a cell (``H12``), or a row (``12``).

    Without ``text`` the cell is coloured and bears no comment.
    """

    sheet: str
    place: str
    tone: Tone
    text: str = ""


@dataclass(frozen=True, slots=True)
class FrontCell:
    """One cell of the first sheet: a text, a count, or an amount in cents (look ``amount``).

    ``target`` is the place it leads to: a sheet, and a cell in it.
    """

    value: str | int
    look: Look = "text"
    target: tuple[str, str] | None = None


FrontRow = Sequence[FrontCell]


@dataclass(frozen=True, slots=True)
class Notes:
    """All that is said in a copy.

    ``title`` names the first sheet and ``widths`` its columns' (in characters); ``if_made`` is said
    in it where the copy could only be made of the values; ``made_sheet`` names the sheet of a
    workbook whose format has no sheet names.
    """

    title: str
    rows: Sequence[FrontRow]
    marks: Sequence[Mark]
    widths: Sequence[int] = (14, 30, 22, 40, 90)
    if_made: str = ""
    made_sheet: str = "Feuille 1"


class NotEditable(Exception):
    """The file is written in a way that is not edited in place: a copy of its values is made."""
