"""National workbooks of State grants: the lines of one region, located."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from beffroi.returns.reading.lines import Finding, Reading
from beffroi.returns.reading.workbook import UnreadableFile

LOCATIONS = (
    Path(__file__).resolve().parents[2]
    / "reference"
    / "ordinary"
    / "hauts_de_france_dsil_detr_2018_2019.csv"
)
DEPARTMENTS: Mapping[str, frozenset[str]] = {"32": frozenset({"02", "59", "60", "62", "80"})}


def lines_of_region(reading: Reading, region: str, year: int) -> Reading:
    """The same reading, kept to the projects of a region, with their place and exercise.

    Projects are located by their identifier, from the reference carried by the project. Raises
    :class:`UnreadableFile` for a workbook that is not national, or a region not known.
    """
    departments = DEPARTMENTS.get(region)
    if departments is None:
        raise UnreadableFile(
            f"La région « {region} » n'est pas dans le référentiel : "
            f"écrivez l'une de {', '.join(DEPARTMENTS)}."
        )
    if any(amount.nature != "ordinary" for line in reading.lines[:1] for amount in line.amounts):
        raise UnreadableFile(
            "Ce classeur n'est pas un classeur national de droit commun : donnez --contract et "
            "--partner plutôt que --ordinary."
        )
    kept = [line for line in reading.lines if line.department.zfill(2) in departments]
    places = located_projects()
    for line in kept:
        line.commune, line.epci = places.get(line.code, ("", ""))
        line.amounts = [replace(amount, year=year) for amount in line.amounts]
    rows = {(line.sheet, str(line.row)) for line in kept}
    return replace(
        reading,
        lines=kept,
        findings=[found for found in reading.findings if _row_of(found) in rows],
        not_data=[row for row in reading.not_data if row.what != "duplicate"],
    )


@lru_cache(maxsize=1)
def located_projects() -> Mapping[str, tuple[str, str]]:
    """(commune code, EPCI SIREN) of each project located; the EPCI only where no commune is."""
    with LOCATIONS.open(encoding="utf-8", newline="") as file:
        return {
            row["id"]: (row["insee_2026"], "" if row["insee_2026"] else row["epci_2026"])
            for row in csv.DictReader(file)
        }


def _row_of(found: Finding) -> tuple[str, str]:
    sheet, _, cell = found.where.rpartition("!")
    return sheet, cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
