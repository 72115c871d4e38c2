"""The page of several contracts: only those one may see, never real and fictitious together."""

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
from beffroi.ledger.actions import post
from tests.worlds import make_world

pytestmark = pytest.mark.django_db
PAGE = "/espace/comptes-croises"


@pytest.fixture
def client() -> Client:
    """Two fictitious contracts that say the same line, and a real one, all open."""
    world = make_world()
    fund = Contract.objects.create(
        slug="fonds", name="Fonds joint", kind="cper", fictitious=True, levels=["axe"]
    )
    Contract.objects.create(
        slug="reel", name="Contrat réel", kind="cper", fictitious=False, levels=["axe"]
    )
    for contract, node in ((world.contract, world.nodes[0]), (fund, None)):
        said = world.said(1234_00)
        said.heading = said.heading._replace(contract_id=contract.pk, node_id=node)
        with posting("return", "essai") as opened:
            post(
                opened,
                [said],
                contract_id=contract.pk,
                source_id=world.sources[0],
                effective_on=datetime.date(2023, 12, 31),
            )
    client = Client()
    client.force_login(User.objects.create_superuser("p@exemple.fr", "x" * 12, full_name="P"))
    return client


def test_the_overlap_is_a_figure_of_its_own(client: Client) -> None:
    page = client.get(PAGE, {"contrats": "monde,fonds", "unite": "eur"})
    assert page.status_code == 200
    shares, crossings = page.context["shares"], page.context["crossings"]
    assert [row.cell("charged").value for row in shares.rows] == [1234_00, None]
    assert [row.cell("shown").value for row in shares.rows] == [None, 1234_00]
    assert [row.cell("overlap").value for row in crossings.rows] == [1234_00]
    assert shares.fictitious
    assert crossings.fictitious


def test_forged_groups_are_refused_in_a_sentence(client: Client) -> None:
    mixed = client.get(PAGE, {"contrats": "monde,reel"})
    assert mixed.status_code == 400
    assert "du réel et du fictif" in mixed.content.decode()
    assert client.get(PAGE, {"contrats": "nulle-part"}).status_code == 400


def test_what_one_may_not_see_is_unknown(client: Client) -> None:
    client.force_login(User.objects.create_user("q@exemple.fr", "x" * 12, full_name="Q"))
    assert client.get(PAGE, {"contrats": "monde"}).status_code == 400
    assert "Fonds joint" not in client.get(PAGE).content.decode()


def test_the_page_asks_few_questions(
    client: Client, django_assert_max_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    with django_assert_max_num_queries(12):
        page = client.get(PAGE, {"contrats": "monde,fonds"})
    assert page.status_code == 200
