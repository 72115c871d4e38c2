"""The pages of a return: for whom they are, what they take, what they hand out."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from beffroi.accounts.models import User
from beffroi.contracts.models import Contract
from beffroi.returns.actors import signed_in
from beffroi.returns.models import Acceptance, Query, Return
from beffroi.returns.reading.front import FRONT_MARK
from beffroi.returns.reading.opening import read_workbook
from beffroi.returns.reviews.actions import accept, open_query
from tests.returns.reviews.desk import CSV, Desk

PAGES = ("return", "return-file", "return-annotated", "return-sheet")
FINDINGS = [
    {
        "where": "C3",
        "kind": "not_a_number",
        "severity": "error",
        "shown": "=cmd|' /C calc'!A0",
        "message": "« … » n'est pas un montant.",
    },
    {
        "where": "5",
        "kind": "duplicate_line",
        "severity": "warning",
        "shown": "A4",
        "message": "La ligne de « A4 » répète une ligne précédente.",
    },
]


def address(submitted: Return, name: str = "return", **more: int) -> str:
    assert submitted.contract
    kwargs = {"slug": submitted.contract.slug, "number": submitted.pk, **more}
    return reverse(f"returns:{name}", kwargs=kwargs)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def manager(desk: Desk) -> Client:
    return client_of(desk.person(("manager", None)))


@pytest.mark.parametrize("name", PAGES)
def test_who_may_see_the_contract_sees_them(desk: Desk, name: str) -> None:
    submitted = desk.submitted(findings=FINDINGS)
    reader = client_of(desk.person(("reader", None)))
    for ask in (reader.get, reader.head):
        answer = ask(address(submitted, name))
        assert answer.status_code == 200
        list(answer)  # what is read to its end is closed


@pytest.mark.parametrize("name", PAGES)
def test_other_people_s_returns_do_not_exist(desk: Desk, name: str) -> None:
    submitted = desk.submitted()
    other = Contract.objects.create(slug="autre", name="Autre", kind="cper")
    stranger = desk.person()
    stranger.accesses.create(contract=other, level="manager")
    client = client_of(stranger)
    assert client.get(address(submitted, name)).status_code == 404
    there = reverse(f"returns:{name}", args=["autre", submitted.pk])
    assert client.get(there).status_code == 404, "a return is found under its own contract only"
    assert client.get(reverse(f"returns:{name}", args=["autre", 999_999])).status_code == 404
    assert Client().get(address(submitted, name)).status_code == 302
    assert Client().get(f"/depot/1/remontees/{submitted.pk}").status_code == 404


def test_only_who_reviews_accepts(desk: Desk) -> None:
    submitted = desk.submitted()
    for access in (("reader", None), ("contributor", 0), ("manager", 0)):
        client = client_of(desk.person(access))
        assert "Accepter cette remontée" not in client.get(address(submitted)).content.decode()
        assert client.post(address(submitted), {"do": "accept"}).status_code == 403
    assert not Acceptance.objects.exists()
    client = client_of(desk.person(("manager", 1)))
    assert "Accepter cette remontée" in client.get(address(submitted)).content.decode()
    answer = client.post(address(submitted), {"do": "accept", "note": "Bien."}, follow=True)
    assert "Acceptée telle qu'elle est par" in answer.content.decode().replace("&#x27;", "'")


def test_the_second_of_two_is_told_in_a_sentence(desk: Desk) -> None:
    submitted = desk.submitted()
    accept(desk.actor(("manager", 1)), submitted)
    said = manager(desk).post(address(submitted), {"do": "accept"})
    assert said.status_code == 200
    assert "déjà acceptée, par Personne 1" in said.content.decode()
    assert Acceptance.objects.count() == 1


def test_going_back_needs_a_reason(desk: Desk) -> None:
    submitted = desk.submitted()
    client = manager(desk)
    client.post(address(submitted), {"do": "accept"})
    assert "obligatoire" in client.post(address(submitted), {"do": "withdraw"}).content.decode()
    client.post(address(submitted), {"do": "withdraw", "reason": "Une ligne manque."})
    assert [each.accepted for each in Acceptance.objects.order_by("pk")] == [True, False]


def test_a_query_is_asked_on_the_sheet_and_answered_on_its_page(desk: Desk) -> None:
    submitted = desk.submitted()
    sheet = address(submitted, "return-sheet")
    answer = manager(desk).post(sheet, {"cell": "c3", "text": "Pourquoi ?"})
    query = Query.objects.get()
    assert (query.cell, answer.status_code) == ("C3", 302)
    page = address(submitted, "query", query=query.pk)
    assert answer["Location"] == page
    partner = client_of(desk.person(("contributor", 0)))
    assert "Pourquoi ?" in partner.get(page).content.decode()
    assert f'href="{page}"' in partner.get(sheet).content.decode(), "it is shown on the cell"
    assert partner.post(page, {"text": "Voici <b>."}, follow=True).status_code == 200
    assert "Voici &lt;b&gt;." in partner.get(page).content.decode()
    assert partner.post(page, {"do": "close"}).status_code == 200, "told, not done"
    query.refresh_from_db()
    assert query.closed_at is None
    reader = client_of(desk.person(("reader", None)))
    assert reader.get(page).status_code == 200
    assert reader.post(page, {"text": "Non."}).status_code == 403
    manager(desk).post(page, {"do": "close", "text": ""})
    query.refresh_from_db()
    assert query.closed_at is not None
    late = partner.post(page, {"text": "Trop tard."})
    assert "vient d&#x27;être close" in late.content.decode()


def test_a_thread_is_found_under_its_own_return_only(desk: Desk) -> None:
    first, other = desk.submitted(), desk.submitted(1)
    query = open_query(desk.actor(("manager", None)), first, sheet="", cell="C3", text="?")
    assert manager(desk).get(address(other, "query", query=query.pk)).status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"cell": "ZZ99", "text": "?"}, "n&#x27;est pas une cellule"),
        ({"cell": "H" * 13, "text": "?"}, "12 caractères"),
        ({"cell": "<b>", "text": "?"}, "« &lt;B&gt; » n&#x27;est pas une cellule"),
        ({"cell": "C3", "text": ""}, "obligatoire"),
        ({"cell": "C3", "text": "x" * 4001}, "4000 caractères"),
        ({"cell": "C3", "text": "x" * 5_000_001}, ""),
        ({}, "obligatoire"),
    ],
)
def test_a_wrong_query_is_told_in_a_sentence(desk: Desk, sent: dict[str, str], said: str) -> None:
    answer = manager(desk).post(address(desk.submitted(), "return-sheet"), sent)
    assert answer.status_code == (200 if said else 400)
    assert said in answer.content.decode()
    assert not Query.objects.exists()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?feuille=Absente", 404),
        ("?cellule=ZZZ9999999", 200),
        ("?cellule=nowhere", 200),
        ("?ligne=0", 200),
        ("?ligne=99999999999", 200),
        ("?ligne=abc", 200),
        ("?ligne=²", 200),
        ("?ligne=31&feuille=", 200),
    ],
)
def test_wrong_addresses_on_the_sheet(desk: Desk, query: str, status: int) -> None:
    answer = manager(desk).get(address(desk.submitted(), "return-sheet") + query)
    assert answer.status_code == status


def test_the_original_is_given_back_as_it_came(desk: Desk) -> None:
    answer = manager(desk).get(address(desk.submitted(), "return-file"))
    assert b"".join(answer.streaming_content) == CSV.encode()
    assert 'filename="suivi.csv"' in answer["Content-Disposition"]


def test_the_annotated_copy_says_all_that_is_known(desk: Desk) -> None:
    submitted = desk.submitted(findings=FINDINGS)
    team = desk.person(("manager", None))
    asked = open_query(
        signed_in(team, desk.contract), submitted, sheet="", cell="C4", text="=1+1 ?"
    )
    answer = client_of(team).get(address(submitted, "return-annotated"))
    assert "suivi%20annot%C3%A9.xlsx" in answer["Content-Disposition"]
    book = load_workbook(io.BytesIO(answer.content))
    front, sheet = book.worksheets
    assert front["A1"].value == FRONT_MARK
    cells = {cell.value: cell for row in front.iter_rows() for cell in row if cell.value}
    assert "Données fictives" in cells, "what is fictitious says so"
    assert "=cmd|' /C calc'!A0" in cells
    assert cells["=cmd|' /C calc'!A0"].data_type == "s"
    assert "=1+1 ?" in cells
    assert cells[603].number_format == "#,##0.00", "the sums of columns"
    assert sheet["C3"].comment.text.startswith("« =cmd|' /C calc'!A0 » n'est pas un montant")
    assert sheet["C4"].comment.text == f"{asked.author} : =1+1 ?"
    assert sheet["A5"].comment
    assert (
        read_workbook(answer.content, "x.xlsx").sheets[0].rows
        == read_workbook(CSV.encode(), "x.csv").sheets[0].rows
    )


def test_a_file_that_is_lost_gets_a_sentence(desk: Desk) -> None:
    from beffroi.files.actions import path_of

    submitted = desk.submitted()
    path_of(submitted.file_id).unlink()
    client = manager(desk)
    assert client.get(address(submitted, "return-file")).status_code == 404
    answer = client.get(address(submitted, "return-annotated"))
    assert answer.status_code == 400
    assert "n&#x27;existe pas" in answer.content.decode()


def test_it_is_read_in_english_too(desk: Desk) -> None:
    submitted = desk.submitted(findings=FINDINGS)
    user = desk.person(("manager", None))
    client = client_of(user)
    client.cookies["django_language"] = "en"
    page = client.get(address(submitted)).content.decode()
    assert "Accept this return" in page
    assert "is no amount" in page
    book = load_workbook(io.BytesIO(client.get(address(submitted, "return-annotated")).content))
    assert book.sheetnames == ["Beffroi report", "Sheet 1"]
    assert book.worksheets[0]["A1"].value == FRONT_MARK
