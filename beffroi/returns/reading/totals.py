"""Holding the rows that say totals to the lines they add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

MOST_GROUPS = 200
"""How many earlier totals a total may reach back over: groups are nested, not endless."""


@dataclass(slots=True)
class _Column:
    """What one column has said so far. ``marks`` keep the two sums at each total met."""

    cents: int = 0
    with_repeats: int = 0
    unread: bool = False
    rounded: int = 0
    marks: list[tuple[int, int]] = field(default_factory=lambda: [(0, 0)])


class Totals:
    """The running sums of a sheet's amount columns, line after line.

    A total is right when it is the sum of the lines since the start, or since any earlier total:
    groups may be nested. Lines that are repeated may be in it or not. Where a cell of the column
    was not read, nothing is said: what derives from it is not known.
    """

    def __init__(self, columns: Sequence[int]) -> None:
        self._columns = {column: _Column() for column in columns}

    def add(self, column: int, cents: int | None, *, rounded: bool = False) -> None:
        """One more line's amount, in cents; ``None`` where it could not be read."""
        self._add(column, cents, rounded=rounded, repeats=False)

    def add_repeat(self, column: int, cents: int | None) -> None:
        """The amount of a line that repeats another: it counts once, a sheet may count it twice."""
        self._add(column, cents, rounded=False, repeats=True)

    def _add(self, column: int, cents: int | None, *, rounded: bool, repeats: bool) -> None:
        said = self._columns[column]
        if cents is None:
            said.unread = True
            return
        said.rounded += rounded
        said.with_repeats += cents
        if not repeats:
            said.cents += cents

    def differing(self, totals: Mapping[int, int]) -> Iterator[tuple[int, int, int]]:
        """The columns of a total row (cents by column) that are no sum of the lines above: the
        column, what it says, what the lines since the last total add up to."""
        for column, total in totals.items():
            said = self._columns[column]
            if not said.unread and not self._adds_up(said, total):
                yield column, total, said.cents - said.marks[-1][0]
        for said in self._columns.values():
            said.marks = [*said.marks[-MOST_GROUPS:], (said.cents, said.with_repeats)]

    @staticmethod
    def _adds_up(said: _Column, total: int) -> bool:
        starts = [(0, 0), *said.marks]
        return any(
            abs(total - (now - start[which])) <= said.rounded
            for which, now in enumerate((said.cents, said.with_repeats))
            for start in starts
        )
