"""What pages are made of, besides tables: plain values that the template tags draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from beffroi.ui import figures
from beffroi.ui.columns import Rate
from beffroi.ui.figures import Unit

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Link:
    """A step of a breadcrumb trail, or a tab."""

    label: Text
    href: str = ""
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where something comes from."""

    label: Text
    href: str = ""
    on: date | None = None
    precision: Text = ""
    """« au millier près », « page 12 »…"""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a list of facts; no value is shown as silence, with its status."""

    label: Text
    value: Text = ""
    status: str = ""
    source: Source | None = None
    href: str = ""
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Elapsed:
    """How much of a period has gone by on a day."""

    start: date
    end: date
    on: date

    @property
    def days(self) -> int:
        """Days gone by, the first one included, within the period."""
        return min(max((self.on - self.start).days + 1, 0), self.total)

    @property
    def total(self) -> int:
        """Days of the whole period, both ends included."""
        return max((self.end - self.start).days + 1, 1)

    @property
    def share(self) -> int:
        """Whole percents, for drawing."""
        return figures.rounded(self.days * 100, self.total)

    @property
    def percent(self) -> str:
        """As it is read."""
        return figures.percent(self.days, self.total)


@dataclass(frozen=True, slots=True)
class Progress:
    """One rate drawn against elapsed time."""

    label: Text
    rate: Rate
    unit: Unit = Unit.MILLION
    href: str = ""
    unread: int = 0

    @property
    def known(self) -> bool:
        """Whether there is a rate at all."""
        return self.rate.numerator is not None and bool(self.rate.denominator)

    @property
    def share(self) -> int:
        """Whole percents between 0 and 100, for drawing."""
        if self.rate.numerator is None or not self.rate.denominator:
            return 0
        share = figures.rounded(max(self.rate.numerator, 0) * 100, abs(self.rate.denominator))
        return min(share, 100)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a switch: the unit, the view."""

    label: Text
    href: str
    current: bool = False


def unit_choices(current: Unit, query: str, parameter: str = "unite") -> Sequence[Choice]:
    """The unit switch: links to this page in each unit. ``query`` is the rest of its address."""
    rest = f"{query}&" if query else ""
    written = figures.style()
    return [
        Choice(written.symbol(unit), f"?{rest}{parameter}={unit.value}", unit is current)
        for unit in Unit
    ]
