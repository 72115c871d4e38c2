"""Every route of the resolver: it answers, axe finds nothing, nothing overflows or complains."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.browser.examples import EXAMPLES
from tests.browser.routes import Route, routes

ROUTES = routes()
SIZES = {1280: 900, 360: 740}
AXE = Axe()
#: By day everything is checked; night changes colours alone.
RULES = {
    "light": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "dark": {"type": "rule", "values": ["color-contrast"]},
}


@dataclass
class Watch:
    """What a page should never do."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._console)
        self.page.on("request", self._request)

    def _console(self, message: object) -> None:
        if getattr(message, "type", "") == "error":
            self.complaints.append(getattr(message, "text", ""))

    def _request(self, request: object) -> None:
        url = getattr(request, "url", "")
        if not url.startswith((self.origin, "data:", "blob:")):
            self.complaints.append(f"asks another site: {url}")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_route(
    route: Route,
    signed_in: BrowserContext,
    visitor: BrowserContext,
    shoot: Callable[[Page, str], None],
) -> None:
    if route.parameters and route.name not in EXAMPLES:
        pytest.fail(f"{route.name} takes arguments: add an example to tests/browser/examples.py")
    for rank, address in enumerate(route.addresses(EXAMPLES)):
        for page in pages_to_look_at(address, signed_in, visitor):
            for width, scheme in looks(page):
                problems = violations(page, scheme)
                assert not problems, f"{address} at {width} px, {scheme}:\n{problems}"
                overflow = page.evaluate("document.documentElement.scrollWidth")
                assert overflow <= width, f"{address} overflows {width} px: {overflow}"
                name = route.name.replace(":", "-") + (f"-{rank}" if rank else "")
                shoot(page, f"{name}-{width}-{scheme}")


def pages_to_look_at(
    address: str, signed_in: BrowserContext, visitor: BrowserContext
) -> Iterator[Page]:
    """The page at that address, opened by who may see it; none where it only redirects or acts."""
    behind_link = address.startswith("/depot/")
    for context in (visitor,) if behind_link else (signed_in, visitor):
        answer = context.request.get(address, max_redirects=0)
        if answer.status == 405:
            return
        if answer.status in {301, 302}:
            continue
        assert answer.status == 200, f"{address} answers {answer.status}"
        if not answer.headers["content-type"].startswith("text/html"):
            return
        with context.new_page() as page:
            watch = Watch(page, answer.url.removesuffix(address))
            page.goto(address)
            assert page.title().strip(" –") not in {"", "Beffroi"}, f"{address} has no title"
            yield page
            assert watch.complaints == [], address
        return


def looks(page: Page) -> Iterator[tuple[int, str]]:
    """The page at each size, by day and by night."""
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in RULES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            yield width, scheme


def violations(page: Page, scheme: str) -> str:
    """What axe finds, one line a place; nothing when all is well."""
    found = AXE.run(page, options={"runOnly": RULES[scheme]}).response["violations"]
    return "\n".join(
        f"{violation['id']}: {violation['help']}: {node['target']} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    )
