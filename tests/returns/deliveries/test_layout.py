"""A workbook of no known shape: its reading is corrected on its sheet, kept, and known again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from beffroi.ledger.models import Statement
from beffroi.returns.layouting.drafts import draft_of
from beffroi.returns.models import Delivery, StoredLayout
from tests.returns.deliveries.desk import FIRST, SECOND, Desk
from tests.returns.deliveries.test_pages import address, client_of

UNKNOWN = """Suivi des aides 2023;;;;;
Nom du projet;Porteur;Commune;Aide accordée (€);Aide versée (€);Région
Halle couverte;Ville;Arras;1000,50;10;200
Pont neuf;Ville;Arras;2000;20;300
Total;;;3000,50;30;500
"""


@pytest.fixture
def waiting(desk: Desk) -> Delivery:
    """A workbook that waits for its layout."""
    delivery = desk.read(UNKNOWN.encode(), name="aides.csv")
    assert delivery.state == "layout"
    return delivery


def page(delivery: Delivery) -> str:
    return address("delivery-layout", number=delivery.pk)


def said(answer: Any) -> str:
    return " ".join(strip_tags(answer.content.decode()).replace("&#x27;", "'").split())


def sums(answer: Any) -> dict[str, tuple[str, ...]]:
    """By column: what it means, its lines, its sum, its unread cells."""
    rows = answer.context["sums"].rows
    return {
        str(row.cells["column"]): (
            str(row.cells["means"]),
            row.cells["rows"],
            str(row.cells["sum"]).replace("\u202f", " ").replace("\u00a0", " "),
            row.cell("unread").value,
        )
        for row in rows
    }


def post(client: Client, delivery: Delivery, action: str = "apply", **fields: str) -> Any:
    """A form of the page, as it was last shown."""
    draft = draft_of(delivery)
    form = {"revision": str(draft.revision if draft else 0), "action": action}
    for name, value in fields.items():
        form[re.sub(r"_(?=\d)", "-", name)] = value
    return client.post(page(delivery), form, follow=True)


def test_the_proposal_is_shown_over_the_sheet(desk: Desk, waiting: Delivery) -> None:
    client = client_of(desk)
    delivery = client.get(address("delivery", number=waiting.pk))
    assert page(waiting) in delivery.content.decode()
    answer = client.get(page(waiting))
    assert sums(answer) == {
        "D": ("montant programmé, Département du Pas-de-Calais", 2, "3 000,50 €", 0),
        "E": ("montant payé, Département du Pas-de-Calais", 2, "30,00 €", 0),
    }
    assert "Suivi des aides 2023" in said(answer)
    assert "5 total Total" in said(answer)
    controls = {each.drawn.letters: each.choice for each in answer.context["grid"].columns}
    assert controls["A"] == "title"
    assert controls["F"] == "other"


def test_a_corrected_layout_is_kept_read_by_and_known_again(desk: Desk, waiting: Delivery) -> None:
    client = client_of(desk)
    answer = post(client, waiting, column_5="amount:programmed")
    assert sums(answer)["F"][2] == "500,00 €"
    answer = post(client, waiting, funder_5="region-hdf", column_4="amount:committed")
    assert sums(answer)["E"][0].startswith("montant engagé")
    answer = post(client, waiting, "save", title="Suivi des aides")
    assert "est enregistrée" in said(answer)
    stored = StoredLayout.objects.get()
    assert (stored.name, stored.version, stored.made_from_id) == (
        "suivi-des-aides",
        1,
        waiting.file_id,
    )
    assert (stored.author, stored.content["title"]) == (desk.user, "Suivi des aides")
    desk.worked(waiting)
    assert (waiting.state, waiting.layout, waiting.layout_name) == (
        "ready",
        stored,
        "suivi-des-aides v1",
    )
    desk.submitted(waiting)
    assert desk.said(FIRST) == {("cd62", "programmed"): 300_050, ("cd62", "committed"): 3_000}
    statements = Statement.objects.filter(
        posting=waiting.posted.posting, key__heading__funder__slug="region-hdf"
    )
    claims = [each.cents for each in statements]
    assert sorted(claims) == [20_000, 30_000], "another's money is a claim"
    later = UNKNOWN.replace("2023", "2024").replace("Pont neuf", "Pont vieux")
    again = desk.read(later.encode(), SECOND, name="autre.csv")
    assert again.layout_name == "suivi-des-aides v1"


def test_a_column_says_line_by_line_whose_money_it_is(desk: Desk) -> None:
    content = """Projet aidé;Financeur;EPCI;Aide accordée (€)
