"""Which rows of a table add up others: found by arithmetic, whatever their label says.

Rows are given in their order, each as the cents of its amount columns (``None`` where a cell says
nothing). A sum is told only where it adds at least two rows that are not zero, in every column that
says something, to the cent.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import pairwise

Cents = Sequence[int | None]

MOST_STARTS = 200
"""How many earlier limits a sum may reach back to: groups are nested, not endless."""

MOST_ROWS = 4_000
"""Beyond, no structure is looked for among rows that nothing tells apart."""

_LEVELS = 4
_STEPS = tuple(10**power for power in range(11, 0, -1))
_WHOLE = 0.9


def rounding_of(values: Collection[int]) -> int:
    """How far, in cents, a total may be from such amounts because each was rounded as it shows."""
    step = next((step for step in _STEPS if all(value % step == 0 for value in values)), 1)
    return step * len(values) // 2 if step > 1 else 0


class Column:
    """The running sums of one column over the rows that count."""

    def __init__(self, cents: Sequence[int | None], counted: Sequence[bool]) -> None:
        self.sums = [0]
        self.addends = [0]
        for value, counts in zip(cents, counted, strict=True):
            adds = value if counts and value else 0
            self.sums.append(self.sums[-1] + adds)
            self.addends.append(self.addends[-1] + bool(adds))

    @cached_property
    def places(self) -> Mapping[int, Sequence[int]]:
        """Where each running sum is met, in order."""
        found: dict[int, list[int]] = {}
        for place, total in enumerate(self.sums):
            found.setdefault(total, []).append(place)
        return found

    def between(self, start: int, end: int) -> int:
        """The sum of rows from ``start`` to ``end``, excluded."""
        return self.sums[end] - self.sums[start]

    def count(self, start: int, end: int) -> int:
        """How many of them are not zero."""
        return self.addends[end] - self.addends[start]


class Additions:
    """The amount rows of a table, and which of them count as lines."""

    def __init__(self, rows: Sequence[Cents], counted: Sequence[bool]) -> None:
        self.rows = rows
        self.counted = list(counted)
        self._columns: list[Column] = []
        self._refresh()

    def _refresh(self) -> None:
        width = len(self.rows[0]) if self.rows else 0
        self._columns = [
            Column([row[at] for row in self.rows], self.counted) for at in range(width)
        ]

    def set_aside(self, positions: Set[int]) -> None:
        """Those rows are sums: they count no more."""
        for position in positions:
            self.counted[position] = False
        self._refresh()

    def count_again(self, positions: Set[int]) -> None:
        """Those rows were no sums: they count as lines."""
        for position in positions:
            self.counted[position] = True
        self._refresh()

    def adds_up(self, position: int, start: int, end: int, least: int = 2) -> bool:
        """Whether a row is, column by column, the sum of the rows from ``start`` to ``end``."""
        is_sum = False
        for column, value in zip(self._columns, self.rows[position], strict=True):
            if value is None:
                continue
            if column.between(start, end) != value:
                return False
            is_sum = is_sum or (value != 0 and column.count(start, end) >= least)
        return is_sum

    def above(self, position: int, starts: Sequence[int], least: int = 2) -> bool:
        """Whether a row is the sum of those above it, from one of the starts."""
        near = [start for start in starts if start < position][-MOST_STARTS:]
        return any(self.adds_up(position, start, position, least) for start in {0, *near})

    def below(self, position: int, ends: Sequence[int], least: int = 2) -> bool:
        """Whether a row is the sum of those under it, up to one of the ends."""
        near = [end for end in ends if end > position + 1][:MOST_STARTS]
        last = len(self.rows)
        return any(self.adds_up(position, position + 1, end, least) for end in {*near, last})

    def anywhere_above(self, position: int) -> bool:
        """Whether a row is the sum of a run of rows just above it, wherever the run starts."""
        first = self._first_said(position)
        if first is None:
            return False
        column, value = first
        starts = column.places.get(column.sums[position] - value, ())
        return any(
            self.adds_up(position, start, position, 1) for start in starts if start < position
        )

    def shortest_below(self, position: int) -> int | None:
        """Where the shortest run of rows ends that starts under a row, and that it adds up."""
        first = self._first_said(position)
        if first is None:
            return None
        column, value = first
        ends = column.places.get(column.sums[position + 1] + value, ())
        for end in ends[bisect_left(ends, position + 3) :]:
            if self.adds_up(position, position + 1, end):
                return end
        return None

    def _first_said(self, position: int) -> tuple[Column, int] | None:
        for column, value in zip(self._columns, self.rows[position], strict=True):
            if value:
                return column, value
        return None


def sums_in_structure(
    rows: Sequence[Cents], counted: Sequence[bool], likeness: Callable[[int], Hashable]
) -> set[int]:
    """The rows that add up others in a table made of groups all along, sums above or under.

    Groups must follow one another and hold nearly every row, or nothing is told: by chance a few
    rows add up in any list. ``likeness`` tells rows that look alike (same columns filled…): those
    that look like the sums and like no line are sums too, be it of a single row.
    """
    found: set[int] = set()
    if not 3 <= len(rows) <= MOST_ROWS:
        return found
    still = list(counted)
    for _ in range(_LEVELS):
        level = _level(rows, still, likeness)
        if not level:
            break
        found |= level
        for position in level:
            still[position] = False
    return found


def _level(
    rows: Sequence[Cents], counted: Sequence[bool], likeness: Callable[[int], Hashable]
) -> set[int]:
    kept = [position for position, counts in enumerate(counted) if counts]
    if len(kept) < 3:
        return set()
    values = [rows[position] for position in kept]
    forward = dict(_groups(values))
    backward = {len(values) - 1 - position: size for position, size in _groups(values[::-1])}
    for groups in (forward, backward):
        sums = {kept[position] for position in groups}
        covered = sum(size + 1 for size in groups.values())
        alike = _alike(kept, sums, likeness)
        enough = len(groups) >= 2 or max(groups.values(), default=0) >= 3
        if groups and enough and covered + len(alike - sums) >= _WHOLE * len(kept):
            return sums | _alike_that_hold(kept, rows, alike, forward=groups is forward)
        held = _alike_that_hold(kept, rows, alike, forward=groups is forward)
        if len(groups) >= 2 and alike and len(held) >= _WHOLE * len(alike):
            return alike | sums
    return set()


def _groups(values: Sequence[Cents]) -> Iterator[tuple[int, int]]:
    """Each row that is the sum of the next ones, with how many; the shortest run that fits."""
    everything = Additions(values, [True] * len(values))
    position = 0
    while position < len(values) - 2:
        end = everything.shortest_below(position)
        if end is None:
            position += 1
        else:
            yield position, end - position - 1
            position = end


def _alike(kept: Sequence[int], sums: Set[int], likeness: Callable[[int], Hashable]) -> set[int]:
    """The rows that look like the sums, where no line looks like them."""
    looks = {likeness(position) for position in sums}
    alike = {position for position in kept if likeness(position) in looks}
    return alike if len(alike) <= len(kept) / 2 and len(alike) <= 3 * len(sums) else set(sums)


def _alike_that_hold(
    kept: Sequence[int], rows: Sequence[Cents], alike: Set[int], *, forward: bool
) -> set[int]:
    """Among rows that look alike, those that are the sum of the rows up to the next of them.

    None where a row comes before the first of them.
    """
    order = list(kept) if forward else list(reversed(kept))
    if not order or order[0] not in alike:
        return set()
    counted = [position not in alike for position in order]
    additions = Additions([rows[position] for position in order], counted)
    marks = [at for at, position in enumerate(order) if position in alike] + [len(order)]
    return {
        order[start]
        for start, end in pairwise(marks)
        if additions.adds_up(start, start + 1, end, 1)
    }
