"""No page asks the database more than a dozen things, however much it shows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beffroi.accounts.models import User
from beffroi.returns.links import secret_of
from tests.browser.examples import EXAMPLES, held_link
from tests.browser.routes import Route, routes
from tests.browser.site import Site

MOST = 12
ROUTES = [
    route
    for route in routes()
    if route.name.startswith(("workspace:", "notices:", "returns:", "deposit:", "home"))
]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_at_most_twelve_queries(route: Route, site: Site) -> None:
    client = Client()
    client.force_login(User.objects.get(email=site.email))
    client.get(reverse("deposit-link", args=[secret_of(held_link())]))
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
