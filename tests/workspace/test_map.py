"""The map of a contract: areas shaded, the same figures beneath, nothing lost on the way."""

from __future__ import annotations

import datetime
import xml.etree.ElementTree as ET
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client

from beffroi.accounts.models import User
from beffroi.contracts.models import Access
from beffroi.journal.actions import posting
from beffroi.operations.models import Location
from beffroi.territories.models import (
    Commune,
    Department,
    Epci,
    Perimeter,
    PerimeterVersion,
)
from tests.reconciliation.words import say
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db

DAY = datetime.date(2023, 12, 31)
PAGE = "/espace/contrats/monde/carte"


@pytest.fixture
def world() -> World:
    """Operations in Lille, across Lille and Lens, in a commune without outline, and nowhere."""
    world = make_world(operations=4)
    communes = []
    for code, name, people in (("59350", "Lille", 200), ("62498", "Lens", 100), ("99001", "X", 10)):
        department, _made = Department.objects.get_or_create(
            code=code[:2], defaults={"name": f"Département {code[:2]}", "region": "32"}
        )
        epci = Epci.objects.create(siren=f"{code}0000", name=f"Pays de {name}", sort_key=name)
        communes.append(
            Commune.objects.create(
                code=code,
                name=name,
                sort_key=name.lower(),
                department=department,
                epci=epci,
                population=people,
                vintage=2026,
            )
        )
    perimeter = Perimeter.objects.create(slug="LENS", name="Lensois")
    with posting("contract", "lieux d'essai") as opened:
        for rank, where in enumerate((communes[:1], communes[:2], communes[2:])):
            for commune in where:
                Location.objects.create(
                    operation_id=world.operations[rank], posting_id=opened.id, commune=commune
                )
        version = PerimeterVersion.objects.create(
            perimeter=perimeter, effective_on=DAY, posting_id=opened.id, source="essai"
        )
        version.communes.set(communes[1:2])
    for rank, cents in enumerate((100_01, 70_00, 30_00, 5_00)):
        say(world, DAY, world.said(cents, operation=rank))
    say(world, DAY, world.said(2_00, operation=None))
    return world


@pytest.fixture
def client(world: World) -> Client:
    user = User.objects.create_user("lecteur@exemple.fr", "x" * 12, full_name="Lecteur")
    Access.objects.create(contract=world.contract, user=user, level="reader")
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("level", ["commune", "epci", "departement"])
def test_the_table_adds_up_to_the_contract_s_total(client: Client, level: str) -> None:
    table = client.get(f"{PAGE}?echelle={level}").context["table"]
    rows = [row.cell("amount").value for row in table.rows]
    placed, *unplaced, total = (row.cell("amount").value for row in table.totals)
    assert rows == [100_01, 30_00]
    assert placed == sum(rows)
    assert unplaced == [70_00, 5_00, 2_00], "over several, nowhere, of no operation"
    assert total == placed + sum(unplaced) == 207_01
    assert [row.cell("each").value for row in table.rows] == [50, 3_00]
    counted = client.get(f"{PAGE}?echelle={level}").context["counted"]
    assert [*counted.rows, *counted.totals] == list(table.totals)


@pytest.mark.parametrize("level", ["commune", "epci", "departement"])
def test_each_figure_leads_to_its_statements(client: Client, level: str) -> None:
    table = client.get(f"{PAGE}?echelle={level}&axe=I&financeur=source-0").context["table"]
    followed = 0
    for row in [*table.rows, *table.totals]:
        cell = row.cell("amount")
        if cell.href:
            assert client.get(cell.href).context["total"] == cell.value
            followed += 1
    assert followed == 6


def test_the_map_says_what_the_table_says(client: Client) -> None:
    page = client.get(f"{PAGE}?echelle=commune&mesure=habitant&perimetre=LENS")
    drawn = page.context["map"]
    values = {area.name: area.value for area in drawn.areas}
    assert values == {"Lille": 50, "Lens": None, "X": 3_00}
    assert page.context["undrawn"] == 1
    svg = ET.fromstring(drawn.svg())
    titles = [each.text for each in svg.iter("{http://www.w3.org/2000/svg}title")]
    assert titles[1:] == ["Lens : —", "Lille : 0,50\u00a0€", "X : 3,00\u00a0€", "Lensois"]
    (link, *_rest) = svg.iter("{http://www.w3.org/2000/svg}a")
    assert client.get(link.get("href")).status_code == 200


def test_both_dates_are_respected(client: Client) -> None:
    earlier = client.get(f"{PAGE}?au=2023-12-30").context
    assert (list(earlier["table"].rows), list(earlier["table"].totals)) == ([], [])
    assert all(area.value is None for area in earlier["map"].areas)
    first = client.get(f"{PAGE}?connu=1").context
    assert not first["table"].rows


@pytest.mark.parametrize(
    "query",
    [
        "echelle=pays",
        "mesure=tout",
        "stade=verse",
        "nature=mixte",
        "assiette=autre",
        "axe=IX",
        "financeur=personne",
        "perimetre=ailleurs",
        "format=png",
    ],
)
def test_what_is_unknown_is_told(client: Client, query: str) -> None:
    assert client.get(f"{PAGE}?{query}").status_code == 400


def test_an_extent_unknown_is_told(client: Client) -> None:
    figure = "/espace/contrats/monde/chiffre?stage=programmed&etendue="
    assert client.get(f"{figure}commune:plusieurs").context["total"] == 70_00
    for wrong in ("commune", "commune:ailleurs", "pays:plusieurs"):
        assert client.get(figure + wrong).status_code == 400


def test_the_files_hold_every_line_and_say_what_they_are(client: Client) -> None:
    text = client.get(f"{PAGE}?echelle=commune&format=csv").content.decode("utf-8-sig")
    assert "100,01" in text
    assert "207,01" in text
    assert "fictives" in text
    assert client.get(f"{PAGE}?format=xlsx").status_code == 200
    answer = client.get(f"{PAGE}?format=svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert "Données fictives" in answer.content.decode()


def test_to_strangers_there_is_no_map(world: World) -> None:
    stranger = Client()
    stranger.force_login(User.objects.create_user("b@exemple.fr", "x" * 12, full_name="B"))
    assert stranger.get(PAGE).status_code == 404


def test_few_questions(
    client: Client, django_assert_max_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    with django_assert_max_num_queries(12):
        assert client.get(f"{PAGE}?axe=I&perimetre=LENS&echelle=commune").status_code == 200
