"""A contract begun by hand: made or refused whole, by who may, once, with the tree as written."""

from __future__ import annotations

import datetime
import html
import threading

import pytest
from django.db import connections
from django.test import Client

from beffroi.accounts.models import User
from beffroi.contracts.actions import ContractRefused, NewContract, create_contract
from beffroi.contracts.models import Access, Contract, Node
from beffroi.contracts.tree import tree
from beffroi.journal.actions import last_number
from beffroi.journal.models import Posting
from beffroi.partners.models import Organisation
from beffroi.portal.actions import decide
from beffroi.returns.models import Return
from tests.worlds import FILE, World, make_world

NEW = "/espace/contrats/nouveau"
SAID = {"name": "Contrat de canal 2027-2033", "kind": "cper"}
PROGRAMME = """Axe 1 : Le canal
    1.1 Creuser
    Border de quais
Axe 2 : Les ports
2.1. Relier au rail
"""


@pytest.fixture
def boss() -> User:
    return User.objects.create_user("chef@exemple.fr", "x" * 12, full_name="Chef", is_staff=True)


@pytest.fixture
def at_work(boss: User) -> Client:
    client = Client()
    client.force_login(boss)
    return client


@pytest.fixture
def world() -> World:
    return make_world()


def outline(contract: Contract) -> list[tuple[int, str, str]]:
    """The tree as (depth, code, title)."""
    nodes = tree(contract, None, last_number())
    return [(node.depth, node.code, node.title) for node in nodes]


def refusal(client: Client, **said: str) -> str:
    """The one sentence that refuses a form, with nothing written."""
    before = (Contract.objects.count(), Node.objects.count(), Posting.objects.count())
    answer = client.post(NEW, SAID | said)
    assert answer.status_code == 400
    now = (Contract.objects.count(), Node.objects.count(), Posting.objects.count())
    assert now == before
    sentences = [said for each in answer.context["form"].errors.values() for said in each]
    assert len(sentences) == 1
    return sentences[0]


@pytest.mark.django_db
def test_a_name_and_a_kind_are_enough(at_work: Client, boss: User) -> None:
    answer = at_work.post(NEW, SAID, follow=True)
    made = Contract.objects.get()
    assert answer.redirect_chain == [("/espace/contrats/contrat-de-canal-2027-2033", 302)]
    assert (made.name, made.fictitious, made.start, made.levels) == (SAID["name"], False, None, [])
    assert [(a.user, a.level, a.organisation) for a in made.accesses.all()] == [
        (boss, "manager", None)
    ]
    assert Posting.objects.count() == 0


@pytest.mark.django_db
def test_all_that_may_be_said_is_kept(at_work: Client) -> None:
    for rank, slug in enumerate(("etat", "region")):
        Organisation.objects.create(slug=slug, name=slug, sort_key=str(rank), kind="other")
    more = {
        "fictitious": "on",
        "start": "2027-01-01",
        "end": "2033-12-31",
        "levels": "axe,  objectif ,",
        "signatories": ["etat", "region"],
        "programme": PROGRAMME,
    }
    at_work.post(NEW, SAID | more)
    made = Contract.objects.get()
    assert made.fictitious
    assert (made.start, made.end) == (datetime.date(2027, 1, 1), datetime.date(2033, 12, 31))
    assert made.levels == ["axe", "objectif"]
    parties = made.participations.values_list("organisation__slug", "role")
    assert list(parties) == [("etat", "signatory"), ("region", "signatory")]
    assert outline(made) == [
        (0, "1", "Le canal"),
        (1, "1.1", "Creuser"),
        (1, "", "Border de quais"),
        (0, "2", "Les ports"),
        (1, "2.1", "Relier au rail"),
    ]
    assert Posting.objects.get().kind == "contract"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Canal\nPorts", [(0, "", "Canal"), (0, "", "Ports")]),
        ("  Canal\n\n  - Ports", [(0, "", "Canal"), (0, "", "Ports")]),
        (
            "I – Canal\n\t1. Creuser\n\t\ta) Sonder\n\t2. Border\nII. Ports\n\t1. Rail",
            [
                (0, "I", "Canal"),
                (1, "I.1", "Creuser"),
                (2, "", "a) Sonder"),
                (1, "I.2", "Border"),
                (0, "II", "Ports"),
                (1, "II.1", "Rail"),
            ],
        ),
        (
            "1 Canal\n1.1 Creuser\n1.1.1 Sonder\n1.2 Border\n2 Ports",
            [
                (0, "1", "Canal"),
                (1, "1.1", "Creuser"),
                (2, "1.1.1", "Sonder"),
                (1, "1.2", "Border"),
                (0, "2", "Ports"),
            ],
        ),
        (
            "Action sociale\nAxe B : Toit\n2030 et après",
            [(0, "", "Action sociale"), (0, "B", "Toit"), (0, "", "2030 et après")],
        ),
        ("Axe 1\n  Objectif 1.1 : Creuser", [(0, "1", "Axe 1"), (1, "1.1", "Creuser")]),
    ],
)
@pytest.mark.django_db
def test_a_programme_is_read_as_it_is_written(
    at_work: Client, written: str, expected: list[tuple[int, str, str]]
) -> None:
    at_work.post(NEW, SAID | {"programme": written})
    assert outline(Contract.objects.get()) == expected


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("1 Canal\n1 Ports", "Ligne 2 : le code « 1 » est déjà celui de la ligne 1."),
        ("Canal\n\nCanal", "Ligne 3 : « Canal » est déjà écrit à la ligne 1."),
        ("1 Canal\n2.1 Rail", "Ligne 2 : « 2.1 » vient sous « 2 », écrivez-le d'abord."),
        ("  Canal\nPorts", "Ligne 2 : elle commence avant la première ligne ; alignez les axes."),
        (
            "A\n    B\n  C",
            "Ligne 3 : son retrait n'est celui d'aucune ligne au-dessus ; alignez-la.",
        ),
        ("x" * 501, "Ligne 1 : l'intitulé dépasse 500 caractères ; abrégez-le."),
        (
            "\n".join(" " * depth + f"n{depth}" for depth in range(7)),
            "Ligne 7 : l'arbre a plus de 6 niveaux ; rapprochez-la de la marge.",
        ),
        (
            "n\n" * 2001,
            "Le programme dépasse 2000 lignes : écrivez ses axes et ses objectifs seulement.",
        ),
    ],
)
@pytest.mark.django_db
def test_a_programme_that_is_none_is_refused(at_work: Client, written: str, sentence: str) -> None:
    assert refusal(at_work, programme=written) == sentence


