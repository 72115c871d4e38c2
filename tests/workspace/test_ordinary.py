"""Ordinary credit on its page: located grants in their perimeters, the others said apart."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from beffroi.accounts.models import User
from beffroi.contracts.reference import load_foundations
from beffroi.files.models import StoredFile
from beffroi.journal.actions import posting
from beffroi.ledger.actions import Cell, HeadingKey, Said, post
from beffroi.operations.actions import Place, make_operations, place_operations
from beffroi.operations.proposals import NewOperation
from beffroi.partners.models import Organisation
from tests.worlds import FILE

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """Three grants: one in the mining basin, one in no perimeter, one that nobody located."""
    load_foundations()
    StoredFile.objects.create(sha256=FILE, size=1, name="dotations.xlsx")
    state = Organisation.objects.get(slug="etat").pk
    with posting("ordinary", "essai") as opened:
        operations = make_operations(
            [NewOperation(f"Projet {rank}") for rank in range(3)],
            contract_id=None,
            fictitious=False,
            posting_id=opened.id,
        )
        places = {Place(operations[0], "62498"), Place(operations[1], "80021")}
        place_operations(places, partner_id=state, posting_id=opened.id)
        heading = HeadingKey(None, None, state, state, "DETR", "ordinary", 2018, "programmed")
        statements = [Said(heading, operation) for operation in operations]
        for rank, statement in enumerate(statements):
            statement.add(Cell(FILE, "F", f"A{rank + 1}", 100_00, "100"))
        on = datetime.date(2018, 12, 31)
        post(opened, statements, contract_id=None, source_id=state, effective_on=on)
    client = Client()
    client.force_login(User.objects.create_user("p@exemple.fr", "x" * 12, full_name="P"))
    return client


def test_the_page_names_perimeters_and_says_what_is_not_located(client: Client) -> None:
    page = client.get("/espace/droit-commun?unite=eur").content.decode()
    assert "Mission Bassin Minier" in page
    assert "non située" in page


def test_a_figure_of_a_perimeter_has_its_own_statements(client: Client) -> None:
    page = client.get("/espace/droit-commun/chiffre?stage=programmed&perimeter=ERBM_MBM250")
    assert "Projet 0" in page.content.decode()
    assert "Projet 1" not in page.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?connu=2026-11-25T00:00:00%2B23:59",
        "?stage=programmed&perimeter=%00",
        "?stage=programmed&funder=a%00b",
        "?stage=programmed&year=0",
    ],
)
def test_odd_questions_never_break_the_page(client: Client, query: str) -> None:
    for address in ("/espace/droit-commun", "/espace/droit-commun/chiffre"):
        answer = client.get(address + query)
        assert answer.status_code in {200, 400}, address
    assert client.get("/espace/droit-commun")["Cache-Control"] == "private, no-store"


def test_a_wrong_method_gets_a_page(client: Client) -> None:
    answer = client.post("/espace/droit-commun")
    assert answer.status_code == 405
    assert answer["Allow"]
    assert "<main" in answer.content.decode()
