"""Searching with the keyboard alone: Ctrl K, some words, arrows, Enter; axe finds nothing."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.site import Site
from tests.browser.test_every_route import RULES, SIZES, violations

START = "/espace/contrats/demo-cper?au=2024-12-31"
SOME = re.compile(r"\d+ résultats?\.")


def combobox(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Chercher partout")


def opened(page: Page, text: str) -> None:
    """The palette over a page of a contract, once it has answered."""
    page.goto(START)
    page.keyboard.press("Control+k")
    expect(combobox(page)).to_be_focused()
    page.keyboard.type(text)
    expect(page.locator(".palette [role=status]")).to_have_text(SOME)


def test_the_keyboard_alone_finds_and_opens(page: Page) -> None:
    opened(page, "mediatheque")
    expect(combobox(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    first = page.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(combobox(page)).to_have_attribute("aria-activedescendant", "palette-option-0")
    page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "false")
    page.keyboard.press("ArrowUp")
    expect(first).to_have_attribute("aria-selected", "true")
    address = first.get_attribute("href")
    assert address
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith(address))
    assert "au=2024-12-31" in address
    assert "diathèque" in page.inner_text("main")


def test_escape_closes_and_gives_the_focus_back(page: Page) -> None:
    page.goto(START)
    page.locator("details.menu summary").focus()
    page.keyboard.press("Control+k")
    page.keyboard.type("lycee")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.palette")).to_be_hidden()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_enter_alone_shows_everything(page: Page) -> None:
    opened(page, "mediatheque")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/espace/recherche\?au=2024-12-31&q=mediatheque$"))
    expect(page.locator("main mark").first).to_be_visible()


def test_nothing_found_is_said(page: Page) -> None:
    page.goto(START)
    page.keyboard.press("Control+k")
    page.keyboard.type("zzzzqqqq")
    expect(page.locator(".palette [role=status]")).to_have_text(re.compile("^Rien"))
    expect(combobox(page)).to_have_attribute("aria-expanded", "false")


def test_axe_finds_nothing_in_the_open_palette(page: Page) -> None:
    opened(page, "demo")
    page.keyboard.press("ArrowDown")
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in RULES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            problems = violations(page, scheme)
            assert not problems, f"{width} px, {scheme}:\n{problems}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_form_works_without_scripts(site: Site, signed_in: BrowserContext) -> None:
    browser = signed_in.browser
    assert browser
    state = signed_in.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state)
    with context.new_page() as page:
        page.goto(site.address + START)
        page.get_by_role("searchbox", name="Chercher partout").fill("mediatheque")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/espace/recherche\?au=2024-12-31&q=mediatheque$"))
        assert page.locator("main .hits li").count()
    context.close()
