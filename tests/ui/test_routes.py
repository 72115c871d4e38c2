"""Every route can be looked at: it has a name, and an example where it takes arguments."""

from __future__ import annotations

from tests.browser.examples import EXAMPLES
from tests.browser.routes import routes

ROUTES = routes()


def test_every_route_has_a_name_and_an_example() -> None:
    nameless = [route.pattern for route in ROUTES if not route.name.rpartition(":")[2]]
    assert nameless == [], "give these routes a name"
    missing = [route.name for route in ROUTES if route.parameters and route.name not in EXAMPLES]
    assert missing == [], "add an example of these routes to tests/browser/examples.py"
    gone = set(EXAMPLES) - {route.name for route in ROUTES}
    assert gone == set(), "these examples are of no route"
