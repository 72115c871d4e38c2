"""The keyboard alone reaches everything, starting with the content."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page


@pytest.mark.parametrize("address", ["/compte/connexion", "/nulle-part"])
def test_the_first_stop_leads_to_the_content(visitor: BrowserContext, address: str) -> None:
    with visitor.new_page() as page:
        page.goto(address)
        skip_to_content(page)


def test_the_first_stop_leads_to_the_content_once_signed_in(page: Page) -> None:
    page.goto("/espace/composants")
    skip_to_content(page)


def skip_to_content(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    box = page.locator(".skip").bounding_box()
    assert box
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"


def test_a_table_is_scrolled_with_the_keyboard(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/espace/composants")
    region = page.get_by_role("region", name="Avancement par axe")
    region.focus()
    for _press in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.table-scroll').scrollLeft > 0")


def test_a_menu_closes_on_escape_and_gives_the_focus_back(page: Page) -> None:
    page.goto("/espace/composants")
    summary = page.locator("details.menu summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Se déconnecter").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_everything_works_without_scripts(site: object, signed_in: BrowserContext) -> None:
    browser = signed_in.browser
    assert browser
    state = signed_in.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state)
    with context.new_page() as page:
        page.goto(f"{site.address}/espace/composants")  # type: ignore[attr-defined]
        page.locator("details.menu summary").click()
        assert page.get_by_role("button", name="Se déconnecter").is_visible()
        page.get_by_role("link", name="M€", exact=True).click()
        assert "unite=meur" in page.url
    context.close()
