"""Only what a person may see is found or counted, as it was known at the posting asked for."""

from __future__ import annotations

import pytest
from django.test import Client

from beffroi.accounts.models import User
from beffroi.contracts.models import Contract, NodeVersion
from beffroi.journal.actions import last_number, posting
from beffroi.ledger.recognition import merge
from beffroi.operations.identity import plain
from beffroi.operations.models import (
    Assignment,
    Membership,
    Operation,
    Reference,
)
from beffroi.operations.proposals import NewOperation
from tests.reconciliation.words import say
from tests.search.answers import DAY, PAGE, TITLES, answer, hits, marked, operations, read, titles
from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    [
        *("mediatheque", "mediateque", "chaufferie", "2103456789", "21620318800017", "123456789"),
        *("monde", "source", "axe 2", "revoyure", "suivi cper", "a" * 12, "etaples"),
    ],
)
def test_nothing_of_contracts_not_seen(stranger: Client, text: str) -> None:
    told = answer(stranger, text)
    assert told["groups"] == []
    assert told["said"].startswith("Rien")
    page = stranger.get(PAGE, {"q": text}).content.decode()
    assert "Monde" not in page
    assert 'class="hits"' not in page


def test_what_others_hold_does_not_change_what_is_close(client: Client) -> None:
    hidden = Contract.objects.create(slug="cache", name="Caché", kind="cper")
    operations(hidden, *[NewOperation(f"Mediateque cachée {rank}") for rank in range(9)])
    assert titles(client, "mediateque") == [TITLES[0]]


def test_who_sees_nothing_finds_only_what_is_everybodys(world: World) -> None:
    operations(None, NewOperation("Médiathèque hors contrat"))
    client = Client()
    client.force_login(User.objects.create_user("c@exemple.fr", "x" * 12, full_name="C"))
    found = hits(client, "mediatheque")
    assert list(found) == ["operations"]
    (hit,) = found["operations"]
    assert read(hit["title"]) == "Médiathèque hors contrat"
    assert not hit["fictitious"]
    assert client.get(hit["address"]).status_code == 200
    assert Client().get(PAGE, {"q": "mediatheque"}).status_code == 302


def test_merges_are_those_known_then(client: Client, world: World) -> None:
    before = last_number()
    merge(world.operations[0], world.operations[2])
    (hit,) = hits(client, "mediatheque")["operations"]
    assert read(hit["title"]) == TITLES[2]
    assert TITLES[0] in read(hit["matched"])
    assert marked(hit["matched"]) == ["Médiathèque"]
    assert titles(client, "mediatheque", connu=before) == [TITLES[0]]
    assert f"connu={before}" in hits(client, "etoile", connu=before)["operations"][0]["address"]


def test_absorbed_twice_leads_to_the_last(client: Client, world: World) -> None:
    merge(world.operations[0], world.operations[1])
    merge(world.operations[1], world.operations[2])
    assert titles(client, "mediatheque") == [TITLES[2]]
    assert titles(client, "chaufferie") == [TITLES[2]]


def test_operations_and_references_are_those_known_then(client: Client, world: World) -> None:
    before = last_number()
    (new,) = operations(world.contract, NewOperation("Piscine olympique"))
    with posting("recognition", "autre") as opened:
        reference = Reference.objects.get(code=plain("EJ 2103-456789"))
        Assignment.objects.create(reference=reference, operation_id=new, posting_id=opened.id)
    assert titles(client, "piscine") == ["Piscine olympique"]
    assert titles(client, "piscine", connu=before) == []
    assert titles(client, "2103456789") == ["Piscine olympique"]
    assert titles(client, "2103456789", connu=before) == [TITLES[1]]


def test_a_level_withdrawn_or_not_yet_known_is_not_found(client: Client, world: World) -> None:
    before = last_number()
    with posting("contract", "avenant") as opened:
        version = {"posting_id": opened.id, "effective_on": DAY, "position": 0}
        NodeVersion.objects.create(
            node_id=world.nodes[0], code="I", title="Sobriété foncière", **version
        )
        NodeVersion.objects.create(
            node_id=world.nodes[1], code="II", title="Axe 2", withdrawn=True, **version
        )
    assert titles(client, "sobriete", "programme") == ["Sobriété foncière"]
    assert titles(client, "axe 1", "programme") == []
    assert titles(client, "axe 2", "programme") == []
    assert titles(client, "sobriete", "programme", connu=before) == []
    assert titles(client, "axe 1", "programme", au="2022-01-01") == ["Axe 1"]
    assert titles(client, "axe 2", "programme", connu=before) == ["Axe 2"]


def test_an_operation_shown_where_it_counts_too(world: World, stranger: Client) -> None:
    other = Contract.objects.get(slug="autre")
    with posting("contract", "elle compte aussi") as opened:
        Membership.objects.create(
            operation_id=world.operations[0], contract=other, reason="essai", posting_id=opened.id
        )
    assert titles(stranger, "mediatheque", connu=last_number() - 1) == []
    (hit,) = hits(stranger, "mediatheque")["operations"]
    assert read(hit["where"][0]) == "Autre pacte"
    code = Operation.objects.get(pk=world.operations[0]).code
    assert hit["address"] == f"/espace/contrats/autre/operations/{code}"
    assert code in stranger.get(hit["address"]).content.decode()


def test_an_operation_whose_money_is_said_of_a_contract_seen(
    world: World, stranger: Client
) -> None:
    other = Contract.objects.get(slug="autre")
    there = World(other, [], world.sources, world.operations)
    say(there, DAY, there.said(100_00, node=None))
    assert titles(stranger, "mediatheque", connu=last_number() - 1) == []
    assert titles(stranger, "mediatheque") == [TITLES[0]]
    assert titles(stranger, "faidherbe") == []
