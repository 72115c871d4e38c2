"""The operations of a contract: filtered, sorted, cut to pages; totals are the whole list's."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client

from beffroi.journal.actions import posting
from beffroi.ledger.recognition import merge
from beffroi.operations.models import Location, Operation
from beffroi.territories.models import Commune, Department
from tests.reconciliation.words import say
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db

DAY = datetime.date(2023, 12, 31)
PAGE = "/espace/contrats/monde/operations"


@pytest.fixture
def world() -> World:
    """Four operations: two of one axis, one of another funder and axis, one of which nobody says
    anything."""
    world = make_world(operations=4)
    spoken = [
        (0, world.said(100_00)),
        (0, world.said(40_00, stage="paid")),
        (0, world.said(300_00, operation=1)),
        (1, world.said(200_00, operation=2, node=1, source=1)),
    ]
    for source, said in spoken:
        say(world, DAY, said, source=source)
    return world


def titles(client: Client, query: str = "") -> list[str]:
    table = client.get(PAGE + query).context["table"]
    return [str(row.cell("title").value)[-1] for row in table.rows]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "0123"),
        ("?axe=I", "01"),
        ("?axe=II", "2"),
        ("?financeur=source-1", "2"),
        ("?stade=paid", "0"),
        ("?q=ration+2", "2"),
        ("?q=RATION+3", "3"),
        ("?q=%25", ""),
        ("?tri=-programmed", "1203"),
        ("?tri=programmed", "0213"),
        ("?nature=valued", "0123"),
        ("?au=2020-01-01", "0123"),
        ("?axe=I&stade=programmed&tri=-programmed", "10"),
    ],
)
def test_filters_and_sorts(client: Client, query: str, found: str) -> None:
    assert "".join(titles(client, query)) == found


def test_what_is_unknown_is_told(client: Client) -> None:
    for query in ("?financeur=personne", "?axe=IX", "?stade=verse", "?nature=mixte"):
        assert client.get(PAGE + query).status_code == 400, query


def test_totals_are_those_of_the_whole_list(client: Client) -> None:
    table = client.get(f"{PAGE}?axe=I").context["table"]
    (total,) = table.totals
    assert (total.cell("programmed").value, total.cell("paid").value) == (400_00, 40_00)
    beyond = client.get(f"{PAGE}?page=99").context
    assert (beyond["count"], len(beyond["table"].rows)) == (4, 4), "beyond the end, the last page"


def test_amounts_on_two_tax_bases_are_never_added(client: Client, world: World) -> None:
    without_tax = world.said(7_00, operation=3)
    without_tax.heading = without_tax.heading._replace(tax_basis="HT")
    say(world, DAY, without_tax)
    for basis, cents in (("", 600_00), ("inconnue", 600_00), ("HT", 7_00)):
        (total,) = client.get(f"{PAGE}?assiette={basis}").context["table"].totals
        assert total.cell("programmed").value == cents
    assert client.get(f"{PAGE}?assiette=autre").status_code == 400


def test_a_figure_leads_to_its_statements(client: Client) -> None:
    row = client.get(f"{PAGE}?axe=I").context["table"].rows[0]
    page = client.get(row.cell("programmed").href)
    assert (page.context["total"], page.context["count"]) == (100_00, 1)
    assert client.get(row.cell("programmed").href + "-autre").status_code == 400


def test_an_operation_absorbed_is_no_longer_listed(client: Client, world: World) -> None:
    merge(world.operations[0], world.operations[1])
    assert titles(client) == ["1", "2", "3"]


def test_by_territory_only_what_lies_there_whole(client: Client, world: World) -> None:
    department = Department.objects.create(code="99", name="Ailleurs", region="00")
    commune = Commune.objects.create(
        code="99001", name="Hameau", sort_key="hameau", department=department, vintage=2026
    )
    with posting("contract", "lieux d'essai") as opened:
        operation = Operation.objects.get(pk=world.operations[1])
        Location.objects.create(operation=operation, posting_id=opened.id, commune=commune)
    assert titles(client, "?territoire=99001") == ["1"]
    assert client.get(f"{PAGE}?territoire=00000").status_code == 400


def test_the_file_holds_the_whole_list(client: Client) -> None:
    answer = client.get(f"{PAGE}?export=csv&axe=I")
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    lines = text.decode("utf-8-sig").splitlines()
    assert sum("Opération" in line and ";" in line for line in lines) >= 2
    assert "300" in text.decode("utf-8-sig")


def test_few_questions(
    client: Client, django_assert_max_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    with django_assert_max_num_queries(12):
        assert client.get(f"{PAGE}?axe=I&q=e&tri=-paid").status_code == 200
