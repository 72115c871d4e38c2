"""One operation: who says what of its money, where it counts, made by hand, found again."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from beffroi.accounts.models import User
from beffroi.contracts.models import Access, Contract
from beffroi.journal.actions import last_number, posting
from beffroi.ledger.recognition import merge
from beffroi.operations.actions import create_operation, join
from beffroi.operations.identity import Identity, plain
from beffroi.operations.models import Location, Membership, Operation
from beffroi.operations.proposals import LineSaid, NewOperation
from beffroi.operations.queries import match, references_of
from beffroi.territories.models import Commune, Department
from beffroi.ui.columns import Table
from tests.reconciliation.words import D23, D24, say
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db
OPERATIONS = "/espace/contrats/monde/operations"
AT = "?au=2024-12-31"


@pytest.fixture
def world() -> World:
    world = make_world()
    say(world, D23, world.said(100_00), world.said(10_00, stage="paid"))
    say(world, D24, world.said(160_00, unread=0), world.said(70_00, funder=1))
    say(world, D24, world.said(50_00, source=1), source=1)
    return world


@pytest.fixture
def manager(world: World) -> Client:
    user = User.objects.create_user("pilote@exemple.fr", "x" * 12, full_name="Pilote")
    Access.objects.create(contract=world.contract, user=user, level="manager")
    client = Client()
    client.force_login(user)
    return client


def address(world: World, rank: int = 0, more: str = "") -> str:
    code = Operation.objects.get(pk=world.operations[rank]).code
    return f"{OPERATIONS}/{code}{more}{AT}"


def cells(table: Table) -> list[dict[str, object]]:
    return [
        {column.key: row.cell(column.key).value for column in table.columns} for row in table.rows
    ]


def other_contract(world: World, **more: object) -> Contract:
    return Contract.objects.create(
        **{
            "slug": "voisin",
            "name": "Voisin",
            "kind": "erbm",
            "fictitious": True,
            "levels": ["axe"],
        }
        | more
    )


def test_each_funder_speaks_of_its_own_money_and_others_are_shown_apart(
    client: Client, world: World
) -> None:
    own, claims = client.get(address(world)).context["tables"]
    assert cells(own) == [
        {"name": "Source 0", "programmed": 160_00, "paid": 10_00},
        {"name": "Source 1", "programmed": 50_00, "paid": None},
    ]
    assert own.totals[0].cell("programmed").value == 210_00
    assert cells(claims) == [
        {
            "source": "Source 0",
            "funder": "Source 1",
            "stage": "programmé",
            "claim": 70_00,
            "own": 50_00,
        }
    ]


def test_every_figure_leads_to_its_statements(client: Client, world: World) -> None:
    tables = client.get(address(world)).context["tables"]
    links = [
        row.cell(column.key).href
        for table in tables
        for row in table.rows
        for column in table.columns
        if row.cell(column.key).href
    ]
    assert len(links) == 4
    for link in links:
        assert client.get(link).status_code == 200, link


def test_the_situation_and_what_was_known_decide(client: Client, world: World) -> None:
    before = client.get(address(world).replace(AT, "?au=2023-12-31")).context["tables"][0]
    assert cells(before) == [{"name": "Source 0", "programmed": 100_00, "paid": 10_00}]
    known = client.get(f"{address(world)}&connu={last_number() - 1}").context["tables"][0]
    assert [row["name"] for row in cells(known)] == ["Source 0"]


def test_over_time_stages_are_those_of_the_funders(client: Client, world: World) -> None:
    (chart,) = client.get(address(world)).context["charts"]
    assert cells(chart.table) == [
        {"on": D23, "programmed": 100_00, "paid": 10_00},
        {"on": D24, "programmed": 210_00, "paid": 10_00},
    ]


def test_the_journal_names_the_postings_and_what_they_wrote(client: Client, world: World) -> None:
    journal = cells(client.get(address(world)).context["journal"])
    assert [row["number"] for row in journal] == [4, 3, 2, 1]
    assert journal[0]["what"] == "montants"
    assert journal[-1]["what"] == "créée"


def test_an_absorbed_operation_leads_to_the_one_it_became(client: Client, world: World) -> None:
    then = last_number()
    merge(world.operations[1], world.operations[0])
    answer = client.get(address(world, 1))
    assert answer.status_code == 302
    assert answer["Location"] == address(world)
    assert client.get(f"{address(world, 1)}&connu={then}").status_code == 200


def test_another_s_operation_does_not_exist(client: Client, world: World) -> None:
    other = other_contract(world)
    elsewhere = create_operation(other, "Ailleurs")
    assert client.get(f"{OPERATIONS}/{elsewhere.code}").status_code == 404
    assert client.get(f"/espace/contrats/voisin/operations/{elsewhere.code}").status_code == 404
    join([elsewhere], world.contract, reason="convention")
    page = client.get(f"{OPERATIONS}/{elsewhere.code}")
    assert page.status_code == 200
    assert "Voisin" not in page.content.decode()
    assert "un contrat qui ne vous est pas ouvert" in page.content.decode()


def test_a_return_of_another_contract_is_not_named(client: Client, world: World) -> None:
    other = other_contract(world)
    with posting("return", "Voisin, au 31/12/2024 — secret.xlsx") as opened:
        Location.objects.create(operation_id=world.operations[0], posting_id=opened.id)
    assert other.name not in client.get(address(world)).content.decode()
    journal = cells(client.get(address(world)).context["journal"])
    assert journal[0]["label"] == "une remontée d'un autre contrat"


def test_where_it_lies_leads_to_the_territory(client: Client, world: World) -> None:
    department = Department.objects.create(code="59", name="Nord")
    commune = Commune.objects.create(
        code="59350", name="Lille", sort_key="lille", department=department, vintage=2025
    )
    with posting("correction", "lieu") as opened:
        Location.objects.create(
            operation_id=world.operations[0], commune=commune, share=2_500, posting_id=opened.id
        )
    facts = client.get(address(world)).context["facts"]
    (place,) = [fact for fact in facts if fact.label == "Lieu"]
    assert (place.value, place.href) == ("Lille", f"/espace/territoires/59350{AT}")
    assert "25,0" in str(place.note)


# By hand


def test_a_title_is_enough(manager: Client, world: World) -> None:
    answer = manager.post(f"{OPERATIONS}/nouvelle", {"title": "  Halle   couverte "})
    made = Operation.objects.get(title="Halle couverte")
    assert answer.status_code == 302
    assert made.contract == world.contract
    assert made.fictitious
    assert "Halle couverte" in manager.get(OPERATIONS).content.decode()


def test_the_same_title_is_asked_about_first(manager: Client, world: World) -> None:
    create_operation(world.contract, "Halle couverte")
    refused = manager.post(f"{OPERATIONS}/nouvelle", {"title": "HALLE couverte"})
    assert refused.status_code == 400
    assert "porte déjà cet intitulé" in refused.content.decode()
    assert Operation.objects.filter(sort_key=plain("halle couverte")).count() == 1
    sure = manager.post(f"{OPERATIONS}/nouvelle", {"title": "HALLE couverte", "sure": "on"})
    assert sure.status_code == 302
    assert Operation.objects.filter(sort_key=plain("halle couverte")).count() == 2


@pytest.mark.parametrize(
    "told", [{"title": "   "}, {"title": "x" * 501}, {"title": "A", "commune": "99999"}]
)
def test_what_cannot_be_made_gets_a_sentence(
    manager: Client, world: World, told: dict[str, str]
) -> None:
    before = Operation.objects.count(), last_number()
    answer = manager.post(f"{OPERATIONS}/nouvelle", told)
    assert answer.status_code == 400
    assert (Operation.objects.count(), last_number()) == before


def test_a_reader_makes_nothing(client: Client, world: World) -> None:
    assert client.get(f"{OPERATIONS}/nouvelle").status_code == 403
    assert client.post(f"{OPERATIONS}/nouvelle", {"title": "A"}).status_code == 403
    assert client.post(address(world, more="/contrats")).status_code == 403


def test_one_made_by_hand_is_known_to_returns_until_a_partner_names_it(world: World) -> None:
    then = last_number()
    made = create_operation(world.contract, "Écluse n° 4")
    known = [each for each in references_of(world.contract.pk) if each.operation_id == made.pk]
    assert [each.identity for each in known] == [
        Identity(code="", title=plain("Écluse n° 4"), owner="", siret="", place="", objective="")
    ]
    assert not [e for e in references_of(world.contract.pk, then) if e.operation_id == made.pk]
    (proposed,) = match(
        [LineSaid(Identity("E4", plain("Ecluse n°4")), NewOperation("Ecluse n°4"))],
        contract_id=world.contract.pk,
        partner_id=world.sources[0],
        code_names_operation=False,
        amounts_of=lambda operations: {},
    )
    assert made.pk in {
        proposed.operation_id,
        *(each.operation_id for each in proposed.candidates),
    }


# The contracts it counts in


def test_it_counts_in_another_contract_then_no_longer(manager: Client, world: World) -> None:
    other = other_contract(world)
    user = User.objects.get(email="pilote@exemple.fr")
    Access.objects.create(contract=other, user=user, level="manager")
    page = address(world, more="/contrats")
    told = {"contract": "voisin", "since": "2023-01-01", "reason": "Délibération"}
    assert manager.post(page, told).status_code == 302
    assert manager.post(page, {**told, "until": "2024-06-30"}).status_code == 302
    last = Membership.objects.order_by("pk").last()
    assert last is not None
    assert (last.since, last.until) == (datetime.date(2023, 1, 1), datetime.date(2024, 6, 30))
    facts = manager.get(address(world)).context["belongings"]
    assert [(str(fact.label), str(fact.value)) for fact in facts] == [
        ("Contrat d'origine", "Monde d'essai"),
        ("Compte aussi pour", "Voisin"),
    ]
    assert "jusqu'au 30/06/2024" in str(facts[1].note)


@pytest.mark.parametrize(
    ("level", "fictitious", "told"),
    [
        ("reader", True, {}),
        ("manager", False, {}),
        ("manager", True, {"since": "2024-01-01", "until": "2023-01-01"}),
        ("manager", True, {"reason": " "}),
    ],
)
def test_it_counts_only_where_one_manages_and_with_a_reason(
    manager: Client, world: World, level: str, fictitious: bool, told: dict[str, str]
) -> None:
    other = other_contract(world, fictitious=fictitious)
    user = User.objects.get(email="pilote@exemple.fr")
    Access.objects.create(contract=other, user=user, level=level)
    sent = {"contract": "voisin", "reason": "Délibération"} | told
    assert manager.post(address(world, more="/contrats"), sent).status_code == 400
    assert not Membership.objects.exists()


def test_it_is_listed_in_the_other_contract_at_its_dates_alone(
    client: Client, world: World
) -> None:
    other = other_contract(world)
    elsewhere = create_operation(other, "Passerelle du canal")
    join([elsewhere], world.contract, reason="convention", since=D23, until=D23)
    assert "Passerelle" in client.get(f"{OPERATIONS}?au=2023-12-31").content.decode()
    for day in ("2023-12-30", "2024-01-01"):
        assert "Passerelle" not in client.get(f"{OPERATIONS}?au={day}").content.decode()
    join([elsewhere], world.contract, reason="avenant", since=D23)
    assert "Passerelle" in client.get(f"{OPERATIONS}?au=2024-01-01").content.decode()


def test_one_that_absorbs_another_counts_where_it_counted(client: Client, world: World) -> None:
    other = other_contract(world)
    kept, absorbed = (create_operation(other, title) for title in ("Pont", "Pont bis"))
    join([absorbed], world.contract, reason="convention")
    merge(absorbed.pk, kept.pk)
    titles = [row.cell("title").value for row in client.get(OPERATIONS).context["table"].rows]
    assert "Pont" in titles
    assert "Pont bis" not in titles
    assert client.get(f"{OPERATIONS}/{kept.code}").status_code == 200


def test_who_manages_one_contract_does_not_reunite_what_counts_in_another(
    manager: Client, world: World
) -> None:
    join(
        [Operation.objects.get(pk=world.operations[0])], other_contract(world), reason="convention"
    )
    one, two = world.operations[:2]
    refused = manager.post(f"/espace/contrats/monde/doublons/{one}/{two}", {"do": "merge"})
    assert refused.status_code == 400
    assert "ne gérez pas" in refused.content.decode()