Halle couverte;Région;CU d'Arras;1000
Pont neuf;Département du Pas-de-Calais;CC du Ternois;2000
Gare;Atlantide;CC de Lyonesse;4000
"""
    waiting = desk.read(content.encode(), name="aides.csv")
    client = client_of(desk)
    answer = client.get(page(waiting))
    controls = {each.drawn.letters: each.choice for each in answer.context["grid"].columns}
    assert (controls["B"], controls["C"]) == ("funder", "epci")
    post(client, waiting, "save", title="Aides par financeur")
    desk.worked(waiting)
    found = {(each["where"], each["kind"]) for each in waiting.findings}
    assert {("B4", "unknown_funder"), ("C4", "unknown_epci")} <= found
    desk.submitted(waiting)
    posted = Statement.objects.filter(posting=waiting.posted.posting)
    assert sorted(posted.values_list("key__heading__funder__slug", "cents")) == [
        ("cd62", 200_000),
        ("region-hdf", 100_000),
    ]


def test_rows_said_hold_for_this_workbook(desk: Desk, waiting: Delivery) -> None:
    client = client_of(desk)
    answer = post(client, waiting, "make:is:note", row="3")
    assert sums(answer)["D"][1:3] == (1, "2 000,00 €")
    answer = post(client, waiting, data_to="3")
    assert "Aucune colonne de montants" in said(answer)
    answer = post(client, waiting, "forget")
    assert sums(answer)["D"][1] == 2
    answer = post(client, waiting, data_from="4")
    assert sums(answer)["D"][1:3] == (1, "2 000,00 €")
    post(client, waiting, "save")
    desk.worked(waiting)
    assert waiting.summary["sums"]["programmed"] == 200_000
    assert waiting.summary["rows"] == 1


def test_what_lacks_is_told_and_nothing_is_kept(desk: Desk, waiting: Delivery) -> None:
    client = client_of(desk)
    answer = post(client, waiting, column_3="amount:")
    assert "Colonne D : dites à quel stade sont ces montants." in said(answer)
    answer = post(client, waiting, "save")
    assert not StoredLayout.objects.exists()
    waiting.refresh_from_db()
    assert waiting.state == "layout"


def test_a_change_made_with_the_last_button_is_shown_before_it_is_kept(
    desk: Desk, waiting: Delivery
) -> None:
    answer = post(client_of(desk), waiting, "save", column_4="other")
    assert "Vos corrections sont prises" in said(answer)
    assert list(sums(answer)) == ["D"]
    assert not StoredLayout.objects.exists()


def test_two_people_at_once_do_not_undo_each_other(desk: Desk, waiting: Delivery) -> None:
    client = client_of(desk)
    post(client, waiting, column_4="other")
    answer = post(client, waiting, column_3="other", revision="0")
    assert "L'équipe vient de corriger cette mise en page" in said(answer)
    assert list(sums(answer)) == ["D"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"column_3": "montant"}, "Colonne D : ce sens est inconnu"),
        ({"funder_3": "inconnu"}, "Colonne D : ce financeur n'est pas de ce contrat"),
        ({"unit": "£"}, "L'unité est €, k€ ou M€"),
        ({"header_from": "zéro"}, "« zéro » n'est pas un numéro de ligne"),
        ({"header_from": "0"}, "« 0 » n'est pas un numéro de ligne"),
        ({"header_to": "99"}, "Cet en-tête n'est pas dans la feuille"),
        ({"header_from": "4"}, "Cet en-tête n'est pas dans la feuille"),
        ({"data_to": "9" * 30}, "n'est pas un numéro de ligne"),
        ({"action": "make:rien", "row": "1"}, "Ce geste est inconnu"),
        ({"action": "make:is:total", "row": "77"}, "Cette ligne n'est pas dans la feuille"),
        ({"action": "make:is:total"}, "Cette ligne n'est pas dans la feuille"),
    ],
)
def test_a_wrong_input_gets_one_sentence(
    desk: Desk, waiting: Delivery, fields: dict[str, str], sentence: str
) -> None:
    answer = post(client_of(desk), waiting, **fields)
    assert sentence in said(answer)
    assert draft_of(waiting) is None


@pytest.mark.parametrize(
    "query",
    [
        "feuille=9",
        "feuille=x",
        "ligne=0",
        "ligne=99999",
        "colonne=88",
        "cellule=ZZ9",
        "geste=9999",
        "cellule=C4",
        "geste=4",
        "ligne=2",
        "feuille=²",
    ],
)
def test_any_address_shows_the_sheet(desk: Desk, waiting: Delivery, query: str) -> None:
    answer = client_of(desk).get(f"{page(waiting)}?{query}")
    assert answer.status_code == 200


def test_a_workbook_in_which_nothing_is_read_can_be_explained(desk: Desk) -> None:
    content = "Quoi;Combien\nUn pont;12\nUne halle;30\n"
    delivery = desk.read(content.encode(), name="inconnu.csv")
    client = client_of(desk)
    assert "ne contient aucun tableau de montants" in said(client.get(page(delivery)))
    answer = post(
        client,
        delivery,
        header_from="1",
        header_to="1",
        column_0="title",
        column_1="amount:programmed",
        unit="k€",
    )
    assert sums(answer)["B"][1:3] == (2, "42 000,00 €")
    post(client, delivery, "save")
    desk.worked(delivery)
    assert (delivery.state, delivery.summary["sums"]) == ("ready", {"programmed": 4_200_000})


def test_who_may_correct(desk: Desk, waiting: Delivery) -> None:
    assert client_of(desk, "reader").get(page(waiting)).status_code == 404
    assert client_of(desk, "contributor", "cd59").get(page(waiting)).status_code == 404
    assert client_of(desk, "contributor", "cd62").get(page(waiting)).status_code == 200


def test_looking_writes_nothing_and_a_read_workbook_has_no_such_page(
    desk: Desk, waiting: Delivery
) -> None:
    client = client_of(desk)
    client.get(page(waiting))
    assert draft_of(waiting) is None
    post(client, waiting, "save")
    desk.worked(waiting)
    answer = client.get(page(waiting))
    assert (answer.status_code, answer["Location"]) == (
        302,
        address("delivery", number=waiting.pk),
    )
