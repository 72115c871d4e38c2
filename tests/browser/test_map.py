"""A map is looked at closely: with buttons, keys and the pointer; it is whole without a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

MAP = "/espace/contrats/demo-cper/carte?au=2024-12-31"
VIEW = "document.querySelector('.map-paper > svg').getAttribute('viewBox')"


def view(page: Page) -> list[float]:
    """Left, top, width and height of what is shown."""
    return [float(each) for each in str(page.evaluate(VIEW)).split()]


def test_buttons_and_keys_look_closer(page: Page) -> None:
    page.goto(MAP)
    whole = view(page)
    page.get_by_role("button", name="Agrandir la carte").click()
    assert view(page)[2] == pytest.approx(whole[2] / 1.5)
    left = view(page)[0]
    page.keyboard.press("ArrowRight")
    assert view(page)[0] > left
    page.keyboard.press("+")
    assert view(page)[2] == pytest.approx(whole[2] / 1.5**2)
    page.keyboard.press("0")
    assert view(page) == whole


def test_a_drag_moves_and_opens_nothing(page: Page) -> None:
    page.goto(MAP)
    for _press in range(4):
        page.get_by_role("button", name="Agrandir la carte").click()
    before = view(page)
    page.locator(".map-paper > svg").scroll_into_view_if_needed()
    box = page.locator(".map-paper > svg").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y - 30, steps=4)
    page.mouse.up()
    moved = view(page)
    assert moved[0] > before[0]
    assert moved[1] > before[1]
    assert page.url.endswith(MAP)


def test_an_area_leads_to_its_territory(page: Page) -> None:
    page.goto(f"{MAP}&echelle=departement")
    page.get_by_role("link", name="Nord :").click()
    assert "/espace/territoires/59?" in page.url


def test_without_a_script_the_map_is_whole(browser: Browser, page: Page) -> None:
    state = page.context.storage_state()
    with browser.new_context(
        java_script_enabled=False, storage_state=state, base_url=page.url
    ) as context:
        still = context.new_page()
        page.goto(MAP)
        still.goto(page.url)
        assert still.locator(".map-paper > svg a").count() > 0
        assert not still.locator(".map-tools").is_visible()
        assert still.locator("#par-territoire").is_visible()
