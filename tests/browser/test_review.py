"""A return is queried by the contract's team, answered by its partner, then accepted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from playwright.sync_api import Browser, Page

from beffroi.cli.demonstration import ACCOUNTS, DemoAccount
from beffroi.returns.models import Acceptance, Query, Return
from beffroi.returns.reviews.standing import standing_now
from tests.browser.site import Site
from tests.browser.test_deposit import looked_at, sign_in

TEAM, NORD = ACCOUNTS[0], ACCOUNTS[1]
SCREEN, PHONE = 1280, 360
As = Callable[[DemoAccount, int], AbstractContextManager[Page]]


@pytest.fixture
def page_of(browser: Browser, site: Site) -> As:
    """A browser of somebody's own, at a width; it must not complain."""

    @contextmanager
    def opened(account: DemoAccount, width: int) -> Iterator[Page]:
        viewport = {"width": width, "height": 800}
        context = browser.new_context(base_url=site.address, locale="fr-FR", viewport=viewport)
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        sign_in(page, account.email, account.password)
        yield page
        assert complaints == []
        context.close()

    return opened


def test_a_cell_is_queried_and_answered_then_the_return_is_accepted(page_of: As) -> None:
    submitted = Return.objects.filter(
        contract__slug="demo-cper", partner__slug="cd59", effective_on__year=2023
    ).latest("pk")
    returned = f"/espace/contrats/demo-cper/remontees/{submitted.pk}"
    with page_of(TEAM, SCREEN) as page:
        page.goto("/espace/contrats/demo-cper/remontees")
        looked_at(page, SCREEN)
        page.locator(f"a[href^='{returned}']").click()
        page.get_by_role("link", name="Questionner une cellule").click()
        page.wait_for_url(re.compile("feuille"))
        looked_at(page, SCREEN)
        page.fill("[name=cell]", "C9")
        page.fill("[name=text]", "D'où vient ce chiffre ?")
        page.get_by_role("button", name="Poser la question").click()
        page.wait_for_url(re.compile(r"questions/\d+"))
        looked_at(page, SCREEN)
    query = Query.objects.get(submitted=submitted)
    assert (query.cell, standing_now(submitted).status) == ("C9", "queried")

    with page_of(NORD, PHONE) as page:
        page.goto(returned)
        looked_at(page, PHONE)
        assert not page.get_by_role("button", name="Accepter cette remontée").count()
        page.get_by_role("link", name="C9").first.click()
        page.wait_for_url(re.compile(r"questions/\d+"))
        assert "D'où vient ce chiffre ?" in page.locator("main").inner_text()
        page.fill("[name=text]", "De la délibération, jointe au dossier.")
        page.get_by_role("button", name="Répondre").click()
        page.get_by_text("De la délibération").wait_for()
        looked_at(page, PHONE)

    with page_of(TEAM, PHONE) as page:
        page.goto(returned)
        assert "réponse à lire" in page.locator("main").inner_text()
        assert not page.get_by_role("button", name="Accepter cette remontée").count()
        page.get_by_role("link", name="C9").first.click()
        page.locator("summary", has_text="Clore la question").click()
        page.get_by_role("button", name="Clore la question").click()
        page.get_by_text("Close par").wait_for()
        page.goto(returned)
        looked_at(page, PHONE)
        page.fill("[name=note]", "Réponse lue.")
        page.get_by_role("button", name="Accepter cette remontée").click()
        page.get_by_text("Acceptée telle qu'elle est").wait_for()
        looked_at(page, PHONE)
        page.goto("/espace/contrats/demo-cper/remontees")
        row = page.get_by_role("row").filter(has=page.locator(f"a[href^='{returned}']"))
        assert "accepté" in row.inner_text()
    assert Acceptance.objects.get(submitted=submitted).note == "Réponse lue."
