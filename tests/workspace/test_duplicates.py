"""Operations that look like one: listed with why, reunited, parted again, no reference lost."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from beffroi.accounts.models import User
from beffroi.contracts.models import Access, Contract
from beffroi.journal.actions import last_number, posting
from beffroi.ledger.actions import post
from beffroi.ledger.amounts import amounts_by_operation
from beffroi.ledger.duplicates import suspected
from beffroi.operations.models import Reference
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db
DAY = datetime.date(2023, 12, 31)
TITLE = "requalification de la friche textile de la lys"


@dataclass(frozen=True)
class Office:
    """A contract in which two partners name one operation, and a third is another."""

    world: World
    manager: Client
    reader: Client

    @property
    def listed(self) -> str:
        """The page of suspected duplicates."""
        return reverse("workspace:duplicates", args=["monde"])

    @property
    def pair(self) -> str:
        """The page of the two."""
        one, other = self.world.operations[:2]
        return reverse("workspace:duplicate", args=["monde", one, other])


def refer(world: World, operation: int, partner: int, title: str, **said: str) -> None:
    with posting("recognition", "essai") as opened:
        Reference.objects.create(
            operation_id=world.operations[operation],
            partner_id=world.sources[partner],
            title=title,
            written=title,
            posting_id=opened.id,
            **said,
        )


def client_of(contract: Contract, level: str) -> Client:
    user = User.objects.create_user(f"{level}@exemple.fr", "x" * 12, full_name=level)
    Access.objects.create(contract=contract, user=user, level=level)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def office() -> Office:
    world = make_world()
    identity = {"place": "59017", "siret": "21590017100012", "owner": "commune d armentieres"}
    refer(world, 0, 0, TITLE, code="A1", **identity)
    refer(world, 1, 1, TITLE, code="Z9", **identity)
    refer(world, 2, 1, "construction du lycee de la mer", code="Z7", place="59183")
    for operation, source in ((0, 0), (1, 1), (2, 1)):
        with posting("return", "essai") as opened:
            post(
                opened,
                [world.said(1_234_56, operation=operation, source=source)],
                contract_id=world.contract.pk,
                source_id=world.sources[source],
                effective_on=DAY,
            )
    return Office(world, client_of(world.contract, "manager"), client_of(world.contract, "reader"))


def pairs(world: World) -> list[tuple[int, int]]:
    return [(each.one, each.other) for each in suspected(world.contract.pk, DAY, last_number())]


def totals(world: World, known: int | None = None) -> dict[int, int]:
    """What is said of each operation, in cents."""
    at = last_number() if known is None else known
    found = amounts_by_operation(world.operations, DAY, at)
    return {operation: sum(amounts.values()) for operation, amounts in found.items()}


def test_listed_with_what_brings_them_together(office: Office) -> None:
    (row,) = office.reader.get(office.listed).context["table"].rows
    assert "Même commune." in str(row.cell("for").value)
    assert "Même SIRET." in str(row.cell("for").value)
    page = office.reader.get(office.pair).content.decode()
    assert "Même intitulé." in page
    assert "Z9" in page
    assert "Les réunir" not in page


def test_reunited_then_undone_with_every_reference(office: Office) -> None:
    world = office.world
    before, known = totals(world), last_number()
    one, other = world.operations[:2]
    assert office.manager.post(office.pair, {"do": "merge", "seen": "0"}).status_code == 302
    assert pairs(world) == []
    merged = totals(world)
    assert merged[one] == before[one] + before[other]
    assert other not in merged
    assert totals(world, known) == before
    number = last_number()
    page = office.manager.get(office.listed).content.decode()
    assert "Défaire" in page
    assert "Défaire" not in office.reader.get(office.listed).content.decode()
    assert office.manager.post(office.listed, {"undo": str(number)}).status_code == 302
    assert totals(world) == before
    assert Reference.objects.count() == 3
    assert pairs(world) == []  # somebody decided that they are two
    again = office.manager.post(office.listed, {"undo": str(number)})
    assert again.status_code == 400


def test_told_apart_for_good(office: Office) -> None:
    before = totals(office.world)
    assert office.manager.post(office.pair, {"do": "apart", "seen": "0"}).status_code == 302
    assert pairs(office.world) == []
    assert totals(office.world) == before


def test_who_may_not_decide(office: Office) -> None:
    assert office.reader.post(office.pair, {"do": "merge", "seen": "0"}).status_code == 403
    assert office.reader.post(office.listed, {"undo": "1"}).status_code == 403
    other = Contract.objects.create(slug="autre", name="Autre", kind="cper")
    user = User.objects.create_user("ailleurs@exemple.fr", "x" * 12, full_name="A")
    Access.objects.create(contract=other, user=user, level="manager")
    stranger = Client()
    stranger.force_login(user)
    assert stranger.get(office.pair).status_code == 404
    assert stranger.get(office.pair.replace("/monde/", "/autre/")).status_code == 404
    assert len(pairs(office.world)) == 1


@pytest.mark.parametrize("asked", [{}, {"do": "delete"}])
def test_nothing_else_is_done(office: Office, asked: dict[str, str]) -> None:
    assert office.manager.post(office.pair, asked).status_code == 400
    assert office.manager.post(office.listed, {"undo": "x"}).status_code == 400
    assert len(pairs(office.world)) == 1


def test_a_partner_that_speaks_of_both_tells_them_apart(office: Office) -> None:
    refer(office.world, 1, 0, "autre intitule", code="A2")
    assert pairs(office.world) == []


def test_decided_twice_is_refused_in_a_sentence(office: Office) -> None:
    office.manager.post(office.pair, {"do": "merge", "seen": "0"})
    for asked in ("merge", "apart"):
        answer = office.manager.post(office.pair, {"do": asked, "seen": "0"})
        assert answer.status_code == 400
        assert "déjà réunie" in answer.content.decode()


def test_the_second_of_two_people_is_told(office: Office) -> None:
    seen = office.manager.get(office.pair).context["seen"]
    for first, late in (("apart", "merge"), ("apart", "apart")):
        told = office.manager.post(office.pair, {"do": first, "seen": str(seen)})
        assert told.status_code == 302
        refused = office.manager.post(office.pair, {"do": late, "seen": str(seen)})
        assert refused.status_code == 400
        assert "vient d&#x27;en décider" in refused.content.decode()
        seen = refused.context["seen"]
