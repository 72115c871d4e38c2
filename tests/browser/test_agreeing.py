"""Two sides, one gap: proposed by one, accepted by the other, signed by both, shown for ever."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from beffroi.cli.demonstration import ACCOUNTS
from beffroi.ledger.models import Statement
from beffroi.reconciliation.models import Agreement, Snapshot
from tests.browser.test_deposit import looked_at
from tests.browser.test_review import PHONE, SCREEN, As, page_of

__all__ = ["page_of"]

TEAM, STATE, REGION, CITY = (ACCOUNTS[rank] for rank in (0, 2, 3, 4))
CONTRACT = "/espace/contrats/demo-cper"
ON = "2023-12-31"
SIGNED = "Comité fictif de la fin 2023"


def gap_list(page: Page, query: str = "") -> None:
    page.goto(f"{CONTRACT}/rapprochement?au={ON}&financeur=etat&statut=differs{query}")


def agreed_statement(agreement: Agreement) -> Statement:
    return Statement.objects.filter(
        kind="agreed", key__operation=agreement.operation, effective_on=agreement.on
    ).latest("pk")


def test_one_gap_from_proposal_to_snapshot(page_of: As) -> None:
    with page_of(CITY, PHONE) as page:
        gap_list(page)
        looked_at(page, PHONE)
        first = page.locator("#ecarts tbody th a").first
        title = first.inner_text()
        first.click()
        page.wait_for_url(re.compile(r"rapprochement/\d+"))
        looked_at(page, PHONE)
        address = page.url
        page.get_by_label("un autre montant, à écrire ci-dessous").check()
        page.get_by_role("button", name="Proposer", exact=True).click()
        assert page.locator("[name=reason]:invalid").count()
        page.fill("[name=reason]", "Montant de la convention signée.")
        page.fill("[name=amount]", "1 234 567,89 €")
        page.get_by_role("button", name="Proposer", exact=True).click()
        page.get_by_text("c'est à l'autre partenaire de répondre").wait_for()
        assert not page.get_by_role("button", name="Accepter ce montant").count()
    agreement = Agreement.objects.get(on=ON)
    assert str(agreement.operation) == title

    with page_of(STATE, SCREEN) as page:
        page.goto(f"{CONTRACT}/accords?etat=a-moi")
        looked_at(page, SCREEN)
        page.get_by_role("link", name=title).click()
        looked_at(page, SCREEN)
        page.get_by_role("button", name="Accepter ce montant").click()
        page.get_by_text("C'est convenu").wait_for()
        looked_at(page, SCREEN)
        gap_list(page, "&accord=agreed&unite=eur")
        assert "1 234 567,89" in page.locator("#ecarts").inner_text().replace("\u202f", " ")
        page.goto(f"/espace/declarations/{agreed_statement(agreement).pk}")
        looked_at(page, SCREEN)
        page.get_by_role("link", name="Amiens Métropole, État").click()
        page.get_by_role("heading", name=title).wait_for()

    with page_of(TEAM, SCREEN) as page:
        page.goto(f"{CONTRACT}/instantanes?au={ON}")
        page.fill("[name=name]", SIGNED)
        page.fill("[name=on]", ON)
        page.get_by_role("button", name="Proposer", exact=True).click()
        page.get_by_role("heading", name=SIGNED).wait_for()
        looked_at(page, SCREEN)
        assert "montant convenu entre les deux partenaires" in page.locator("main").inner_text()
        proposed = page.url
    for account in (STATE, REGION):
        with page_of(account, PHONE) as page:
            page.goto(proposed)
            page.get_by_role("button", name="Valider ces chiffres").click()
            page.get_by_text("C'est enregistré.").wait_for()
            looked_at(page, PHONE)
    snapshot = Snapshot.objects.get(signoff__name=SIGNED)
    with page_of(CITY, SCREEN) as page:
        page.goto(f"{CONTRACT}/rapprochement?instantane={snapshot.identifier}&statut=tous")
        assert snapshot.identifier in page.locator("body").inner_text()
        looked_at(page, SCREEN)
        page.goto(address)
        assert "Convenu" in page.locator("main").inner_text()
