"""Decimal commas in a file separated by commas: « 1234,56 » makes two cells of one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from beffroi.returns.reading.csv_records import Record

_WHOLE_PART = re.compile(r"\s*[-+]?(?:\d+|\d{1,3}(?:[ \u00a0\u202f]\d{3})+)")
_DECIMALS = re.compile(r"\d{1,2}\s*(?:€|%)?\s*")
_OFTEN = 0.3
"""The share of the rows that must be too long before decimals are thought of."""
_MOST_PLACES = 12

Places = tuple[int, ...]
"""Where, in a row, a whole part is followed by its decimals."""


def glue_decimals(rows: Sequence[Record], widths: Sequence[int], header: int) -> dict[int, Record]:
    """The rows whose decimals were cut off, whole again, by their number.

    ``widths`` counts the cells of each row, blank ones at its end included; ``header`` is the
    number of the row that names the columns. A row is mended where it has as many places for
    decimals as it has cells too many, or where only one choice among them agrees with the columns
    that have decimals in the other rows.
    """
    excess = {
        at: widths[at] - widths[header]
        for at in range(header + 1, len(rows))
        if widths[at] > widths[header]
    }
    if len(excess) < _OFTEN * (len(rows) - header - 1):
        return {}
    choices = {at: list(_choices(rows[at], cells)) for at, cells in excess.items()}
    columns = Counter(
        column for places in choices.values() if len(places) == 1 for column in _columns(places[0])
    )
    mended = {}
    for at, possible in choices.items():
        agreeing = [places for places in possible if all(map(columns.get, _columns(places)))]
        if len(agreeing) == 1:
            mended[at] = _glued(rows[at], agreeing[0])
    return mended


def _choices(row: Record, excess: int) -> Iterator[Places]:
    """The ways of gluing ``excess`` pairs of neighbouring cells into numbers."""
    pairs = [
        at
        for at in range(len(row) - 1)
        if _WHOLE_PART.fullmatch(row[at]) and _DECIMALS.fullmatch(row[at + 1])
    ]
    if len(pairs) > _MOST_PLACES:
        return
    for places in combinations(pairs, excess):
        if all(after - before > 1 for before, after in pairwise(places)):
            yield places


def _columns(places: Places) -> Iterator[int]:
    """The columns that the glued numbers fall in."""
    return (at - already for already, at in enumerate(places))


def _glued(row: Record, places: Places) -> Record:
    glued: Record = []
    for at, cell in enumerate(row):
        if at - 1 in places:
            glued[-1] = f"{glued[-1]},{cell}"
        else:
            glued.append(cell)
    return glued
