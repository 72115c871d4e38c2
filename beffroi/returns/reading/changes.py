"""What has changed in a workbook since its layout was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from beffroi.returns.reading.findings import finding
from beffroi.returns.reading.layout import Layout
from beffroi.returns.reading.lines import Finding, address
from beffroi.returns.reading.shapes import JOINT, Laying, layings
from beffroi.returns.reading.workbook import Workbook, column_letters


def changes_of(layed: Sequence[Laying]) -> list[Finding]:
    """How tables differ from the shapes of their layout; empty where nothing changed."""
    at_home = {laying.rank for laying in layed if _row(laying) == laying.shape.last_header_row}
    found = [
        change for laying in layed for change in (*_header(laying, at_home), *_columns(laying))
    ]
    return list(dict.fromkeys(found))


def nearest_change(
    known: Iterable[Layout], workbook: Workbook
) -> tuple[Layout, list[Finding]] | None:
    """The layout whose shape the workbook bears with fewest changes, and these.

    ``None`` where the workbook looks like none of them, or like one without any change.
    """
    found: list[tuple[Layout, list[Finding]]] = []
    for layout in known:
        layed = [
            laying for sheet in workbook.sheets_with_content() for laying in layings(layout, sheet)
        ]
        if layed:
            found.append((layout, changes_of(layed)))
    nearest = min(found, key=lambda each: len(each[1]), default=None)
    return nearest if nearest and nearest[1] else None


def _row(laying: Laying) -> int:
    return laying.header[1] if laying.header else laying.first


def _header(laying: Laying, at_home: set[int]) -> Iterator[Finding]:
    """The header of a shape moved where none of its tables has it at its place."""
    row = _row(laying)
    if laying.header and laying.rank not in at_home:
        shown = f"{laying.shape.last_header_row + 1} → {row + 1}"
        yield finding(address(laying.sheet.name, str(row + 1)), "header_moved", shown)


def _columns(laying: Laying) -> Iterator[Finding]:
    shape, alignment = laying.shape, laying.alignment
    headers = [JOINT.join(stack) for stack in laying.labels]
    row = str(_row(laying) + 1)

    def at(column: int) -> str:
        return address(laying.sheet.name, f"{column_letters(column)}{row}")

    for was, now in sorted(alignment.places.items(), key=lambda each: each[1]):
        if was in alignment.renamed:
            shown = f"« {shape.headers[was]} » → « {headers[now]} »"
            yield finding(at(now), "renamed_column", shown)
    for new in alignment.new:
        yield finding(at(new), "new_column", headers[new])
    for gone in alignment.gone:
        if shape.headers[gone]:
            yield finding(address(laying.sheet.name, row), "column_gone", shape.headers[gone])
