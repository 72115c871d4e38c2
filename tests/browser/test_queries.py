"""No page asks the database more than a dozen things, however much it shows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beffroi.accounts.models import User
from tests.browser.examples import EXAMPLES
from tests.browser.routes import Route, routes
from tests.browser.site import Site

MOST = 12
ROUTES = [
    route
    for route in routes()
    if route.name.startswith(("workspace:", "notices:", "returns:", "home"))
]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_at_most_twelve_queries(route: Route, site: Site) -> None:
    client = Client()
    client.force_login(User.objects.get(email=site.email))
    for address in route.addresses(EXAMPLES):
        client.get(address).close()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = client.get(address)
            answer.close()
        if answer.status_code == 405:
            continue  # it only acts
        assert answer.status_code < 400, address
        statements = [query["sql"] for query in asked.captured_queries]
        assert len(statements) <= MOST, "\n".join([address, *statements])
