"""Columns that name a funder or an EPCI: known by any of their names, and told where nobody is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from beffroi.returns.reading import Bodies, Reading, read_return
from beffroi.returns.reading.directories import directory_from, epci_form, reference_bodies
from beffroi.returns.reading.layout import layout_from

LAYOUT = layout_from(
    "aides",
    {
        "title": "Aides",
        "source": "etat",
        "unit": "€",
        "columns": {
            "title": ["Projet"],
            "funder": ["Financeur"],
            "epci": ["Intercommunalité"],
        },
        "required": ["title"],
        "amounts": [
            {"header": ["Accordé"], "stage": "programmed", "funder": "etat"},
            {"header": ["Part de la Région"], "stage": "programmed", "funder": "region-hdf"},
        ],
    },
)
BODIES = Bodies(
    directory_from(
        [
            ("etat", ["État (préfet de région)", "État"]),
            ("cd59", ["Département du Nord", "", "225900018"]),
            ("a", ["Fonds commun"]),
            ("b", ["Fonds commun"]),
        ]
    ),
    directory_from([("200033579", ["CA d'Hénin-Carvin"]), ("245", ["CC du Ternois"])], epci_form),
)


def read(*rows: str) -> Reading:
    header = "Projet;Financeur;Intercommunalité;Accordé;Part de la Région"
    content = "\n".join([header, *rows]).encode()
    return read_return(content, name="a.csv", known={"aides": LAYOUT}, bodies=BODIES)


def amounts(reading: Reading) -> Sequence[tuple[str, int | None, bool]]:
    return [(each.funder, each.cents, each.claim) for each in reading.lines[0].amounts]


def told(reading: Reading, kind: str) -> Sequence[tuple[str, str, str]]:
    return [(f.where, f.severity, f.shown) for f in reading.findings if f.kind == kind]


@pytest.mark.parametrize(
    "written", ["cd59", "Département du Nord", "DEPARTEMENT  DU NORD", "225900018"]
)
def test_a_line_names_whose_money_it_is(written: str) -> None:
    reading = read(f"Pont;{written};;100;20")
    assert amounts(reading) == [("cd59", 10_000, True), ("region-hdf", 2_000, True)]
    assert told(reading, "unknown_funder") == []


def test_a_line_that_names_nobody_speaks_of_its_source() -> None:
    assert amounts(read("Pont;;;100;20")) == [("etat", 10_000, False), ("region-hdf", 2_000, True)]
    assert amounts(read("Pont;Etat;;100;0"))[0] == ("etat", 10_000, False)


@pytest.mark.parametrize("written", ["Atlantide", "Fonds commun"])
def test_a_funder_nobody_knows_is_an_error_and_its_line_has_no_amounts(written: str) -> None:
    reading = read("Halle;;;50;0", f"Pont;{written};;100;20", "Total;;;150;20")
    assert told(reading, "unknown_funder") == [("B3", "error", written)]
    assert [len(line.amounts) for line in reading.lines] == [2, 0]
    assert reading.sums_cents == {"programmed": 5_000}
    assert told(reading, "total_differs") == []


def test_a_return_that_names_funders_covers_the_money_of_all() -> None:
    funders = ("etat", "cd59", "a", "b", "region-hdf")
    assert read("Pont;;;100;20").covers == {(funder, "programmed") for funder in funders}


@pytest.mark.parametrize(
    "written",
    ["CA d'Hénin-Carvin", "Hénin Carvin", "200033579", "communauté d'agglomération d'Hénin-Carvin"],
)
def test_an_epci_is_known_by_its_number_or_its_name(written: str) -> None:
    reading = read(f"Pont;;{written};100;0")
    assert [line.epci for line in reading.lines] == ["200033579"]
    assert told(reading, "unknown_epci") == []


def test_an_epci_nobody_knows_is_told_and_its_line_is_kept() -> None:
    reading = read("Pont;;CC de Lyonesse;100;0")
    assert told(reading, "unknown_epci") == [("C2", "warning", "CC de Lyonesse")]
    assert [(line.epci, len(line.amounts)) for line in reading.lines] == [("", 2)]


def test_every_epci_of_the_reference_is_known_by_its_name() -> None:
    epcis = reference_bodies().epcis
    assert epcis.found("Métropole européenne de Lille")
    assert all(number.isdecimal() for number in epcis.identifiers)
    assert len(epcis.identifiers) > 80
