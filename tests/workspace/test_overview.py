"""A contract at a glance: charts that are the figures, what rings, what comes."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from beffroi.contracts.models import Milestone
from beffroi.ui.charts.declaring import Chart
from beffroi.workspace.overview import half_years
from tests.reconciliation.words import D23, D24, say
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db
PAGE = "/espace/contrats/monde"


@pytest.fixture
def world() -> World:
    world = make_world()
    say(world, D23, world.said(100_00), world.said(1_000_00, stage="contracted"))
    say(world, D24, world.said(160_00), world.said(40_00, operation=1, node=1))
    say(world, D24, world.said(7_00, source=1, node=None, unread=1), source=1)
    return world


def drawn(chart: Chart) -> dict[str, dict[str, int | None]]:
    """The cells of a chart that say something, by line and column."""
    return {
        chart.name(row): {
            column.key: value
            for column in chart.series
            if (value := chart.value(row, column)) is not None
        }
        for row in chart.lines
    }


def test_axes_and_funders_are_the_framework_s_figures(client: Client) -> None:
    axes, funders, _time = client.get(f"{PAGE}?au=2024-12-31").context["charts"]
    assert drawn(axes) == {
        "I Axe 1": {"contracted": 1_000_00, "programmed": 160_00},
        "II Axe 2": {"programmed": 40_00},
        "III Axe 3": {},
        "? Objectif inconnu du contrat": {"programmed": 7_00},
    }
    assert drawn(funders)["Source 0"] == {"contracted": 1_000_00, "programmed": 200_00}
    assert drawn(funders)["Source 1"] == {"programmed": 7_00}


def test_time_goes_by_half_years_and_silence_is_no_zero(client: Client) -> None:
    time = client.get(f"{PAGE}?au=2024-12-31").context["charts"][2]
    assert drawn(time)["30/06/2023"] == {}
    assert drawn(time)["31/12/2023"] == {"contracted": 1_000_00, "programmed": 100_00}
    assert drawn(time)["31/12/2024"] == {"contracted": 1_000_00, "programmed": 207_00}


def test_what_changed_goes_from_one_total_to_the_other(client: Client) -> None:
    changes = client.get(f"{PAGE}?au=2024-12-31&depuis=2023-12-31").context["changes"]
    moved = {name: cells["moved"] for name, cells in drawn(changes).items()}
    assert moved == {
        "Au 31/12/2023": 100_00,
        "I Axe 1": 60_00,
        "II Axe 2": 40_00,
        "? Objectif inconnu du contrat": 7_00,
        "Au 31/12/2024": 207_00,
    }


def test_what_rings_says_what_and_where(client: Client) -> None:
    rings = client.get(f"{PAGE}?au=2024-12-31").context["rings"]
    said = [ring.sentence for ring in rings]
    assert any("I Axe 1" in each and "16,0\xa0%" in each and "57,2\xa0%" in each for each in said)
    assert "1 cellule non lue sous ces totaux." in said
    assert all(ring.href for ring in rings)


def test_no_rate_rings_where_there_is_no_denominator(client: Client) -> None:
    rings = client.get(f"{PAGE}?au=2024-12-31").context["rings"]
    assert not any("II Axe 2" in ring.sentence for ring in rings)


def test_planned_dates_to_come_are_shown_in_order(client: Client, world: World) -> None:
    for date in ("2999", "2998-06-30", "2020-01-01"):
        Milestone.objects.create(
            contract=world.contract, date=date, event=f"Comité {date}", planned=True
        )
    coming = client.get(PAGE).context["coming"]
    assert [each.event for each in coming] == ["Comité 2998-06-30", "Comité 2999"]


@pytest.mark.parametrize(
    "query", ["depuis=2025-01-01", "depuis=hier", "nature=mixte", "assiette=TTC", "stade=x"]
)
def test_what_makes_no_sense_gets_a_sentence(client: Client, query: str) -> None:
    answer = client.get(f"{PAGE}?au=2024-12-31&{query}")
    assert answer.status_code == 400
    assert "<h1" in answer.content.decode()


def test_a_contract_without_figures_says_what_to_do_next(client: Client) -> None:
    page = client.get(f"{PAGE}?au=2021-06-30").content.decode()
    assert "Personne n&#x27;a encore déclaré" in page or "Personne n'a encore déclaré" in page
    assert "/espace/contrats/monde/remontees" in page


@pytest.mark.parametrize(
    ("start", "until", "count"),
    [
        (datetime.date(2021, 1, 1), datetime.date(2021, 1, 1), 1),
        (datetime.date(2021, 1, 1), datetime.date(2021, 6, 30), 1),
        (datetime.date(2021, 1, 1), datetime.date(2022, 1, 1), 3),
        (datetime.date(1990, 1, 1), datetime.date(2024, 1, 1), 16),
        (datetime.date(2025, 1, 1), datetime.date(2024, 1, 1), 0),
        (None, datetime.date(2024, 1, 1), 0),
    ],
)
def test_half_years(start: datetime.date | None, until: datetime.date, count: int) -> None:
    found = half_years(start, until)
    assert len(found) == count
    assert found == sorted(set(found))
    if found:
        assert found[-1] == until