@pytest.mark.django_db
def test_what_cannot_be_is_refused_in_a_sentence(at_work: Client) -> None:
    backwards = refusal(at_work, start="2027-01-01", end="2026-01-01")
    assert backwards == "La fin du contrat précède son début : corrigez l'une des dates."
    assert refusal(at_work, name=" ")
    assert refusal(at_work, kind="roman")
    assert refusal(at_work, signatories="personne")
    assert refusal(at_work, levels="x" * 81)


@pytest.mark.django_db
def test_who_does_not_administer_the_site_makes_none() -> None:
    reader = User.objects.create_user("lecteur@exemple.fr", "x" * 12, full_name="Lecteur")
    client = Client()
    assert client.get(NEW).status_code == 302, "first one signs in"
    client.force_login(reader)
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, SAID).status_code == 403
    with pytest.raises(ContractRefused):
        create_contract(reader, NewContract(**SAID))
    assert not Contract.objects.exists()


@pytest.mark.django_db
def test_the_same_form_again_is_the_same_contract(at_work: Client) -> None:
    first = at_work.post(NEW, SAID | {"programme": PROGRAMME})
    again = at_work.post(NEW, SAID | {"programme": PROGRAMME})
    assert first["Location"] == again["Location"]
    assert Contract.objects.count() == 1
    assert Posting.objects.count() == 1


@pytest.mark.django_db
def test_another_of_the_same_name_is_refused(at_work: Client) -> None:
    at_work.post(NEW, SAID)
    said = refusal(at_work, name=SAID["name"].upper(), programme=PROGRAMME)
    assert said.startswith("Un contrat porte déjà le nom")


@pytest.mark.django_db
def test_an_address_is_taken_once(at_work: Client) -> None:
    Contract.objects.create(slug="contrat-de-canal-2027-2033", name="Autre", kind="cper")
    addresses = [
        at_work.post(NEW, {"name": name, "kind": "other"})["Location"].rpartition("/")[2]
        for name in (SAID["name"], "Nouveau", "«»", "Pacte_d'avenir")
    ]
    assert addresses == [
        "contrat-de-canal-2027-2033-2",
        "nouveau-2",
        "contrat",
        "pacte-davenir",
    ]


def test_two_clicks_at_once_make_one(own_database: str) -> None:
    boss = User.objects.create_superuser("chef@exemple.fr", "x" * 12, full_name="Chef")
    start, made = threading.Barrier(2), []

    def click() -> None:
        try:
            start.wait()
            made.append(create_contract(boss, NewContract(**SAID, programme=PROGRAMME)).pk)
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert len(made) == 2
    assert len({*made}) == 1
    assert Contract.objects.count() == Access.objects.count() == Posting.objects.count() == 1


