"""Anything somebody may see is found: in French, misspelt, by its codes; nothing else is."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beffroi.accounts.models import User
from beffroi.contracts.models import Access, Contract, Fact, NodeVersion, Participation
from beffroi.files.models import StoredFile
from beffroi.journal.actions import last_number, posting
from beffroi.ledger.recognition import merge
from beffroi.operations.actions import make_operations
from beffroi.operations.identity import plain
from beffroi.operations.models import (
    Assignment,
    Location,
    Membership,
    Operation,
    Reference,
)
from beffroi.operations.proposals import NewOperation
from beffroi.partners.models import Organisation
from beffroi.returns.models import Return
from beffroi.territories.models import (
    Commune,
    Department,
    Epci,
    FormerCommune,
    Perimeter,
    PerimeterVersion,
)
from tests.reconciliation.words import say
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db

PAGE = "/espace/recherche"
DAY = datetime.date(2023, 12, 31)
TITLES = [
    "Médiathèque de l'Étoile",
    "Rénovation thermique du lycée Faidherbe, opérations groupées",
    "Voie verte Saint-Omer – Arques",
]


@pytest.fixture
def world() -> World:
    """Three operations with titles, owners, codes of a partner, a place; two of a stranger."""
    world = make_world(operations=0)
    first, second, third = operations(
        world.contract,
        NewOperation(TITLES[0], owner_name="Ville d'Étaples", owner_siret="21620318800017"),
        NewOperation(TITLES[1], owner_name="Région d'essai"),
        NewOperation(TITLES[2]),
    )
    department = Department.objects.create(code="99", name="Ailleurs", region="00")
    epci = Epci.objects.create(siren="999999999", name="Pays d'essai", sort_key="pays d'essai")
    bourg = Commune.objects.create(
        code="99001",
        name="Bourg-l'Évêque",
        sort_key="bourg-l'eveque",
        department=department,
        epci=epci,
        population=800,
        postal_codes="99100",
        vintage=2026,
    )
    FormerCommune.objects.create(code="99009", commune=bourg)
    perimeter = Perimeter.objects.create(slug="PSAT", name="Périmètre d'essai")
    partner = Organisation.objects.get(slug="source-0")
    Organisation.objects.filter(pk=partner.pk).update(siren="123456789")
    Operation.objects.filter(pk=third).update(owner=partner)
    with posting("contract", "ce qu'on en dit") as opened:
        Location.objects.create(operation_id=first, commune=bourg, posting_id=opened.id)
        PerimeterVersion.objects.create(
            perimeter=perimeter, effective_on=DAY, posting_id=opened.id, source="essai"
        )
        Reference.objects.create(
            operation_id=second,
            partner=partner,
            code=plain("EJ 2103-456789"),
            title=plain("Chaufferie biomasse"),
            written="Chaufferie biomasse",
            posting_id=opened.id,
        )
    Participation.objects.create(contract=world.contract, organisation=partner, role="signatory")
    Fact.objects.create(
        contract=world.contract, group="Cadre", label="Évaluation", value="Une clause de revoyure"
    )
    StoredFile.objects.create(sha256="a" * 64, size=1, name="suivi_CPER-2023.xlsx")
    with posting("return", "remontée") as opened:
        Return.objects.create(
            contract=world.contract,
            partner=partner,
            effective_on=DAY,
            file_id="a" * 64,
            layout="essai",
            rows=1,
            posting_id=opened.id,
        )
    return World(world.contract, world.nodes, world.sources, [first, second, third])


def operations(contract: Contract | None, *wanted: NewOperation) -> list[int]:
    """Operations of a contract, or of ordinary credit."""
    with posting("contract", "opérations d'essai") as opened:
        return make_operations(
            list(wanted),
            contract_id=contract.pk if contract else None,
            fictitious=bool(contract and contract.fictitious),
            posting_id=opened.id,
        )


@pytest.fixture
def client(world: World) -> Client:
    user = User.objects.create_user("lecteur@exemple.fr", "x" * 12, full_name="Lecteur")
    Access.objects.create(contract=world.contract, user=user, level="reader")
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def stranger(world: World) -> Client:
    """Somebody who sees another contract, in which there is nothing."""
    other = Contract.objects.create(slug="autre", name="Autre pacte", kind="cper")
    user = User.objects.create_user("b@exemple.fr", "x" * 12, full_name="B")
    Access.objects.create(contract=other, user=user, level="manager")
    client = Client()
    client.force_login(user)
    return client


def answer(client: Client, text: str, **rest: Any) -> dict[str, Any]:
    """What the palette is answered."""
    got = client.get(PAGE, {"q": text, "format": "json", **rest})
    assert got.status_code == 200
    return got.json()


def hits(client: Client, text: str, **rest: Any) -> dict[str, list[dict[str, Any]]]:
    """Hits by kind."""
    return {each["key"]: each["hits"] for each in answer(client, text, **rest)["groups"]}


def read(pieces: list[list[Any]]) -> str:
    return "".join(text for text, _marked in pieces)


def marked(pieces: list[list[Any]]) -> list[str]:
    return [text for text, is_marked in pieces if is_marked]


def titles(client: Client, text: str, kind: str = "operations", **rest: Any) -> list[str]:
    return [read(hit["title"]) for hit in hits(client, text, **rest).get(kind, [])]


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
    assert hit["address"] == f"/espace/contrats/monde/plans/{code}?au=2023-12-31"
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
        ("organisations", "source", "Source 0", "/espace/contrats/monde#parties"),
        ("organisations", "123456789", "Source 0", "/espace/contrats/monde#parties"),
        ("programme", "axe 2", "Axe 2", "/espace/contrats/monde#arbre"),
        ("programme", "II", "Axe 2", "/espace/contrats/monde#arbre"),
        ("programme", "revoyures", "Évaluation", "/espace/contrats/monde#faits"),
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


def test_every_address_opens(client: Client) -> None:
    for text in ("essai", "source", "mediatheque", "2103456789", "suivi"):
        for found in hits(client, text, au="2023-12-31").values():
            for hit in found:
                if "/remontees/" not in hit["address"]:  # a return made of nothing cannot be drawn
                    assert client.get(hit["address"]).status_code == 200, hit["address"]


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
    assert hit["address"] == f"/espace/contrats/autre/operations?q={code}"
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


@pytest.mark.parametrize("query", ["essai", "mediateque", "2103456789", "99001", "source 0"])
def test_at_most_twelve_queries(client: Client, query: str) -> None:
    client.get(PAGE, {"q": query})
    with CaptureQueriesContext(connection) as asked:
        client.get(PAGE, {"q": query})
    assert len(asked) <= 12
