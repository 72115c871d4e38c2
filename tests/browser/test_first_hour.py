"""The first hour: a contract is begun, its steps are followed, a first workbook comes in."""

from __future__ import annotations

import re
from pathlib import Path
from unittest.mock import patch

import pytest
from playwright.sync_api import Browser, Page

from beffroi.accounts.models import User
from beffroi.cli import demonstration
from beffroi.cli.demonstration import ACCOUNTS
from beffroi.contracts.actions import NewContract, create_contract
from beffroi.contracts.models import Contract
from beffroi.portal.models import Publication
from tests.browser.site import Site
from tests.browser.test_deposit import (  # noqa: F401 - worker is a fixture
    Press,
    click,
    looked_at,
    press,
    sign_in,
    worker,
)

TEAM = ACCOUNTS[0]
PROGRAMME = "Axe 1 : Le canal\n  1.1 Creuser\n  1.2 Border\nAxe 2 : Les ports\n  2.1 Relier au rail"
WORKBOOK = """Réf.;Opération;Maître d'ouvrage;Commune;Objectif;Voté;Engagé;Versé
C/1;Quai neuf;Ville;Lille;1.2;1234,50;1000;
C/2;Voie ferrée du port;Ville;Lille;2.1;2000;;
"""


@pytest.mark.parametrize(("width", "act"), [(1280, click), (360, press)], ids=["mouse", "keyboard"])
def test_from_nothing_to_a_first_workbook(
    width: int,
    act: Press,
    browser: Browser,
    site: Site,
    worker: None,  # noqa: F811 - the fixture
    tmp_path: Path,
) -> None:
    name = f"Contrat de canal {width}"
    context = browser.new_context(
        base_url=site.address, locale="fr-FR", viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    sign_in(page, TEAM.email, TEAM.password)
    act(page.get_by_role("link", name="Créer un contrat"))
    page.wait_for_url(re.compile("contrats/nouveau"))
    looked_at(page, width)
    page.fill("[name=name]", name)
    act(page.get_by_label("C'est un essai"))
    page.fill("[name=programme]", "1.1 Creuser")
    act(page.get_by_role("button", name="Créer le contrat"))
    page.get_by_text("« 1.1 » vient sous « 1 »").wait_for()
    looked_at(page, width)
    page.fill("[name=programme]", "")
    act(page.get_by_role("button", name="Créer le contrat"))

    page.get_by_role("heading", name="Premiers pas").wait_for()
    assert done(page) == []
    looked_at(page, width)
    act(page.get_by_role("link", name="Écrire le programme"))
    page.fill("[name=programme]", PROGRAMME)
    looked_at(page, width)
    act(page.get_by_role("button", name="Enregistrer"))
    page.get_by_text("Le programme est connu.").wait_for()
    act(page.get_by_role("link", name="Nommer les signataires"))
    page.get_by_label("Département du Nord").check()
    looked_at(page, width)
    act(page.get_by_role("button", name="Enregistrer"))
    page.get_by_text("Les signataires sont nommés.").wait_for()
    assert done(page) == ["Le programme est connu", "Les signataires sont nommés"]

    act(page.locator("main").get_by_role("link", name="Déposer un classeur"))
    page.wait_for_url(re.compile("deposer"))
    page.fill("[name=on]", "2024-12-31")
    workbook = tmp_path / "premier.csv"
    workbook.write_text(WORKBOOK, encoding="utf-8")
    page.set_input_files("[name=file]", workbook)
    act(page.get_by_role("button", name="Déposer", exact=True))
    page.wait_for_url(re.compile(r"depots/\d+$"))
    page.get_by_role("link", name=re.compile("Décider|Dire comment|Voir ce qui change")).wait_for()
    looked_at(page, width)

    contract = Contract.objects.get(name=name)
    assert contract.fictitious
    page.goto(f"/espace/contrats/{contract.slug}")
    assert "Un premier classeur est déposé" in done(page)
    looked_at(page, width)
    context.close()


def test_what_one_began_stays_closed_when_the_demonstration_starts_again() -> None:
    team = User.objects.get(email=TEAM.email)
    begun = create_contract(team, NewContract("Contrat gardé pour soi", "other"))
    with patch.object(demonstration, "NATIONAL", ()):
        demonstration.prepare(lambda sentence: None)
    assert [access.user for access in begun.accesses.all()] == [team]
    assert not Publication.objects.filter(contract=begun).exists()


def done(page: Page) -> list[str]:
    """The steps that are ticked."""
    ticked = page.locator("[aria-labelledby=premiers-pas] li").filter(has_text="fait")
    return ticked.locator("strong").all_inner_texts()
