"""From amounts to lengths: integers in, round ticks out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_TICKS = 5
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Scale:
    """Amounts between two round bounds laid over a length."""

    low: int
    high: int
    ticks: Sequence[int]
    start: float
    length: float

    def at(self, value: int) -> float:
        """Where an amount stands."""
        return self.start + self.length * (value - self.low) / (self.high - self.low)


def scale_of(values: Iterable[int], start: float, length: float) -> Scale:
    """The scale that holds these amounts and zero, on at most :data:`MOST_TICKS` intervals."""
    held = [0, *values]
    low, high = min(held), max(held)
    step = _step(max(high - low, 1))
    first, last = low // step, -(-high // step)
    last = max(last, first + 1)
    return Scale(
        first * step,
        last * step,
        [number * step for number in range(first, last + 1)],
        start,
        length,
    )


def _step(span: int) -> int:
    """The smallest of 1, 2, 5, 10, 20… that cuts a span into few enough intervals."""
    power = 1
    while True:
        for step in STEPS:
            if span <= step * power * (MOST_TICKS - 1):
                return step * power
        power *= 10
