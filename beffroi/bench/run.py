"""``beffroi bench``: the budgets of the design, as ratios of medians measured in one run."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPEATS = 5


@dataclass(frozen=True, slots=True)
class Result:
    """A budget measured: how long ours took, against what, and the ratio it may not exceed."""

    budget: str
    ours_ms: float
    reference_ms: float
    limit: float
    detail: str

    @property
    def ratio(self) -> float:
        """Ours over the reference."""
        return self.ours_ms / self.reference_ms

    @property
    def held(self) -> bool:
        """Whether the budget holds."""
        return self.ratio <= self.limit

    def as_data(self) -> dict[str, Any]:
        """The result as JSON gives it."""
        return {
            "budget": self.budget,
            "ours_ms": round(self.ours_ms, 2),
            "reference_ms": round(self.reference_ms, 2),
            "ratio": round(self.ratio, 2),
            "limit": self.limit,
            "held": self.held,
            "detail": self.detail,
        }

    @property
    def sentence(self) -> str:
        """The result for people."""
        verdict = "tenu" if self.held else "DÉPASSÉ"
        return (
            f"{self.budget} : {self.ratio:.2f} (limite {self.limit}) {verdict} — "
            f"{self.ours_ms:.1f} ms contre {self.reference_ms:.1f} ms ; {self.detail}"
        )


def median_ms(act: Callable[[], object], repeats: int = REPEATS) -> float:
    """The median time of an act, in milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


@contextmanager
def throw_away_site() -> Iterator[None]:
    """A site on an embedded cluster of its own, as in production but for its data."""
    from beffroi.server.commands import opened_site

    with (
        tempfile.TemporaryDirectory(prefix="beffroi-bench-") as folder,
        opened_site(Path(folder)),
    ):
        yield


def run(budgets: Sequence[str], *, quick: bool) -> list[Result]:
    """Measure the budgets named, in order."""
    results: list[Result] = []
    if "read" in budgets:
        from beffroi.bench.reading import read_and_check

        results.append(read_and_check(rows=3_000 if quick else 33_000))
    if {"match", "post", "figures"} & set(budgets):
        with throw_away_site():
            if "match" in budgets:
                from beffroi.bench.matching import match

                results.append(
                    match(rows=3_000 if quick else 33_000, operations=10_000 if quick else 100_000)
                )
            if "post" in budgets:
                from beffroi.bench.posting import post_statements

                results.extend(post_statements(lines=3_000 if quick else 33_000))
            if "figures" in budgets:
                from beffroi.bench.figures import figures_at_random

                results.append(
                    figures_at_random(
                        small=10_000 if quick else 100_000, large=50_000 if quick else 1_000_000
                    )
                )
    if "pages" in budgets:
        with throw_away_site():
            from beffroi.bench.pages import pages

            results.extend(pages(operations=5_000 if quick else 100_000))
    return results


BUDGETS = ("read", "match", "post", "figures", "pages")
