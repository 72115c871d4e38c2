"""The classes of a map: round bounds near the quantiles, so that each holds about as many areas.

Values are integer cents. What is silent, said to be zero, unread and negative has classes of its
own: none of them is a small amount.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST = 5
"""How many shades an eye tells apart."""
SILENT, UNREAD, ZERO, NEGATIVE = "silent", "unread", "zero", "negative"
SHADES = {1: (3,), 2: (2, 4), 3: (1, 3, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 5)}
"""The shades of so many classes, the lightest first."""
_ROUND = (10, 15, 20, 25, 30, 40, 50, 60, 80, 100)
"""What a bound may begin with, in tenths of its power of ten."""


@dataclass(frozen=True, slots=True)
class MapClass:
    """One line of a legend: its key, its bounds (the upper one excluded), how many areas it holds.

    The lowest class of amounts has no lower bound, the highest no upper one.
    """

    key: str
    count: int
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Classes:
    """The bounds between the classes of positive amounts, strictly increasing."""

    bounds: tuple[int, ...]

    def key(self, value: int | None, unread: int = 0) -> str:
        """The class of a value: ``shade-1`` is the lightest shade, ``shade-5`` the darkest."""
        if value is None:
            return SILENT
        if value == 0:
            return UNREAD if unread else ZERO
        if value < 0:
            return NEGATIVE
        shades = SHADES[len(self.bounds) + 1]
        return f"shade-{shades[bisect_right(self.bounds, value)]}"

    def legend(self, keys: Iterable[str]) -> list[MapClass]:
        """The classes in order, with how many areas each holds; without those that hold none."""
        counted = Counter(keys)
        edges = [None, *self.bounds, None]
        shades = SHADES[len(self.bounds) + 1]
        found = [
            MapClass(f"shade-{shade}", counted[f"shade-{shade}"], low, high)
            for shade, low, high in zip(shades, edges, edges[1:], strict=False)
        ]
        others = [MapClass(key, counted[key]) for key in (NEGATIVE, ZERO, UNREAD, SILENT)]
        return [each for each in [*found, *others] if each.count]


def classes(values: Iterable[int | None]) -> Classes:
    """The classes of some values: at most :data:`MOST`, none of them empty."""
    positive = sorted(value for value in values if value is not None and value > 0)
    wanted = min(MOST, len(set(positive)))
    near = (rounded_bound(positive[len(positive) * i // wanted]) for i in range(1, wanted))
    return Classes(_without_empty(positive, sorted(set(near))))


def rounded_bound(value: int) -> int:
    """The round number nearest to a positive one: 1, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 times a power of
    ten."""
    power = 10 ** (len(str(value)) - 1)
    return min((power * each for each in _ROUND), key=lambda each: abs(each - 10 * value)) // 10


def _without_empty(values: Sequence[int], bounds: Sequence[int]) -> tuple[int, ...]:
    """The bounds that leave something on each side."""
    kept: list[int] = []
    for bound in bounds:
        below = [value for value in values if (kept[-1] if kept else 0) <= value < bound]
        if below and values[-1] >= bound:
            kept.append(bound)
    return tuple(kept)
