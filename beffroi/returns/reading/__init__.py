"""Reading partners' workbooks: pure Python, no database, no web.

``read_return`` takes a file as it is and says what it says: lines with typed cells and addresses,
findings, and the rows that are no data.
"""

from __future__ import annotations

from pathlib import Path

from beffroi.returns.reading.interpreting import SheetReading
from beffroi.returns.reading.layout import fits
from beffroi.returns.reading.lines import Amount, Finding, Line, NotData, Reading
from beffroi.returns.reading.opening import read_workbook
from beffroi.returns.reading.references import (
    CommunesIndex,
    ContractFrame,
    reference_communes,
)
from beffroi.returns.reading.workbook import UnreadableFile

__all__ = [
    "Amount",
    "CommunesIndex",
    "ContractFrame",
    "Finding",
    "Line",
    "NotData",
    "Reading",
    "UnreadableFile",
    "read_return",
]


def read_return(
    path: Path,
    *,
    layout: str | None = None,
    contract: ContractFrame | None = None,
    communes: CommunesIndex | None = None,
) -> Reading:
    """Read a partner's workbook by the layout whose shape it has (or by ``layout``).

    Without ``contract``, objectives are not checked. Raises :class:`UnreadableFile`, with one
    sentence for the person who sent the file.
    """
    workbook = read_workbook(path)
    found = fits(workbook, layout, path.name)
    readings = [SheetReading(fit, contract, communes or reference_communes()) for fit in found]
    for reading in readings:
        reading.read()
    used = found[0].layout
    return Reading(
        layout=used.name,
        source=used.source,
        unit=found[0].unit,
        lines=[line for reading in readings for line in reading.lines],
        findings=[finding for reading in readings for finding in reading.findings],
        not_data=[row for reading in readings for row in reading.not_data],
    )
