"""A workbook that changed since its layout was kept is told so, whether it is still read or not."""

from __future__ import annotations

import pytest

from beffroi.returns.models import Delivery
from tests.returns.deliveries.desk import FIRST, SECOND, Desk
from tests.returns.deliveries.test_layout import page, post, said
from tests.returns.deliveries.test_pages import client_of

BEFORE = """Suivi des aides
Nom du projet;Porteur;Commune;Avis;Aide accordée (€);Aide versée (€)
Halle couverte;Ville;Arras;favorable;1000,50;10
Pont neuf;Ville;Arras;réservé;2000;20
"""
CHANGES = {"new_column", "column_gone", "renamed_column", "header_moved"}


@pytest.fixture
def kept(desk: Desk) -> None:
    """The layout of such a workbook is kept."""
    waiting = desk.read(BEFORE.encode(), name="aides.csv")
    post(client_of(desk), waiting, "save", title="Suivi des aides")
    desk.worked(waiting)
    desk.submitted(waiting)


def changes(delivery: Delivery) -> list[tuple[str, str, str]]:
    return [
        (each["kind"], each["where"], each["shown"])
        for each in delivery.findings
        if each["kind"] in CHANGES
    ]


def again(desk: Desk, content: str) -> Delivery:
    return desk.read(content.encode(), SECOND, name="aides.csv")


@pytest.mark.usefixtures("kept")
def test_the_same_workbook_is_told_unchanged(desk: Desk) -> None:
    delivery = again(desk, BEFORE.replace("Pont neuf", "Pont vieux"))
    assert (delivery.layout_name, changes(delivery)) == ("suivi-des-aides v1", [])


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            "Édition 2024\n" + BEFORE,
            [("header_moved", "3", "2 → 3")],
        ),
        (
            BEFORE.replace("(€)\n", "(€);Cofinancement\n").replace(";10\n", ";10;7\n"),
            [("new_column", "G2", "Cofinancement")],
        ),
        (
            BEFORE.replace(";Avis", "").replace(";favorable", "").replace(";réservé", ""),
            [("column_gone", "2", "Avis")],
        ),
        (
            BEFORE.replace("Avis", "Instruction"),
            [("renamed_column", "D2", "« Avis » → « Instruction »")],
        ),
    ],
)
def test_what_changed_is_found_and_the_workbook_is_still_read(
    desk: Desk, content: str, told: list[tuple[str, str, str]]
) -> None:
    delivery = again(desk, content)
    assert delivery.layout_name == "suivi-des-aides v1"
    assert changes(delivery) == told
    assert delivery.summary["sums"] == {"programmed": 300_050, "paid": 3_000}


@pytest.mark.usefixtures("kept")
def test_a_workbook_no_longer_read_says_what_changed_on_its_layout_page(desk: Desk) -> None:
    content = BEFORE.replace(";Aide versée (€)", ";Observations").replace(";10\n", ";soldé\n")
    delivery = again(desk, content.replace(";20\n", ";en cours\n"))
    assert delivery.state == "layout"
    answer = said(client_of(desk).get(page(delivery)))
    assert (
        "Ce classeur ressemble à ceux de « Suivi des aides » (version 1), mais il a changé"
        in answer
    )
    assert "« Aide versée (€) » → « Observations »" in answer


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"next": "on", "title": "Suivi des aides"}, ("suivi-des-aides", 2)),
        ({"title": "Autre suivi"}, ("autre-suivi", 1)),
    ],
)
def test_what_is_confirmed_is_the_next_version_or_a_layout_apart(
    desk: Desk, form: dict[str, str], expected: tuple[str, int]
) -> None:
    content = BEFORE.replace(";Aide versée (€)", ";Observations").replace(";10\n", ";soldé\n")
    delivery = again(desk, content.replace(";20\n", ";en cours\n"))
    post(client_of(desk), delivery, "save", **form)
    desk.worked(delivery)
    delivery.refresh_from_db()
    assert delivery.layout is not None
    assert (delivery.layout.name, delivery.layout.version) == expected


def test_a_workbook_like_no_other_is_not_told_changed(desk: Desk) -> None:
    delivery = desk.read(BEFORE.encode(), FIRST, name="aides.csv")
    assert "ressemble" not in said(client_of(desk).get(page(delivery)))
