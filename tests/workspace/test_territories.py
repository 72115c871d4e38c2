"""What came to a territory: only what lies in it whole, each nature apart, per inhabitant too."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client

from beffroi.accounts.models import User
from beffroi.contracts.models import Contract
from beffroi.journal.actions import posting
from beffroi.operations.models import Location
from beffroi.territories.models import Commune, Department, Epci, FormerCommune
from tests.reconciliation.words import say
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db

DAY = datetime.date(2023, 12, 31)
HERE = "/espace/territoires"


@pytest.fixture
def world() -> World:
    """Three operations: in one commune, across two of an EPCI, and in the EPCI as a whole."""
    world = make_world()
    department = Department.objects.create(code="99", name="Ailleurs", region="00")
    epci = Epci.objects.create(siren="999999999", name="Pays d'essai", sort_key="pays d'essai")
    communes = [
        Commune.objects.create(
            code=f"9900{rank}",
            name=name,
            sort_key=name.lower(),
            department=department,
            epci=epci,
            population=people,
            postal_codes="99100",
            vintage=2026,
        )
        for rank, (name, people) in enumerate((("Hameau", 200), ("Bourg", 800)), start=1)
    ]
    FormerCommune.objects.create(code="99009", commune=communes[0])
    with posting("contract", "lieux d'essai") as opened:
        places: list[list[dict[str, Any]]] = [
            [{"commune": communes[0]}],
            [{"commune": each} for each in communes],
            [{"epci": epci}],
        ]
        for operation, where in zip(
            world.operations,
            (
                [{"commune": communes[0]}],
                [{"commune": each} for each in communes],
                [{"epci": epci}],
            ),
            strict=True,
        ):
            for place in where or places:
                Location.objects.create(operation_id=operation, posting_id=opened.id, **place)
    for rank, cents in enumerate((100_00, 70_00, 30_00)):
        say(world, DAY, world.said(cents, operation=rank))
    return world


def money(client: Client, address: str) -> list[tuple[int, int | None]]:
    """Cents programmed, and per inhabitant, of the contract in the fictitious table."""
    tables = client.get(address).context["tables"]
    (table,) = (each for each in tables if each.id == "fictif")
    return [
        (row.cell("programmed").value, row.cell("each").value)
        for row in table.rows
        if row.kind == "part"
    ]


def test_only_what_lies_there_whole_counts(client: Client) -> None:
    assert money(client, f"{HERE}/99001") == [(100_00, 50)]
    assert money(client, f"{HERE}/999999999") == [(200_00, 20)]
    assert money(client, f"{HERE}/99") == [(200_00, 20)]
    assert client.get(f"{HERE}/99001").context["touching"] == 2


def test_nothing_before_its_date_nor_of_contracts_not_seen(client: Client) -> None:
    tables = client.get(f"{HERE}/99001?au=2023-12-30").context["tables"]
    assert [table.id for table in tables] == ["venu"]
    Contract.objects.create(slug="autre", name="Autre", kind="cper", fictitious=True)
    stranger = Client()
    stranger.force_login(User.objects.create_user("b@exemple.fr", "x" * 12, full_name="B"))
    page = stranger.get(f"{HERE}/99001")
    assert [table.id for table in page.context["tables"]] == ["venu"]
    assert "Monde d'essai" not in page.content.decode()


def test_a_figure_leads_to_its_statements(client: Client) -> None:
    tables = client.get(f"{HERE}/99").context["tables"]
    row = next(each for each in tables if each.id == "fictif").rows[0]
    page = client.get(row.cell("programmed").href)
    assert (page.context["total"], page.context["count"]) == (200_00, 3)


def test_former_codes_lead_to_the_commune_of_today(client: Client) -> None:
    answer = client.get(f"{HERE}/99009?au=2024-01-01")
    assert (answer.status_code, answer["Location"]) == (302, f"{HERE}/99001?au=2024-01-01")
    assert client.get(f"{HERE}/00000").status_code == 404


def test_two_territories_are_compared(client: Client) -> None:
    tables = client.get(f"{HERE}/99001?avec=999999999").context["tables"]
    (row,) = next(each for each in tables if each.id == "compare-fictif").rows
    told = [row.cell(key).value for key in ("one", "one-each", "other", "other-each")]
    assert told == [100_00, 50, 200_00, 20]
    wrong = client.get(f"{HERE}/99001?avec=nulle-part")
    assert wrong.status_code == 400
    assert "nulle-part" in wrong.content.decode()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("hame", ["99001"]),
        ("99100", ["99002", "99001"]),
        ("99009", ["99001"]),
        ("pays d", ["999999999"]),
        ("ailleurs", ["99"]),
        ("h", []),
    ],
)
def test_a_territory_is_found_by_name_and_codes(
    client: Client, asked: str, found: list[str]
) -> None:
    rows = client.get(HERE, {"q": asked}).context["table"].rows
    mine = [row.cell("code").value for row in rows if str(row.cell("code").value).startswith("99")]
    assert mine == found


def test_a_territory_is_shown_where_it_lies(client: Client) -> None:
    assert client.get(f"{HERE}/99001").context["locator"] == "", "no outline is known of it"
    Commune.objects.create(
        code="59350",
        name="Lille",
        sort_key="lille",
        department=Department.objects.create(code="59", name="Nord", region="32"),
        vintage=2026,
    )
    for code in ("59350", "59"):
        drawn = client.get(f"{HERE}/{code}").context["locator"]
        assert 'role="img"' in drawn
        assert drawn.count("shade-4") == 1


def test_the_pages_ask_few_questions(
    client: Client, django_assert_max_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    for address in (f"{HERE}/99?avec=99001", f"{HERE}?q=bourg"):
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200
