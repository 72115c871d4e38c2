"""Knowing a table again by its shape, and following its columns where they have moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from beffroi.returns.reading.blocks import DEEPEST, next_header
from beffroi.returns.reading.grids import Grid
from beffroi.returns.reading.headers import Header, header_form, label_of, stacked_labels
from beffroi.returns.reading.layout import Layout, SheetShape
from beffroi.returns.reading.profiles import profile_of
from beffroi.returns.reading.workbook import Sheet

_ALIKE = 0.6
"""The share of a shape's headers that must be met again."""

_ROWS_PROFILED = 100
JOINT = " / "
"""What parts the levels of a header written on one line."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where the columns of a shape are now.

    ``renamed`` stand where they were, under another header; ``gone`` are the columns of the shape
    that are no more, ``new`` those it did not have.
    """

    places: Mapping[int, int]
    renamed: frozenset[int]
    gone: tuple[int, ...]
    new: tuple[int, ...]


@dataclass(frozen=True)
class Laying:
    """A shape laid on a table of a sheet: rows from 0, ``end`` past the last."""

    sheet: Sheet
    shape: SheetShape
    rank: int
    header: tuple[int, int] | None
    first: int
    end: int
    labels: Sequence[tuple[str, ...]]

    @cached_property
    def alignment(self) -> Alignment:
        """Where its columns are now."""
        return aligned(self.shape.headers, [JOINT.join(stack) for stack in self.labels])

    @cached_property
    def headers(self) -> list[Header]:
        """The headers, each with the group just above it."""
        return [
            Header(stack[-1] if stack else "", stack[-2] if len(stack) > 1 else "")
            for stack in self.labels
        ]

    @property
    def roles(self) -> Mapping[int, str]:
        """What each column is, where it is now."""
        return {at: self.shape.roles[was] for was, at in self.alignment.places.items()}


def layings(layout: Layout, sheet: Sheet) -> Iterator[Laying]:
    """The tables of a sheet that have one of a layout's shapes, from the top."""
    start = 0
    while True:
        found = _next_laying(layout, sheet, start)
        if found is None:
            break
        yield found
        start = found.end
    if start == 0:
        yield from _without_header(layout, sheet)


def _next_laying(layout: Layout, sheet: Sheet, start: int) -> Laying | None:
    """The table that looks most like one of the shapes, from a row on."""
    best: tuple[float, int, SheetShape, int] | None = None
    for row in range(start, min(start + DEEPEST, len(sheet.rows))):
        for rank, shape in enumerate(layout.shapes):
            if shape.depth and row - shape.depth + 1 >= start:
                likeness = _likeness(shape, sheet, row)
                if likeness >= _ALIKE and (best is None or likeness > best[0]):
                    best = (likeness, rank, shape, row)
    if best is None:
        return None
    _, rank, shape, row = best
    header = (row - shape.depth + 1, row)
    grid = Grid(sheet)
    following = next_header(grid, header)
    end = following[0] if following else len(sheet.rows)
    labels = _labels(sheet, header, grid.width)
    return Laying(sheet, shape, rank, header, row + 1, end, labels)


def _labels(sheet: Sheet, header: tuple[int, int], width: int) -> list[tuple[str, ...]]:
    labels = stacked_labels(sheet, *header)
    return labels + [()] * (width - len(labels))


def _likeness(shape: SheetShape, sheet: Sheet, row: int) -> float:
    """The share of the shape's headers that are there."""
    wanted = [form for form in map(_form, shape.headers) if form]
    said = {header_form(label_of(value)) for value in sheet.rows[row] if value != ""}
    if not wanted or not any(form.rsplit(JOINT, 1)[-1] in said for form in wanted):
        return 0.0
    stacks = stacked_labels(sheet, row - shape.depth + 1, row)
    there = {_form(JOINT.join(stack)) for stack in stacks}
    return sum(1 for form in wanted if form in there) / len(wanted)


def _form(header: str) -> str:
    return JOINT.join(header_form(label) for label in header.split(JOINT))


def _without_header(layout: Layout, sheet: Sheet) -> Iterator[Laying]:
    """A table that has no header is known by its width, and by numbers where its amounts are."""
    grid = Grid(sheet)
    for rank, shape in enumerate(layout.shapes):
        if shape.depth or grid.width != len(shape.headers) or not grid.spoken:
            continue
        amounts = [at for at, role in enumerate(shape.roles) if role.startswith("amount:")]
        rows = [sheet.rows[row] for row in grid.spoken[:_ROWS_PROFILED]]
        if all(
            profile_of(row[at] if at < len(row) else "" for row in rows).is_number for at in amounts
        ):
            labels: list[tuple[str, ...]] = [()] * grid.width
            yield Laying(sheet, shape, rank, None, grid.spoken[0], len(sheet.rows), labels)
            return


def aligned(before: Sequence[str], now: Sequence[str]) -> Alignment:
    """Follow columns by their headers, in order, then wherever a header went.

    A column without a header follows its neighbours; as many headers changed in a row as there
    were are renamed.
    """
    was, then = [_form(header) for header in before], [_form(header) for header in now]
    places: dict[int, int] = {}
    renamed: set[int] = set()
    replaced: list[tuple[int, int]] = []
    for what, a, b, c, d in SequenceMatcher(None, was, then, autojunk=False).get_opcodes():
        if what == "equal":
            places.update(zip(range(a, b), range(c, d), strict=True))
        elif what == "replace" and b - a == d - c:
            replaced += zip(range(a, b), range(c, d), strict=True)
    _follow_moved(was, then, places)
    for old, new in replaced:
        if old not in places and new not in places.values():
            places[old] = new
            renamed.add(old)
    taken = set(places.values())
    return Alignment(
        places,
        frozenset(renamed),
        tuple(old for old in range(len(was)) if old not in places),
        tuple(new for new in range(len(then)) if new not in taken and then[new]),
    )


def _follow_moved(was: Sequence[str], then: Sequence[str], places: dict[int, int]) -> None:
    """A header borne by one column only is the same column, wherever it stands."""
    taken = set(places.values())
    for old, form in enumerate(was):
        if form and old not in places and was.count(form) == 1 and then.count(form) == 1:
            new = then.index(form)
            if new not in taken:
                places[old] = new
                taken.add(new)
