"""The main job in a real browser: sign in, ask another date, follow a figure down to its cell."""

from __future__ import annotations

import datetime
import re

from playwright.sync_api import Browser, Page

from beffroi.contracts.models import Contract
from beffroi.journal.actions import last_number
from beffroi.ledger.queries import Scope, figures
from tests.browser.conftest import sign_in
from tests.browser.site import Site
from tests.returns.reading.rounds import return_path, truth

MAQUETTE = "Maquette"


def cents_of(text: str) -> int:
    """The cents of an amount in euros as the page writes it."""
    digits = re.sub(r"[^0-9,-]", "", text.partition("€")[0].partition("\n")[0])
    euros, _, cents = digits.partition(",")
    return int(euros) * 100 + int(cents or 0)


def axis_cell(page: Page, row: str, column: int) -> str:
    """The text of a cell of the first table, in euros."""
    found = page.locator("table.figures").first.locator("tbody tr", has_text=row).first
    return found.locator("td, th").nth(column).inner_text()


def test_from_the_door_to_the_cell(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.address, locale="fr-FR", accept_downloads=True)
    page = context.new_page()
    sign_in(page, site)
    page.get_by_role("link", name="Contrat de plan de démonstration (fictif)").click()
    page.get_by_role("link", name=MAQUETTE, exact=True).first.click()
    assert "fictives" in page.locator("body").inner_text()

    ask_situation(page, "2023-12-31")
    page.get_by_role("link", name="€", exact=True).click()
    before = cents_of(axis_cell(page, "III Lutter", 2))
    ask_situation(page, "2024-12-31")
    after = cents_of(axis_cell(page, "III Lutter", 2))
    assert (before, after) == (programmed("III", 2023), programmed("III", 2024))

    page.locator("table.figures").first.get_by_role("row", name="III Lutter").get_by_role(
        "link"
    ).nth(1).click()
    assert cents_of(page.locator("h1").inner_text()) == after
    assert page.locator("tbody tr").count() > 20

    page.locator("tbody tr").first.get_by_role("link").first.click()
    stated = cents_of(page.locator("h1").inner_text())
    here = page.locator("td.here")
    here.wait_for()
    assert here.is_visible(), "the sheet is opened at its cell"
    marked = page.locator("td.here mark").inner_text()
    assert marked.strip()
    assert stated > 0

    with page.expect_download() as downloading:
        page.get_by_role("link", name="Télécharger le fichier").click()
    name = downloading.value.suggested_filename
    assert downloading.value.path().read_bytes() == return_path(2024, name).read_bytes()
    context.close()


def ask_situation(page: Page, on: str) -> None:
    """Change « situation au » in the bar."""
    page.locator("#au").fill(on)
    page.get_by_role("button", name="Voir").click()
    page.wait_for_url(re.compile(f"au={on}"))


def programmed(axis: str, year: int) -> int:
    """The programmed cents of an axis, from the query layer: the truth is held elsewhere."""
    contract = Contract.objects.get(slug="demo-cper")
    on = datetime.date(year, 12, 31)
    rows = figures(Scope(contract), on, last_number(), ["axis"], stage="programmed")
    return next(row.value.cents for row in rows if row.labels["axis"] == axis)


def test_known_before_the_second_round(page: Page) -> None:
    page.goto("/espace/contrats/demo-cper/maquette?au=2024-12-31&unite=eur")
    choices = page.locator("select[name=connu] option")
    first_round = [
        choice.get_attribute("value")
        for choice in choices.all()
        if "31/12/2023" in choice.inner_text()
    ]
    page.locator("select[name=connu]").select_option(first_round[0])
    page.get_by_role("button", name="Voir").click()
    page.wait_for_url(re.compile("connu="))
    assert cents_of(axis_cell(page, "III Lutter", 2)) == programmed("III", 2023)


def test_what_changed_between_two_dates(page: Page) -> None:
    page.goto("/espace/contrats/demo-cper/maquette?au=2024-12-31&depuis=2023-12-31")
    caption = page.locator("caption", has_text="Ce qui a changé").inner_text()
    assert "31/12/2023" in caption
    assert "31/12/2024" in caption


def test_a_wrong_date_gets_a_sentence(page: Page) -> None:
    answer = page.goto("/espace/contrats/demo-cper/maquette?au=hier")
    assert answer
    assert answer.status == 400
    assert "n'est pas une date" in page.locator("main").inner_text()


def test_truth_of_the_state_is_on_the_page(page: Page) -> None:
    page.goto("/espace/contrats/demo-cper/maquette?au=2024-12-31&unite=eur&financeur=etat")
    true = truth(2024, "etat_sgar.xlsx")["sums_by_axis"]
    for row, axis in (("III Lutter", "III"), ("IV Développer", "IV"), ("VI Gouvernance", "VI")):
        for column, stage in ((2, "programmed"), (3, "committed"), (4, "paid")):
            assert cents_of(axis_cell(page, row, column)) == true[axis][stage]
