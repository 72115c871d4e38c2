"""A date that the contract does not cover."""

from __future__ import annotations

from collections.abc import Iterator

from beffroi.returns.checking.known import KnownContract
from beffroi.returns.reading import Finding, Reading
from beffroi.returns.reading.findings import finding
from beffroi.returns.reading.lines import address


def date_outside_contract(reading: Reading, known: KnownContract) -> Iterator[Finding]:
    """Dates before the contract starts, or after it ends; nothing where its bounds are unknown."""
    for line in reading.lines:
        if line.date is None:
            continue
        is_early = known.start is not None and line.date < known.start
        is_late = known.end is not None and line.date > known.end
        if is_early or is_late:
            column = reading.columns.get(line.sheet, {}).get("date", "")
            where = address(line.sheet, f"{column}{line.row}")
            yield finding(where, "date_outside_contract", f"{line.date:%d/%m/%Y}")
