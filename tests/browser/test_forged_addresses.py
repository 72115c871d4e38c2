"""Whatever an address asks, no page breaks: it answers, or says in a sentence what is wrong."""

from __future__ import annotations

import zlib
from urllib.parse import parse_qsl, urlencode

import pytest
from django.test import Client

from beffroi.accounts.models import User
from tests.browser.examples import EXAMPLES
from tests.browser.routes import Route, routes
from tests.browser.site import Site
from tests.browser.test_queries import follow_its_link

#: What no date, posting or snapshot is: refused before anything else is read, so asked alone.
SITUATIONS = {
    "au": ["hier", "2024-13-45", "0000-00-00", "99999-01-01", "'; DROP TABLE ledger_entry; --"],
    "connu": ["-1", "9" * 30, "x", "2024-02-30"],
    "instantane": ["inst-0-00000000", "../../etc/passwd", "%"],
}
#: What pages ask beside, forged together.
TOGETHER = [
    {"page": "9" * 30, "unite": "€€", "q": "x" * 5000, "inconnu": "x", "contrats": "," * 200},
    {"page": "-1", "export": "exe", "dispositif": "<script>alert(1)</script>", "etat": "inconnu"},
    {"stage": "programmed,paid", "stade": "versé", "nature": "mixte", "tax_basis": "HTTC"},
    {"node": "9" * 30, "axis": "'", "funder": "9" * 30, "source": "personne", "cause": "x"},
    {"perimeter": "' OR 1=1 --", "avant": "inst-0-00000000", "apres": "x", "version": "9" * 30},
    {"cellule": "ZZZZZ99999999", "feuille": "x" * 5000, "ligne": "-1", "demande": "9" * 30},
]


def forged(address: str, parameters: dict[str, str]) -> str:
    """The address with some parameters forged, the others kept."""
    path, _, query = address.partition("?")
    return f"{path}?{urlencode({**dict(parse_qsl(query)), **parameters})}"


def forgeries(route: Route) -> list[dict[str, str]]:
    """One value of each situation, another from route to route, then the rest."""
    rank = zlib.crc32(route.name.encode())
    alone = [{name: values[rank % len(values)]} for name, values in SITUATIONS.items()]
    return [*alone, *TOGETHER]


@pytest.fixture
def client(site: Site) -> Client:
    """Somebody who may see everything."""
    client = Client()
    client.force_login(User.objects.get(email=site.email))
    return client


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.name)
def test_forged_parameters_get_an_answer(route: Route, client: Client) -> None:
    for address in route.addresses(EXAMPLES)[:1]:
        follow_its_link(client, address)
        for parameters in forgeries(route):
            answer = client.get(forged(address, parameters))
            answer.close()
            assert answer.status_code < 500, (address, parameters)
            if answer.status_code == 400:
                assert "<h1" in answer.content.decode(), (address, parameters)
