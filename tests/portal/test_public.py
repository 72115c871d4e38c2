"""What anybody reads: facts with their sources, of the contracts that somebody published."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from beffroi.accounts.models import User
from beffroi.contracts.models import Access, Contract
from beffroi.portal.actions import PublicationRefused, decide, publish_reference
from beffroi.portal.models import Publication
from tests.worlds import make_world

pytestmark = pytest.mark.django_db

NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


@pytest.fixture
def real() -> Contract:
    """A real contract that is public."""
    contract = Contract.objects.create(
        slug="pacte", name="Pacte <réel> & sourcé", kind="territorial_pact", fictitious=False
    )
    publish_reference(contract)
    return contract


@pytest.fixture
def team(real: Contract) -> Client:
    """Somebody who runs it."""
    user = User.objects.create_user("pilote@exemple.fr", "x" * 12, full_name="Pilote")
    Access.objects.create(contract=real, user=user, level="manager")
    client = Client()
    client.force_login(user)
    return client


def test_nothing_is_public_until_somebody_says_so(real: Contract, client: Client) -> None:
    secret = Contract.objects.create(slug="projet", name="En projet", kind="cper", levels=["axe"])
    assert client.get("/contrats/projet").status_code == 404
    assert "En projet" not in client.get("/contrats/").content.decode()
    assert "projet" not in client.get("/sitemap.xml").content.decode()
    publish_reference(secret)
    assert client.get("/contrats/projet").status_code == 200
    publish_reference(secret)
    assert Publication.objects.filter(contract=secret).count() == 1, "again changes nothing"


def test_what_is_withdrawn_is_gone_everywhere(real: Contract, team: Client, client: Client) -> None:
    assert client.get("/contrats/pacte").status_code == 200
    address = "/espace/contrats/pacte/publication"
    assert "Retirer du portail" in team.get(address).content.decode()
    no_reason = team.post(address, {"do": "withdraw", "seen": "1", "reason": " "})
    assert (no_reason.status_code, Publication.objects.count()) == (400, 1)
    said = {"do": "withdraw", "seen": "1", "reason": "À relire"}
    assert team.post(address, said).status_code == 302
    stale = team.post(address, said | {"do": "publish"})
    assert stale.status_code == 400
    assert "vient d" in stale.content.decode()
    for there in ("/contrats/pacte", "/contrats/", "/sitemap.xml"):
        assert "/contrats/pacte<" not in client.get(there).content.decode()
        assert "Pacte" not in client.get(there).content.decode()
    assert client.get("/contrats/pacte").status_code == 404


def test_only_who_runs_the_contract_publishes(real: Contract, client: Client) -> None:
    user = User.objects.create_user("lecteur@exemple.fr", "x" * 12, full_name="Lecteur")
    Access.objects.create(contract=real, user=user, level="reader")
    client.force_login(user)
    address = "/espace/contrats/pacte/publication"
    for answer in (client.get(address), client.post(address, {"do": "withdraw"})):
        assert answer.status_code == 403
    with pytest.raises(PublicationRefused, match="vient d'en décider"):
        decide(real, is_public=False, reason="Moi", by=user, seen=0)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE portal_publication SET is_public = false")


def test_engines_read_real_contracts_alone(real: Contract, client: Client) -> None:
    world = make_world()
    publish_reference(world.contract)
    page = client.get("/contrats/monde")
    assert page["X-Robots-Tag"] == "noindex"
    assert "Données fictives" in page.content.decode()
    urls = ET.fromstring(client.get("/sitemap.xml").content).findall("s:url/s:loc", NS)
    paths = {re.sub(r"^https?://[^/]+", "", str(url.text)) for url in urls}
    always = {"/contrats/", "/documents/", "/actualites/", "/accessibilite"}
    assert paths == {*always, "/contrats/pacte"}
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /espace/" in robots
    assert "X-Robots-Tag" not in client.get("/contrats/pacte")


def test_a_contract_is_described_for_machines(real: Contract, client: Client) -> None:
    text = client.get("/contrats/pacte").content.decode()
    (said,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert "<" not in said
    assert json.loads(said)["name"] == "Pacte <réel> & sourcé"


def test_pages_are_kept_by_caches_until_something_changes(real: Contract, client: Client) -> None:
    first = client.get("/contrats/pacte")
    assert "public" in first["Cache-Control"]
    assert "Set-Cookie" not in first.headers
    again = client.get("/contrats/pacte", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Contract.objects.filter(pk=real.pk).update(file_sha256="f" * 64)
    changed = client.get("/contrats/pacte", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200, "its file was loaded again"
    assert client.get("/contrats/nulle-part", headers={"If-None-Match": "*"}).status_code == 404
    decide(real, is_public=False, reason="À relire", by=None, seen=1)
    gone = client.get("/contrats/pacte", headers={"If-None-Match": first["ETag"]})
    assert gone.status_code == 404


def test_who_signed_in_leaves_nothing_in_caches(real: Contract, team: Client) -> None:
    page = team.get("/contrats/pacte")
    assert page["Cache-Control"] == "private, no-store"
    assert "Pilote" in page.content.decode()


def test_the_pages_ask_few_questions(
    real: Contract,
    client: Client,
    team: Client,
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[Any]],
) -> None:
    for who, address in (
        (client, "/contrats/"),
        (client, "/contrats/pacte"),
        (team, "/contrats/pacte"),
        (team, "/espace/contrats/pacte/publication"),
    ):
        with django_assert_max_num_queries(12):
            assert who.get(address).status_code == 200
