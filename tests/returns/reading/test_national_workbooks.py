"""The national workbooks of State grants, and what their lines of Hauts-de-France add up to."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from beffroi.returns.reading import Reading, UnreadableFile, read_return
from beffroi.returns.reading.ordinary import LOCATIONS, lines_of_region
from tests.returns.reading.rounds import ORDINARY, return_path

REGION = "32"


@dataclass(frozen=True)
class National:
    """One year's workbook, and what is known of it."""

    year: int
    file: str
    layout: str
    rows: int
    kept: int
    grants: int
    cost: int
    unplaced: int


NATIONAL = (
    National(
        year=2018,
        file="Projets_DI_2018.ods",
        layout="dotations-2018",
        rows=26295,
        kept=2717,
        grants=12638597707,
        cost=55020758099,
        unplaced=136,
    ),
    National(
        year=2019,
        file="projets_dotations_investissement_2019.xlsx",
        layout="dotations-2019",
        rows=24811,
        kept=2568,
        grants=13068717564,
        cost=57822471218,
        unplaced=26,
    ),
)


@pytest.fixture(scope="module", params=NATIONAL, ids=lambda each: str(each.year))
def national(request: pytest.FixtureRequest) -> tuple[National, Reading]:
    known = request.param
    return known, read_return(ORDINARY / known.file)


def test_the_whole_workbook(national: tuple[National, Reading]) -> None:
    known, reading = national
    assert (reading.layout, reading.nature) == (known.layout, "ordinary")
    assert reading.rows + sum(row.what == "duplicate" for row in reading.not_data) == known.rows
    assert not [found for found in reading.findings if found.severity == "error"]


def test_the_lines_of_the_region(national: tuple[National, Reading]) -> None:
    known, reading = national
    region = lines_of_region(reading, REGION)
    assert region.rows == known.kept
    assert region.sums_cents == {"programmed": known.grants}
    assert region.cost_cents == known.cost
    assert not region.unread


def test_the_lines_of_the_region_are_located(national: tuple[National, Reading]) -> None:
    known, reading = national
    region = lines_of_region(reading, REGION)
    assert not [line for line in region.lines if line.commune and line.epci]
    assert sum(not (line.commune or line.epci) for line in region.lines) == known.unplaced
    assert {amount.year for line in region.lines for amount in line.amounts} == {known.year}
    departments = {line.department.zfill(2) for line in region.lines}
    assert departments == {"02", "59", "60", "62", "80"}


def test_each_project_against_the_reference(national: tuple[National, Reading]) -> None:
    """The same projects, published elsewhere: cell by cell, each rounded half up."""
    known, reading = national
    with LOCATIONS.open(encoding="utf-8", newline="") as file:
        published = {
            row["id"]: (row["dotation"], _cents(row["subvention"]), _cents(row["cout"]))
            for row in csv.DictReader(file)
            if row["annee"] == str(known.year)
        }
    region = lines_of_region(reading, REGION)
    assert published == {
        line.code: (line.amounts[0].scheme, line.amounts[0].cents, line.cost)
        for line in region.lines
    }


def _cents(written: str) -> int | None:
    """What is not said is no zero."""
    return int((Decimal(written) * 100).to_integral_value(ROUND_HALF_UP)) if written else None


def test_a_region_not_known_is_refused(national: tuple[National, Reading]) -> None:
    with pytest.raises(UnreadableFile, match="99"):
        lines_of_region(national[1], "99")


def test_a_return_is_no_national_workbook() -> None:
    reading = read_return(return_path(2024, "etat_sgar.xlsx"))
    with pytest.raises(UnreadableFile, match="droit commun"):
        lines_of_region(reading, REGION)


def test_the_workbooks_are_there() -> None:
    """A silent absence would make the tests above pass for want of material."""
    assert all(Path(ORDINARY / each.file).is_file() for each in NATIONAL)
