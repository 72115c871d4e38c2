"""A layout corrected on its sheet: with the mouse, with the keyboard alone, and without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from beffroi.returns.models import Delivery, StoredLayout
from tests.browser.site import Site
from tests.browser.test_deposit import (  # noqa: F401 - worker is a fixture
    NORD,
    Press,
    click,
    looked_at,
    press,
    sign_in,
    worker,
)

CONTENT = """Suivi des aides {rank};;;;
Nom du projet {rank};Porteur;Commune;Aide accordée (€);Divers {rank}
Halle couverte n° {rank};Ville;Lille;1000,50;10
Pont neuf n° {rank};Ville;Lille;2000;20
"""
HOWS = {
    "mouse": (1280, click, True),
    "keyboard": (360, press, True),
    "no-script": (1280, click, False),
}


@pytest.mark.parametrize("how", HOWS)
def test_a_layout_is_corrected_and_kept(
    how: str,
    browser: Browser,
    site: Site,
    worker: None,  # noqa: F811 - the fixture
    tmp_path: Path,
) -> None:
    width, act, scripted = HOWS[how]
    rank = list(HOWS).index(how) + 1
    context = browser.new_context(
        base_url=site.address,
        locale="fr-FR",
        viewport={"width": width, "height": 800},
        java_script_enabled=scripted,
    )
    page = context.new_page()
    sign_in(page, NORD.email, NORD.password)
    hand_in(page, tmp_path / f"aides-{how}.csv", rank)
    if not scripted:
        page.reload()  # scripts do it by themselves
    page.get_by_role("link", name="Dire comment il se lit").wait_for()
    act(page.get_by_role("link", name="Dire comment il se lit"))
    page.wait_for_url(re.compile("mise-en-page"))
    if scripted:
        looked_at(page, width)
    choose(page, "column-4", "amount:paid", act)
    act(page.get_by_role("button", name="Appliquer les corrections"))
    page.get_by_role("row").filter(has_text="montant payé").first.wait_for()
    assert "30,00" in page.locator("main").inner_text()
    if scripted:
        looked_at(page, width)
    page.fill("[name=title]", f"Aides {how}")
    act(page.get_by_role("button", name="Enregistrer et continuer"))
    page.wait_for_url(re.compile(r"depots/\d+$"))
    stored = StoredLayout.objects.get(content__title=f"Aides {how}")
    stages = {rule["stage"] for rule in stored.content["amounts"]}
    assert stages == {"programmed", "paid"}
    for _ in range(100):
        delivery = Delivery.objects.get(file_name=f"aides-{how}.csv")
        if delivery.state == "ready":
            break
        page.wait_for_timeout(200)
    assert (delivery.state, delivery.layout) == ("ready", stored)
    assert delivery.summary["sums"] == {"programmed": 300_050, "paid": 3_000}
    context.close()


def hand_in(page: Page, path: Path, rank: int) -> None:
    """A workbook of no known shape, until its job is done."""
    path.write_text(CONTENT.format(rank="abc"[rank - 1] * 4), encoding="utf-8")
    page.goto("/espace/contrats/demo-cper/remontees/deposer")
    page.fill("[name=on]", f"2025-01-{10 + rank}")
    page.set_input_files("[name=file]", path)
    page.get_by_role("button", name="Déposer", exact=True).click()
    page.wait_for_url(re.compile(r"depots/\d+$"))
    for _ in range(100):
        if Delivery.objects.get(file_name=path.name).state == "layout":
            break
        page.wait_for_timeout(200)


def choose(page: Page, name: str, value: str, act: Press) -> None:
    """Say what a column means; with the keyboard, by typing the words of the choice."""
    chosen = page.locator(f"select[name={name}]")
    if act is click:
        chosen.select_option(value)
        return
    words = chosen.locator(f"option[value='{value}']").inner_text()
    chosen.focus()
    page.keyboard.type(words)
    assert chosen.input_value() == value
