"""A part of a return's sheet, with what is remarked and asked of its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from beffroi.returns.reading import Finding
from beffroi.returns.reading.kinds import SEVERITIES
from beffroi.returns.reading.workbook import Position, Sheet
from beffroi.returns.reviews.remarks import place_of, why_set_aside
from beffroi.returns.reviews.threads import Thread
from beffroi.returns.sheets import (
    HEADER_ROWS,
    MOST_COLUMNS,
    CellNote,
    DrawnSheet,
    draw,
    position_of,
)
from beffroi.returns.templatetags.returns import finding_message
from beffroi.ui.statuses import status

ROWS = 60
"""How many rows are drawn at once, under those of the top."""
ROWS_BEFORE, COLUMNS_BEFORE = 8, 5
"""How much is drawn above and before the cell that is asked for."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said of one place of the sheet; ``thread`` where it is a query."""

    place: str
    position: Position
    tone: str
    words: str
    thread: Thread | None = None

    @property
    def anchor(self) -> str:
        """Where the page says it in full."""
        return f"remarque-{self.place}"


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a sheet, and the remarks on what is drawn of it.

    ``first`` is the row from which it is drawn, from 1;
    ``before`` and ``after`` are the rows from which to draw what comes before and after it, from 1,
    where there is any.
    """

    drawn: DrawnSheet
    remarks: Sequence[Remark]
    first: int
    before: int | None
    after: int | None


def remarks_on(sheet: str, findings: Iterable[Finding], threads: Iterable[Thread]) -> list[Remark]:
    """All that is said of a sheet, from top to bottom; of a row, at its first cell."""
    found = [
        Remark(thread.query.cell, position, "query", _asked(thread), thread)
        for thread in threads
        if thread.query.sheet == sheet and (position := position_of(thread.query.cell))
    ]
    for finding in findings:
        of_sheet, place = place_of(finding.where)
        position = position_of(place) or position_of(f"A{place}")
        if of_sheet == sheet and position:
            words = f"{status(finding.severity).label} : {finding_message(finding)}"
            found.append(Remark(place, position, finding.severity, words))
    return sorted(found, key=lambda remark: remark.position)


def window(
    sheet: Sheet,
    remarks: Sequence[Remark],
    set_aside: Mapping[str, Sequence[str]],
    *,
    row: int,
    here: Position | None,
    href: Callable[[Remark], str],
) -> Window:
    """The top of a sheet, and the rows from ``row`` (from 0), or around the cell ``here``.

    ``href`` says where a remark leads.
    """
    first = max(0, here[0] - ROWS_BEFORE) if here else row
    last = min(first + ROWS, len(sheet.rows))
    numbers = sorted({*range(min(HEADER_ROWS, len(sheet.rows))), *range(first, last)})
    width = max((len(sheet.rows[number]) for number in numbers), default=0)
    left = max(0, here[1] - COLUMNS_BEFORE) if here and width > MOST_COLUMNS else 0
    columns = range(left, min(width, left + MOST_COLUMNS))
    reasons = _reasons(sheet.name, set_aside)
    shown = set(numbers)
    drawn_remarks = [each for each in remarks if each.position[0] in shown]
    drawn = draw(
        sheet,
        numbers,
        columns,
        here={here} if here else (),
        row_as=lambda number: ("aside", reasons[number]) if number in reasons else ("", ""),
        notes=_notes(drawn_remarks, href),
    )
    return Window(
        drawn,
        drawn_remarks,
        first=first + 1,
        before=max(first - ROWS, 0) + 1 if first else None,
        after=last + 1 if last < len(sheet.rows) else None,
    )


def _notes(remarks: Iterable[Remark], href: Callable[[Remark], str]) -> dict[Position, CellNote]:
    """One note a cell: of all that is said of it, what is most pressing gives its tone."""
    pressing = ["query", *SEVERITIES]
    together: dict[Position, list[Remark]] = {}
    for remark in remarks:
        together.setdefault(remark.position, []).append(remark)
    notes = {}
    for position, said in together.items():
        first = min(said, key=lambda remark: pressing.index(remark.tone))
        sign = "?" if first.tone == "query" else status(first.tone).sign
        notes[position] = CellNote(first.tone, sign, first.words, href(first))
    return notes


def _asked(thread: Thread) -> str:
    said = thread.messages[0]
    words = _("question ouverte : %(text)s") if thread.is_open else _("question close : %(text)s")
    return words % {"text": said.text}


def _reasons(sheet: str, set_aside: Mapping[str, Sequence[str]]) -> dict[int, str]:
    """Why each row of a sheet that is no line is none, by row from 0."""
    found = {}
    for what, places in set_aside.items():
        for where in places:
            of_sheet, place = place_of(where)
            if of_sheet == sheet and place.isdecimal():
                found[int(place) - 1] = why_set_aside(what)
    return found