def steps(client: Client) -> dict[str, str]:
    """The labels of the steps with where each leads, « fait » where it is done."""
    shown = client.get("/espace/contrats/contrat-de-canal-2027-2033").context["steps"]
    return {str(e.label): "fait" if e.status == "done" else e.href for e in shown}


@pytest.mark.django_db
def test_the_first_steps_follow_what_is_known(at_work: Client) -> None:
    home = "/espace/contrats/contrat-de-canal-2027-2033"
    Organisation.objects.create(slug="etat", name="État", sort_key="etat", kind="state")
    at_work.post(NEW, SAID)
    assert steps(at_work) == {
        "Le programme est connu": f"{home}/programme",
        "Les signataires sont nommés": f"{home}/signataires",
        "Un premier classeur est déposé": "",
        "Ses colonnes et ses lignes sont reconnues": "",
        "Une première remontée est soumise": "",
        "D'autres personnes y ont accès": "",
        "Une campagne de remontées est préparée": "",
        "La publication est décidée": f"{home}/publication",
    }
    answer = at_work.post(f"{home}/programme", {"programme": PROGRAMME})
    assert answer["Location"] == home
    assert at_work.post(f"{home}/signataires", {"signatories": "etat"})["Location"] == home
    contract = Contract.objects.get()
    reader = User.objects.create_user("lecteur@exemple.fr", "x" * 12, full_name="Lecteur")
    Access.objects.create(contract=contract, user=reader, level="reader")
    decide(contract, is_public=False, reason="Pas encore", by=reader, seen=0)
    known = steps(at_work)
    assert [label for label, where in known.items() if where == "fait"] == [
        "Le programme est connu",
        "Les signataires sont nommés",
        "D'autres personnes y ont accès",
        "La publication est décidée",
    ]
    assert known["Un premier classeur est déposé"] == f"{home}/remontees/deposer"
    assert known["Une campagne de remontées est préparée"] == f"{home}/campagnes/nouvelle"
    at_work.force_login(reader)
    assert {*steps(at_work).values()} == {"fait", ""}, "a reader does none of them"
    assert at_work.get(f"{home}/programme").status_code == 403
    assert at_work.get(f"{home}/signataires").status_code == 403


@pytest.mark.django_db
def test_a_programme_that_is_known_is_not_written_anew(at_work: Client) -> None:
    page = "/espace/contrats/contrat-de-canal-2027-2033/programme"
    at_work.post(NEW, SAID)
    assert at_work.post(page, {"programme": " \n "}).status_code == 400
    assert at_work.post(page, {"programme": "1 Canal\n1 Ports"}).status_code == 400
    assert at_work.post(page, {"programme": PROGRAMME}).status_code == 302
    answer = at_work.post(page, {"programme": "1 Autre"})
    assert "Le programme de ce contrat est déjà connu." in answer.content.decode()
    assert len(outline(Contract.objects.get())) == 5


@pytest.mark.django_db
def test_who_signs_is_named_once(at_work: Client) -> None:
    page = "/espace/contrats/contrat-de-canal-2027-2033/signataires"
    for rank, slug in enumerate(("etat", "region")):
        Organisation.objects.create(slug=slug, name=slug, sort_key=str(rank), kind="other")
    at_work.post(NEW, SAID)
    assert at_work.post(page, {"signatories": ""}).status_code == 400
    at_work.post(page, {"signatories": ["region"]})
    at_work.post(page, {"signatories": ["etat", "region"]})
    parties = Contract.objects.get().participations.values_list("organisation__slug", "rank")
    assert [*parties] == [("region", 0), ("etat", 1)]


@pytest.mark.django_db
def test_the_steps_go_once_a_return_is_submitted(client: Client, world: World) -> None:
    page = "/espace/contrats/monde"
    assert client.get(page).context["steps"]
    Return.objects.create(
        contract=world.contract,
        partner_id=world.sources[0],
        effective_on=datetime.date(2024, 12, 31),
        posting=Posting.objects.get(),
        file_id=FILE,
        rows=1,
    )
    assert client.get(page).context["steps"] == []


@pytest.mark.django_db
def test_an_empty_portfolio_says_what_to_do_first(at_work: Client) -> None:
    assert "créez le premier" in at_work.get("/espace/").content.decode()
    assert f'href="{NEW}"' in at_work.get("/espace/").content.decode()
    reader = User.objects.create_user("lecteur@exemple.fr", "x" * 12, full_name="Lecteur")
    at_work.force_login(reader)
    shown = at_work.get("/espace/").content.decode()
    assert "demandez-le à l'équipe qui le pilote" in html.unescape(shown)
    assert NEW not in shown
