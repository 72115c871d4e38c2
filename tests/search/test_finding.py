"""Things are found in French, misspelt, by their codes; whatever is asked gets an answer."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beffroi.operations.models import (
    Operation,
)
from beffroi.operations.proposals import NewOperation
from tests.search.answers import PAGE, TITLES, answer, hits, marked, operations, read, titles
from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("operation", [1]),
        ("Opération", [1]),
        ("rénover lycées", [1]),
        ("MEDIATHEQUE", [0]),
        ("médiathèques", [0]),
        ("etoile", [0]),
        ("médiath", [0]),
        ("mediateque", [0]),
        ("médiatèque de létoile", [0]),
        ("etaples mediatheque", [0]),
        ("Saint Omer", [2]),
        ("saint-omer", [2]),
        ("ville Étaples", [0]),
        ("chaufferie", [1]),
        ("2103456789", [1]),
        ("2103 456 789", [1]),
        ("2103-456789", [1]),
        ("EJ2103456789", [1]),
        ("216 203 188 00017", [0]),
        ("21620318800017", [0]),
        ("216203188", [0]),
        ("123 456 789", [2]),
        ("piscine", []),
    ],
)
def test_operations_are_found(client: Client, text: str, found: list[int]) -> None:
    assert titles(client, text) == [TITLES[rank] for rank in found]


def test_an_operation_by_its_own_code(client: Client, world: World) -> None:
    code = Operation.objects.get(pk=world.operations[0]).code
    for written in (code, code.lower(), f"{code[:2]} {code[2:]}", f"{code[:2]}-{code[2:]}"):
        assert titles(client, written) == [TITLES[0]]


def test_a_hit_says_what_it_is_and_what_matched(client: Client, world: World) -> None:
    (hit,) = hits(client, "mediateque", au="2023-12-31")["operations"]
    code = Operation.objects.get(pk=world.operations[0]).code
    assert hit["close"]
    assert hit["fictitious"]
    assert marked(hit["title"]) == ["Médiathèque"]
    assert read(hit["code"]) == code
    assert [read(each) for each in hit["where"]] == [
        "Monde d'essai",
        "Bourg-l'Évêque",
        "Ville d'Étaples",
    ]
    assert hit["address"] == f"/espace/contrats/monde/operations/{code}?au=2023-12-31"
    (hit,) = hits(client, "2103456789")["operations"]
    assert "Source 0" in read(hit["matched"])
    assert marked(hit["matched"]) == ["2103 456789"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bourg l'eveque", "99001"),
        ("Bourg", "99001"),
        ("bourg leveque", "99001"),
        ("99001", "99001"),
        ("99009", "99001"),
        ("99100", "99001"),
        ("pays d essai", "999999999"),
        ("999 999 999", "999999999"),
        ("ailleurs", "99"),
        ("psat", "PSAT"),
        ("perimetre essai", "PSAT"),
    ],
)
def test_territories_are_found(client: Client, text: str, found: str) -> None:
    codes = [read(hit["code"]) for hit in hits(client, text)["territoires"]]
    assert codes == [found]


@pytest.mark.parametrize(
    ("kind", "text", "title", "address"),
    [
        ("contrats", "monde", "Monde d'essai", "/espace/contrats/monde"),
        ("contrats", "mondde essai", "Monde d'essai", "/espace/contrats/monde"),
        ("organisations", "source", "Source 0", "/espace/contrats/monde/fiche#parties"),
        ("organisations", "123456789", "Source 0", "/espace/contrats/monde/fiche#parties"),
        ("programme", "axe 2", "Axe 2", "/espace/contrats/monde/fiche#arbre"),
        ("programme", "II", "Axe 2", "/espace/contrats/monde/fiche#arbre"),
        ("programme", "revoyures", "Évaluation", "/espace/contrats/monde/fiche#faits"),
        ("remontees", "suivi cper 2023", "suivi_CPER-2023.xlsx", "/espace/contrats/monde/remon"),
        ("remontees", "source 0", "suivi_CPER-2023.xlsx", "/espace/contrats/monde/remontees/"),
        ("remontees", "a" * 12, "suivi_CPER-2023.xlsx", "/espace/contrats/monde/remontees/"),
    ],
)
def test_other_kinds_are_found(
    client: Client, kind: str, text: str, title: str, address: str
) -> None:
    first = hits(client, text)[kind][0]
    assert read(first["title"]) == title
    assert first["address"].startswith(address)


def test_every_address_opens(client: Client) -> None:
    for text in ("essai", "source", "mediatheque", "2103456789", "suivi"):
        for found in hits(client, text, au="2023-12-31").values():
            for hit in found:
                if "/remontees/" not in hit["address"]:  # a return made of nothing cannot be drawn
                    assert client.get(hit["address"]).status_code == 200, hit["address"]


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "a", "é", "&", "| ! :*", "'", '"', "\\", "%", "_", "日本", "🏊"),
        *("x" * 10_000, "mot " * 3_000, "a:* & !b | (c <-> d)", "'; DROP TABLE x; --"),
        *("de la", "le", "%s %(seen)s", "{0}", "\\'", "12", "9" * 40, "et & ou | non", "ab:*"),
    ],
)
@pytest.mark.parametrize("form", ["html", "json"])
def test_whatever_is_asked_gets_a_sentence(client: Client, text: str, form: str) -> None:
    got = client.get(PAGE, {"q": text, "format": form})
    assert got.status_code == 200
    said = got.json()["said"] if form == "json" else got.context["said"]
    assert said.endswith((".", "…"))


def test_a_nul_or_an_unknown_kind_is_refused_in_a_sentence(client: Client) -> None:
    for query in ({"q": "a\0b"}, {"q": "essai", "genre": "inconnu"}, {"q": "x", "au": "hier"}):
        assert client.get(PAGE, query).status_code == 400


def test_the_palette_is_answered_where_it_asks_for_json(client: Client) -> None:
    told = client.get(PAGE, {"q": "mediatheque"}, headers={"Accept": "application/json"})
    assert told.json() == answer(client, "mediatheque")
    page = client.get(PAGE, {"q": "mediatheque"}, headers={"Accept": "text/html,*/*"})
    assert page["Content-Type"].startswith("text/html")
    assert "Accept" in told["Vary"]
    assert "Accept" in page["Vary"]


def test_what_is_left_out_is_said(client: Client) -> None:
    page = client.get(PAGE, {"q": "mot " * 300})
    assert "premiers mots" in page.content.decode()
    assert "premiers mots" not in client.get(PAGE, {"q": "mediatheque"}).content.decode()


def test_the_page_marks_counts_and_leads_to_all(client: Client, world: World) -> None:
    many = [NewOperation(f"Gymnase n° {rank}") for rank in range(60)]
    operations(world.contract, *many)
    page = client.get(PAGE, {"q": "gymnases", "au": "2023-12-31"})
    text = page.content.decode()
    assert text.count("<mark>Gymnase</mark>") == 8
    (group,) = page.context["groups"]
    assert group.count == "60"
    everything = client.get(group.more)
    assert len(everything.context["groups"][0].hits) == 50
    last = client.get(group.more + "&page=2")
    assert len(last.context["groups"][0].hits) == 10
    assert client.get(group.more + "&page=99").context["listed"].number == 1
    assert "au=2023-12-31" in group.more


def test_more_than_is_read_is_said(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beffroi.search.finders.operations.MOST_FOUND", 6)
    operations(world.contract, *[NewOperation(f"Grand gymnase {rank}") for rank in range(4)])
    assert answer(client, "gymnase")["said"] == "4 résultats."
    operations(world.contract, *[NewOperation(f"Petit gymnase {rank}") for rank in range(4)])
    operations(world.contract, NewOperation("Gymnase"))
    told = answer(client, "gymnase")
    assert told["said"].startswith("Plus de ")
    assert told["groups"][0]["count"].startswith("plus de ")
    assert read(told["groups"][0]["hits"][0]["title"]) == "Gymnase"


@pytest.mark.parametrize("query", ["essai", "mediateque", "2103456789", "99001", "source 0"])
def test_at_most_twelve_queries(client: Client, query: str) -> None:
    client.get(PAGE, {"q": query})
    with CaptureQueriesContext(connection) as asked:
        client.get(PAGE, {"q": query})
    assert len(asked) <= 12
