"""What reading a return gives: lines, findings, rows that are no data."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

UNPLACED = "?"
"""The axis of a line whose objective nobody knows."""


class Amount(NamedTuple):
    """One amount cell that says something.

    ``cents`` is ``None`` where it could not be read. ``cell`` is its address in the sheet
    (``H12``); ``claim`` tells that the source speaks of another's money.
    """

    stage: str
    funder: str
    cents: int | None
    cell: str
    shown: str
    year: int | None = None
    scheme: str = ""
    nature: str = "contractual"
    tax_basis: str = ""
    claim: bool = False


class Line(NamedTuple):
    """One row of a return: an operation, or a part of one, as the source describes it.

    ``objective`` is the contract's code, ``None`` where it is unknown. ``commune`` is today's
    code; ``epci`` a SIREN; ``objective_shown`` is what was written. ``cost`` is in cents, ``None``
    where it is not said or not read. ``date`` is the one that the layout reads (of the decision, of
    the commitment).
    """

    sheet: str
    row: int
    code: str
    title: str
    owner: str
    siret: str
    commune: str
    commune_name: str
    objective: str | None
    axis: str
    amounts: Sequence[Amount]
    cost: int | None = None
    epci: str = ""
    department: str = ""
    objective_shown: str = ""
    date: datetime.date | None = None

    @property
    def where(self) -> str:
        """The row's address: ``Sheet!12``, or ``12`` where the sheet has no name."""
        return address(self.sheet, str(self.row))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something doubtful or wrong in one cell, with what to do about it."""

    where: str
    kind: str
    severity: str
    shown: str
    message: str

    def as_data(self) -> dict[str, str]:
        """The finding as JSON gives it."""
        return {
            "where": self.where,
            "kind": self.kind,
            "severity": self.severity,
            "shown": self.shown,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class NotData:
    """A row that is no line: ``subtotal``, ``total``, ``blank``, ``note``, ``duplicate``…"""

    where: str
    what: str

    def as_data(self) -> dict[str, str]:
        """The row as JSON gives it."""
        return {"where": self.where, "what": self.what}


@dataclass(frozen=True, slots=True)
class Reading:
    """A return, read. Sums are in cents, of the source's own money only.

    ``code_names_operation`` is what the layout says of its codes; ``covers`` the funders and stages
    of which the workbook has a column; ``stated_on`` the dates its titles say, and where;
    ``columns`` the letters of each sheet's columns, by what they mean.
    """

    layout: str
    source: str
    unit: str
    lines: Sequence[Line]
    findings: Sequence[Finding]
    not_data: Sequence[NotData]
    nature: str = "contractual"
    code_names_operation: bool = True
    covers: frozenset[tuple[str, str]] = frozenset()
    stated_on: Sequence[tuple[datetime.date, str]] = ()
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many lines were read."""
        return len(self.lines)

    @property
    def sums_cents(self) -> dict[str, int]:
        """The amounts read, by stage."""
        sums: dict[str, int] = {}
        for line in self.lines:
            for amount in line.amounts:
                if not amount.claim:
                    sums[amount.stage] = sums.get(amount.stage, 0) + (amount.cents or 0)
        return sums

    @property
    def sums_by_axis(self) -> dict[str, dict[str, int]]:
        """The amounts read, by axis and stage; ``?`` where the objective is unknown."""
        sums: dict[str, dict[str, int]] = {}
        for line in self.lines:
            for amount in line.amounts:
                if not amount.claim:
                    axis = sums.setdefault(line.axis, {})
                    axis[amount.stage] = axis.get(amount.stage, 0) + (amount.cents or 0)
        return sums

    @property
    def unread(self) -> dict[str, int]:
        """How many amount cells could not be read, by stage."""
        counts: dict[str, int] = {}
        for line in self.lines:
            for amount in line.amounts:
                if amount.cents is None and not amount.claim:
                    counts[amount.stage] = counts.get(amount.stage, 0) + 1
        return counts

    @property
    def cost_cents(self) -> int:
        """The costs read, added up."""
        return sum(line.cost or 0 for line in self.lines)

    def as_data(self) -> dict[str, Any]:
        """The answer of ``beffroi read --json``."""
        return {
            "layout": self.layout,
            "rows": self.rows,
            "sums_cents": self.sums_cents,
            "sums_by_axis": self.sums_by_axis,
            "unread": self.unread,
            "findings": [finding.as_data() for finding in self.findings],
            "not_data": [row.as_data() for row in self.not_data],
        }


def address(sheet: str, cell: str) -> str:
    """``Sheet!H12``, or ``H12`` where the sheet has no name."""
    return f"{sheet}!{cell}" if sheet else cell
