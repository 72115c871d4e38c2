"""National workbooks of State grants: the lines of one region, located."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from beffroi.returns.reading.lines import Finding, Line, Reading
from beffroi.returns.reading.workbook import UnreadableFile

LOCATIONS = (
    Path(__file__).resolve().parents[2]
    / "reference"
    / "ordinary"
    / "hauts_de_france_dsil_detr_2018_2019.csv"
)
DEPARTMENTS: Mapping[str, frozenset[str]] = {"32": frozenset({"02", "59", "60", "62", "80"})}


@dataclass(frozen=True, slots=True)
class Location:
    """Where a project is, today: a commune, or else the EPCI that bears it; and its exercise."""

    commune: str
    epci: str
    year: int | None


def lines_of_region(reading: Reading, region: str) -> Reading:
    """The same reading, kept to the projects of a region, with their place and exercise.

    Projects are located by their identifier, from the reference carried by the project; those that
    it does not know have neither place nor exercise. Raises :class:`UnreadableFile` for a workbook
    that is not national, or a region not known.
    """
    departments = DEPARTMENTS.get(region)
    if departments is None:
        raise UnreadableFile(
            f"La région « {region} » n'est pas dans le référentiel : "
            f"écrivez l'une de {', '.join(DEPARTMENTS)}."
        )
    if reading.nature != "ordinary":
        raise UnreadableFile(
            "Ce classeur n'est pas un classeur national de droit commun : donnez --contract et "
            "--partner plutôt que --ordinary."
        )
    kept = [_located(line) for line in reading.lines if line.department.zfill(2) in departments]
    rows = {(line.sheet, line.row) for line in reading.lines}
    rows -= {(line.sheet, line.row) for line in kept}
    return replace(
        reading,
        lines=kept,
        findings=[found for found in reading.findings if _row_of(found) not in rows],
    )


def _located(line: Line) -> Line:
    place = located_projects().get(line.code) or Location("", "", None)
    return line._replace(
        commune=place.commune,
        epci=place.epci,
        amounts=[amount._replace(year=place.year) for amount in line.amounts],
    )


@lru_cache(maxsize=1)
def located_projects() -> Mapping[str, Location]:
    """Where each project is; the EPCI only where no commune is."""
    with LOCATIONS.open(encoding="utf-8", newline="") as file:
        return {
            row["id"]: Location(
                row["insee_2026"],
                "" if row["insee_2026"] else row["epci_2026"],
                int(row["annee"]),
            )
            for row in csv.DictReader(file)
        }


def _row_of(found: Finding) -> tuple[str, int]:
    sheet, _, cell = found.where.rpartition("!")
    return sheet, int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
