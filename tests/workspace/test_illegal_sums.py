"""A figure of the workspace never adds what does not add up, and says why."""

from __future__ import annotations

import datetime
import html

import pytest
from django.test import Client

from beffroi.accounts.models import User
from beffroi.journal.actions import posting
from beffroi.ledger.actions import post
from tests.worlds import make_world

pytestmark = pytest.mark.django_db

PAGE = "/espace/contrats/monde/chiffre?au=2024-12-31"


@pytest.mark.parametrize(
    ("kinds", "query", "why"),
    [
        ([("contractual", ""), ("valued", "")], "", "stades différents"),
        ([("contractual", ""), ("valued", "")], "&stage=programmed", "natures de crédit"),
        ([("contractual", "HT"), ("contractual", "TTC")], "&stage=programmed", "assiettes"),
    ],
)
def test_a_figure_of_unlike_amounts_is_refused(
    kinds: list[tuple[str, str]], query: str, why: str
) -> None:
    world = make_world()
    for nature, tax_basis in kinds:
        said = world.said(100)
        said.heading = said.heading._replace(nature=nature, tax_basis=tax_basis)
        with posting("return", "essai") as opened:
            post(
                opened,
                [said],
                contract_id=world.contract.pk,
                source_id=world.sources[0],
                effective_on=datetime.date(2023, 12, 31),
            )
    client = Client()
    client.force_login(User.objects.create_superuser("p@exemple.fr", "x" * 12, full_name="P"))
    answer = client.get(PAGE + query)
    assert answer.status_code == 400
    assert why in html.unescape(answer.content.decode())
