"""Reading partners' workbooks: pure Python, no database, no web.

``read_return`` takes a file as it is and says what it says: lines with typed cells and addresses,
findings, and the rows that are no data.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from beffroi.returns.reading.changes import changes_of
from beffroi.returns.reading.collecting import cycles_left_alone
from beffroi.returns.reading.dates import dates_stated
from beffroi.returns.reading.directories import Bodies, KnownNames, reference_bodies
from beffroi.returns.reading.findings import finding
from beffroi.returns.reading.fitting import Fit, fits
from beffroi.returns.reading.interpreting import SheetReading
from beffroi.returns.reading.kinds import SEVERITIES
from beffroi.returns.reading.layout import Layout, layouts
from beffroi.returns.reading.lines import Amount, Finding, Line, NotData, Reading, address
from beffroi.returns.reading.opening import read_workbook
from beffroi.returns.reading.references import CommunesIndex, ContractFrame, reference_communes
from beffroi.returns.reading.said import NOTHING_SAID, Said
from beffroi.returns.reading.workbook import UnreadableFile, Workbook, column_letters

__all__ = [
    "Amount",
    "Bodies",
    "CommunesIndex",
    "ContractFrame",
    "Finding",
    "Line",
    "NotData",
    "Reading",
    "UnreadableFile",
    "read_opened",
    "read_return",
]


def read_return(
    source: Path | str | bytes,
    *,
    name: str = "",
    layout: str | None = None,
    known: Mapping[str, Layout] | None = None,
    contract: ContractFrame | None = None,
    communes: CommunesIndex | None = None,
    bodies: Bodies | None = None,
    said: Said | None = None,
) -> Reading:
    """Read a partner's workbook by the layout whose shape it has (or by ``layout``).

    ``source`` is the file, or its content with the ``name`` to call it by. ``known`` are the
    layouts it may have, by name: by default, those that the project carries. Without ``contract``,
    objectives are not checked. ``bodies`` are the funders and EPCI that rows may name. ``said`` is
    what a person said of the rows of this very workbook.
    Raises :class:`UnreadableFile`, with one sentence for the person who sent the file.
    """
    with cycles_left_alone():
        workbook = read_workbook(Path(source) if isinstance(source, str) else source, name)
        return read_opened(
            workbook,
            layout=layout,
            known=known,
            contract=contract,
            communes=communes,
            bodies=bodies,
            said=said,
        )


def read_opened(
    workbook: Workbook,
    *,
    layout: str | None = None,
    known: Mapping[str, Layout] | None = None,
    contract: ContractFrame | None = None,
    communes: CommunesIndex | None = None,
    bodies: Bodies | None = None,
    said: Said | None = None,
) -> Reading:
    """The same, of a workbook already open."""
    every_fit = fits(workbook, layout, layouts() if known is None else known)
    known_names = KnownNames(
        contract, communes or reference_communes(), bodies or reference_bodies()
    )
    return _read(workbook, every_fit, known_names, said or {})


def _read(
    workbook: Workbook,
    every_fit: Sequence[Fit],
    names: KnownNames,
    said: Said,
) -> Reading:
    chosen = _chosen(every_fit, said)
    readings = [SheetReading(fit, names, said.get(fit.sheet.name, NOTHING_SAID)) for fit in chosen]
    for reading in readings:
        reading.read()
    kept, twins = _without_twins(readings)
    findings = [*workbook.findings, *(found for each in kept for found in each.findings)]
    findings += changes_of([fit.laying for fit in chosen if fit.laying])
    findings += _said_of_sheets(workbook, every_fit, chosen, twins)
    used = chosen[0]
    return Reading(
        layout=used.layout.name,
        source=used.layout.source,
        unit=used.unit,
        lines=[line for reading in kept for line in reading.lines],
        findings=sorted(findings, key=lambda found: SEVERITIES.index(found.severity)),
        not_data=[row for reading in kept for row in reading.not_data],
        nature=used.layout.nature,
        code_names_operation=used.layout.code_names_operation,
        covers=frozenset(covered for reading in readings for covered in reading.covers),
        stated_on=[stated for fit in chosen for stated in _stated_on(fit)],
        columns={
            fit.sheet.name: {meaning: column_letters(at) for meaning, at in fit.columns.items()}
            for fit in chosen
        },
    )


def _chosen(every_fit: Sequence[Fit], said: Said) -> Sequence[Fit]:
    """The tables that are read: those of hidden sheets where there are no others, or as said."""
    asked = {fit.sheet.name: said.get(fit.sheet.name, NOTHING_SAID).read for fit in every_fit}
    wanted = [fit for fit in every_fit if asked[fit.sheet.name] is not False] or every_fit
    return [fit for fit in wanted if asked[fit.sheet.name] or not fit.sheet.hidden] or wanted


def _stated_on(fit: Fit) -> Iterator[tuple[datetime.date, str]]:
    """The dates that the titles above a header say, with the cell of each."""
    for number in range(fit.header_row):
        for column, value in enumerate(fit.sheet.rows[number]):
            if isinstance(value, str):
                where = address(fit.sheet.name, f"{column_letters(column)}{number + 1}")
                yield from ((date, where) for date in dates_stated(value))


def _without_twins(
    readings: Sequence[SheetReading],
) -> tuple[list[SheetReading], list[SheetReading]]:
    """The sheets that count, and those that repeat one of them line for line."""
    kept: list[SheetReading] = []
    twins: list[SheetReading] = []
    for reading in readings:
        content = reading.sorter.seen
        is_twin = bool(content) and any(content == other.sorter.seen for other in kept)
        is_twin = is_twin and not reading.said.read
        (twins if is_twin else kept).append(reading)
    return kept, twins


def _said_of_sheets(
    workbook: Workbook,
    every_fit: Sequence[Fit],
    chosen: Sequence[Fit],
    twins: Sequence[SheetReading],
) -> Iterator[Finding]:
    """What is said of whole sheets: none is left out in silence."""
    twin_names = {twin.fit.sheet.name for twin in twins}
    fitting, read = ({fit.sheet.name for fit in each} for each in (every_fit, chosen))
    for sheet in workbook.sheets_with_content():
        if sheet.name in twin_names:
            kind = "twin_sheet"
        elif sheet.name in read:
            kind = "only_hidden_sheets" if sheet.hidden else ""
        elif sheet.name in fitting:
            kind = "hidden_sheet" if sheet.hidden else "sheet_not_read"
        else:
            numbers = sum(isinstance(value, float) for row in sheet.rows for value in row)
            kind = "sheet_with_numbers_not_read" if numbers > 2 else "sheet_not_read"
        if kind:
            yield finding(address(sheet.name, "1"), kind, sheet.name)
