"""No page asks the database more than a dozen things, however much it shows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beffroi.accounts.models import User
from beffroi.returns.links import secret_of
from tests.browser.examples import EXAMPLES, held_links
from tests.browser.routes import Route, routes
from tests.browser.site import Site

MOST = 12
ROUTES = [
    route
    for route in routes()
    if route.name.startswith(
        (
            "workspace:",
            "notices:",
            "returns:",
            "deposit:",
            "home",
            "reconciliation:",
            "financing:",
            "library:",
            "remarks:",
            "portal:",
            "search:",
        )
    )
]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_at_most_twelve_queries(route: Route, site: Site) -> None:
    client = Client()
    client.force_login(User.objects.get(email=site.email))
    for address in route.addresses(EXAMPLES):
        follow_its_link(client, address)
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


def follow_its_link(client: Client, address: str) -> None:
    """Hold the deposit link whose page it is, if any: a test's client keeps one cookie a name."""
    for link in held_links():
        if address.startswith(reverse("deposit:home", args=[link.pk])):
            client.get(reverse("deposit-link", args=[secret_of(link)]))
