"""Other people's objects: a contract one may not see does not exist, nor anything of it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from beffroi.accounts.models import User
from beffroi.contracts.abilities import abilities
from beffroi.contracts.models import Access, Contract
from beffroi.journal.actions import posting
from beffroi.ledger.actions import post
from beffroi.ledger.models import Statement
from beffroi.partners.models import Organisation
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Office:
    """A contract with one statement, and another contract beside it."""

    world: World
    other: Contract
    statement: int

    def addresses(self) -> list[str]:
        """Every page of the contract."""
        slug = self.world.contract.slug
        return [
            reverse("workspace:contract", args=[slug]),
            reverse("workspace:maquette", args=[slug]),
            reverse("workspace:figure", args=[slug]) + "?stage=programmed",
            reverse("workspace:statement", args=[self.statement]),
        ]


@pytest.fixture
def office() -> Office:
    world = make_world()
    with posting("return", "essai") as opened:
        post(
            opened,
            [world.said(1_234_56)],
            contract_id=world.contract.pk,
            source_id=world.sources[0],
            effective_on=datetime.date(2023, 12, 31),
        )
    other = Contract.objects.create(slug="autre", name="Autre", kind="cper")
    return Office(world, other, Statement.objects.latest("pk").pk)


def person(contract: Contract | None, level: str = "reader", **traits: bool) -> User:
    user = User.objects.create_user("personne@exemple.fr", "x" * 12, full_name="P", **traits)
    if contract:
        organisation = Organisation.objects.first() if level == "contributor" else None
        Access.objects.create(contract=contract, user=user, level=level, organisation=organisation)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_who_may_see_sees(office: Office) -> None:
    client = signed_in(person(office.world.contract))
    for address in office.addresses():
        assert client.get(address).status_code == 200, address
        assert client.head(address).status_code == 200, address


def test_who_may_see_another_contract_finds_nothing_here(office: Office) -> None:
    client = signed_in(person(office.other))
    for address in office.addresses():
        assert client.get(address).status_code == 404, address
    page = client.get(reverse("workspace:portfolio")).content.decode()
    assert "Autre" in page
    assert office.world.contract.name not in page


def test_nobody_enters_without_signing_in(office: Office) -> None:
    for address in [*office.addresses(), reverse("workspace:portfolio"), "/espace/droit-commun"]:
        answer = Client().get(address)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/compte/connexion")


def test_reading_pages_take_no_writing(office: Office) -> None:
    client = signed_in(person(office.world.contract, "manager"))
    for address in office.addresses():
        assert client.post(address).status_code == 405, address


def test_postings_of_other_contracts_are_not_named(office: Office) -> None:
    page = signed_in(person(office.other)).get(
        reverse("workspace:maquette", args=[office.other.slug])
    )
    assert "essai" not in page.content.decode().split("<main")[0]


@pytest.mark.parametrize(
    ("level", "may"),
    [
        ("reader", {"see"}),
        ("contributor", {"see", "contribute"}),
        ("manager", {"see", "contribute", "manage"}),
    ],
)
def test_abilities_by_level(office: Office, level: str, may: set[str]) -> None:
    user = person(office.world.contract, level)
    assert abilities(user, office.world.contract) == may
    assert abilities(user, office.other) == frozenset()


def test_abilities_of_those_who_left_and_those_who_administer(office: Office) -> None:
    gone = person(office.world.contract, "manager")
    gone.is_active = False
    assert abilities(gone, office.world.contract) == frozenset()
    chief = User.objects.create_user("chef@exemple.fr", "x" * 12, full_name="C")
    chief.is_superuser = True
    assert abilities(chief, office.other) == {"see", "contribute", "manage"}


@pytest.mark.parametrize(
    "query",
    [
        "?stage=rêvé",
        "?stage=",
        "?stage=programmed&au=hier",
        "?stage=programmed&connu=99999",
        "?stage=programmed&connu=demain",
        "?stage=programmed&year=20x4",
        "?stage=programmed&perimeter=Lune",
        "?stage=programmed&connu=2024-01-01T00:00:00",
    ],
)
def test_wrong_questions_get_a_sentence(office: Office, query: str) -> None:
    client = signed_in(person(office.world.contract))
    address = reverse("workspace:figure", args=[office.world.contract.slug]) + query
    answer = client.get(address)
    assert answer.status_code == 400
    assert "Traceback" not in answer.content.decode()


def test_a_figure_that_nobody_states_is_an_empty_page(office: Office) -> None:
    client = signed_in(person(office.world.contract))
    address = reverse("workspace:figure", args=[office.world.contract.slug])
    page = client.get(address + "?stage=paid&axis=XX&funder=personne").content.decode()
    assert "Personne ne déclare rien ici" in page
