"""The lines that contracts share: shown with where they are charged, decided by who runs them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client

from beffroi.accounts.models import User
from beffroi.contracts.models import Access, Contract
from beffroi.journal.actions import last_number, posting
from beffroi.ledger.actions import post
from beffroi.ledger.models import Charge
from beffroi.ledger.overlap import totals
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db

DAY = datetime.date(2023, 12, 31)
PAGE = "/espace/contrats/monde/comptes-croises"


@pytest.fixture
def world() -> World:
    """Two contracts that hold one line, the second of which also holds one of its own; each has a
    lump sum, of no operation."""
    world = make_world()
    fund = Contract.objects.create(
        slug="fonds", name="Fonds joint", kind="cper", fictitious=True, levels=["axe"]
    )
    for contract, operation in (
        (world.contract, 0),
        (world.contract, None),
        (fund, 0),
        (fund, 1),
        (fund, None),
    ):
        said = world.said(1234_00, node=None, operation=operation)
        said.heading = said.heading._replace(contract_id=contract.pk)
        with posting("return", "essai") as opened:
            post(
                opened,
                [said],
                contract_id=contract.pk,
                source_id=world.sources[0],
                effective_on=DAY,
            )
    return world


def somebody(email: str, **levels: str) -> Client:
    """A client signed in with a level in each contract named."""
    user = User.objects.create_user(email, "x" * 12, full_name=email)
    for slug, level in levels.items():
        contract = Contract.objects.get(slug=slug)
        Access.objects.create(contract=contract, user=user, level=level)
    client = Client()
    client.force_login(user)
    return client


def line_of(world: World) -> str:
    return f"{PAGE}/{world.operations[0]}/source-0"


def test_lines_shared_are_listed_and_only_those(world: World) -> None:
    client = somebody("a@exemple.fr", monde="manager", fonds="reader")
    page = client.get(PAGE)
    rows = page.context["table"].rows
    assert [row.cell("contract").value for row in rows] == ["Monde d'essai", "Fonds joint"]
    assert [row.cell("charged").value for row in rows] == [1234_00, None]
    assert [row.cell("shown").value for row in rows] == [None, 1234_00]
    assert rows[0].cell("operation").href == line_of(world)
    assert client.get(f"{PAGE}?au=2022-12-31").context["table"].rows == []


def test_who_runs_both_decides_and_a_stale_decision_is_told(world: World) -> None:
    client = somebody("a@exemple.fr", monde="manager", fonds="manager")
    address = line_of(world)
    assert 'name="reason"' in client.get(address).content.decode()
    said = {"contract": "fonds", "reason": "Convention du fonds", "seen": ""}
    no_reason = client.post(address, said | {"reason": " "})
    assert (no_reason.status_code, Charge.objects.count()) == (400, 0)
    nowhere = client.post(address, said | {"contract": "ailleurs"})
    assert (nowhere.status_code, Charge.objects.count()) == (400, 0)
    assert client.post(address, said).status_code == 302
    stale = client.post(address, said | {"contract": "monde"})
    assert stale.status_code == 400
    assert "vient de décider" in stale.content.decode().replace("&#x27;", "'")
    assert "Convention du fonds" in stale.content.decode(), "what was decided since is shown"
    fund = Contract.objects.get(slug="fonds")
    shares = totals([world.contract, fund], DAY, last_number()).shares
    assert {s.contract_id: s.charged.value.cents for s in shares} == {
        world.contract.pk: 1234_00,
        fund.pk: 3702_00,
    }
    again = {"contract": "regle", "reason": "Retour à la règle", "seen": stale.context["seen"]}
    assert client.post(address, again).status_code == 302
    shares = totals([world.contract, fund], DAY, last_number()).shares
    assert {s.contract_id: s.shown.value.cents for s in shares}[fund.pk] == 1234_00


def test_a_line_is_split_between_contracts(world: World) -> None:
    client = somebody("a@exemple.fr", monde="manager", fonds="manager")
    fund = Contract.objects.get(slug="fonds")
    said = {"contract": "plusieurs", "reason": "Convention du fonds", "seen": ""}
    one, other = f"part-{world.contract.pk}", f"part-{fund.pk}"
    for wrong in ({one: "1"}, {one: "1", other: "-1"}, {one: "1", other: "beaucoup"}):
        assert client.post(line_of(world), said | wrong).status_code == 400
    assert Charge.objects.count() == 0
    assert client.post(line_of(world), said | {one: "300", other: "934,00"}).status_code == 302
    page = client.get(line_of(world))
    rows = page.context["table"].rows
    cells = [(row.cell("charged").value, row.cell("shown").value) for row in rows]
    assert cells == [(300_00, 934_00), (934_00, 300_00)]
    assert "934,00" in page.content.decode()


def test_who_runs_one_of_them_reads_and_is_refused(world: World) -> None:
    client = somebody("a@exemple.fr", monde="manager", fonds="reader")
    page = client.get(line_of(world))
    assert page.status_code == 200
    assert 'name="reason"' not in page.content.decode()
    said = {"contract": "fonds", "reason": "Moi", "seen": ""}
    assert client.post(line_of(world), said).status_code == 403
    assert Charge.objects.count() == 0


def test_what_one_may_not_see_is_not_named(world: World) -> None:
    client = somebody("a@exemple.fr", monde="reader")
    for address in (PAGE, line_of(world)):
        assert "Fonds joint" not in client.get(address).content.decode()
    stranger = somebody("b@exemple.fr", fonds="manager")
    assert stranger.get(PAGE).status_code == 404
    assert stranger.post(line_of(world), {}).status_code == 404
    assert client.get(f"{PAGE}/{world.operations[2]}/source-0").status_code == 404
    assert client.get(f"{PAGE}/{2**70}/source-0").status_code == 404
    assert client.get(f"{PAGE}/{world.operations[0]}/personne").status_code == 404


def test_the_pages_ask_few_questions(
    world: World, django_assert_max_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    client = somebody("a@exemple.fr", monde="manager", fonds="manager")
    said = {"contract": "fonds", "reason": "Convention du fonds", "seen": ""}
    assert client.post(line_of(world), said).status_code == 302
    for address in (PAGE, line_of(world)):
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200
