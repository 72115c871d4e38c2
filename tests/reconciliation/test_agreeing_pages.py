"""The pages on which both sides agree: who may do what, wrong input, files."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from beffroi.accounts.models import User
from beffroi.contracts.models import Access, Contract
from beffroi.ledger.models import Statement
from beffroi.reconciliation.models import Agreement, Tolerance, Turn
from beffroi.reconciliation.pages.gap_tables import CHOSEN, token
from tests.reconciliation.words import D23, gap, programmed, say
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db
OWN, CLAIM = 1_000_00, 1_200_00
SITUATION = "?au=2023-12-31"


@dataclass(frozen=True)
class Table:
    """Two partners that do not say the same, and people of each."""

    world: World
    gap: str
    every: str
    funder: Client
    source: Client
    reader: Client
    team: Client


def person(world: World, name: str, level: str, organisation: int | None = None) -> Client:
    user = User.objects.create_user(f"{name}@exemple.fr", "x" * 12, full_name=name)
    Access.objects.create(
        contract=world.contract, user=user, level=level, organisation_id=organisation
    )
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def table() -> Table:
    world = make_world(sources=3)
    say(world, D23, world.said(OWN), world.said(OWN, operation=1))
    claims = [world.said(CLAIM, source=1, funder=0)]
    claims.append(world.said(OWN + 1_00, source=1, funder=0, operation=1))
    say(world, D23, *claims, source=1)
    found = gap(world)
    asked = [found.operation_id, found.source, found.funder, found.stage, found.nature]
    return Table(
        world,
        reverse("reconciliation:gap", args=["monde", *asked]) + SITUATION,
        reverse("reconciliation:gaps", args=["monde"]) + SITUATION,
        person(world, "financeur", "contributor", world.sources[0]),
        person(world, "annonce", "manager", world.sources[1]),
        person(world, "lecture", "reader"),
        person(world, "equipe", "manager"),
    )


def proposal(table: Table, **said: str) -> dict[str, str]:
    """A proposal of somebody who reads the gap as it is said now."""
    read = {"seen": "0", "stands": token(gap(table.world))}
    return {"do": "propose", "figure": "claim", "reason": "Convention"} | read | said


def test_proposed_by_one_accepted_by_the_other(table: Table) -> None:
    assert table.source.post(table.gap, proposal(table)).status_code == 302
    shown = table.funder.get(table.gap)
    assert shown.context["may_accept"]
    assert "Convention" in shown.content.decode()
    assert not table.source.get(table.gap).context["may_accept"]
    assert table.funder.post(table.gap, {"do": "accept", "seen": "1"}).status_code == 302
    assert programmed(table.world, D23) == CLAIM + OWN
    rows = table.reader.get(table.every).context["gaps"].rows
    assert [row.cell("agreed").value for row in rows] == [CLAIM, None]


def test_what_was_agreed_keeps_its_history_when_the_claim_is_said_again(table: Table) -> None:
    table.source.post(table.gap, proposal(table))
    table.funder.post(table.gap, {"do": "accept", "seen": "1"})
    say(table.world, D23, table.world.said(CLAIM + 1, source=1, funder=0), source=1)
    shown = table.reader.get(table.gap)
    assert [turn.kind for turn in shown.context["turns"]] == ["proposes", "accepts"]
    agreements = reverse("reconciliation:agreements", args=["monde"])
    (row,) = table.reader.get(f"{agreements}?etat=agreed").context["table"].rows
    assert row.cell("operation").href
    say(table.world, D23, table.world.said(OWN - 5), table.world.said(OWN, operation=1))
    assert not table.reader.get(f"{agreements}?etat=agreed").context["table"].rows


def test_another_amount_with_its_document(table: Table) -> None:
    document = SimpleUploadedFile("../arrêté.pdf", b"%PDF-1.7", content_type="application/pdf")
    said = proposal(table, figure="other", amount="1 100,5") | {"document": document}
    assert table.funder.post(table.gap, said).status_code == 302
    turn = Turn.objects.get()
    assert (turn.cents, turn.document_name) == (1_100_50, "arrêté.pdf")
    kept = table.reader.get(reverse("reconciliation:document", args=["monde", turn.pk]))
    assert b"".join(kept.streaming_content) == b"%PDF-1.7"  # type: ignore[attr-defined]
    assert "attachment" in kept["Content-Disposition"]
    assert Client().get(
        reverse("reconciliation:document", args=["monde", turn.pk])
    ).status_code in {
        302,
        404,
    }


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"reason": ""}, "Ce champ est obligatoire"),
        ({"figure": "other"}, "Écrivez le montant"),
        ({"figure": "other", "amount": "beaucoup"}, "n&#x27;est pas un montant en euros"),
        ({"figure": "other", "amount": "9" * 38}, "n&#x27;est pas un montant en euros"),
        ({"amount": "12"}, "Choisissez « un autre montant »"),
        ({"figure": "moitié"}, "choix"),
        ({"seen": "3"}, "Quelqu&#x27;un a répondu entre-temps"),
        ({"seen": "beaucoup"}, "Quelqu&#x27;un a répondu entre-temps"),
    ],
)
def test_wrong_input_is_one_sentence_and_writes_nothing(
    table: Table, said: dict[str, str], sentence: str
) -> None:
    answer = table.source.post(table.gap, proposal(table, **said))
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Turn.objects.exists()
    assert not Agreement.objects.exists()


def test_who_is_neither_of_the_two_reads_and_does_nothing(table: Table) -> None:
    for client in (table.reader, table.team):
        shown = client.get(table.gap)
        assert not shown.context["may_propose"]
        assert client.post(table.gap, proposal(table)).status_code == 403
        assert client.post(table.every, {"do": "every", "figure": "own"}).status_code == 403
    stranger = User.objects.create_user("ailleurs@exemple.fr", "x" * 12, full_name="A")
    outside = Client()
    outside.force_login(stranger)
    assert outside.get(table.gap).status_code == 404
    assert outside.post(table.gap, proposal(table)).status_code == 404
    assert not Turn.objects.exists()


def test_the_past_is_read_and_not_agreed_on(table: Table) -> None:
    known = Statement.objects.latest("pk").posting.number
    past = f"{table.gap}&connu={known}"
    assert not table.source.get(past).context["may_propose"]
    assert table.source.post(past, proposal(table)).status_code == 403


def test_many_at_once_then_accepted_from_the_list(table: Table) -> None:
    rounding = f"{table.every}&cause=rounding"
    said = {"figure": "own", "reason": "Moins de cent euros", "do": "every"}
    assert table.source.post(rounding, said).status_code == 400, "of a list that nobody read"
    said["listed"] = table.source.get(rounding).context["every_listed"]
    assert table.source.post(rounding, said).status_code == 302
    (turn,) = Turn.objects.all()
    assert (turn.cents, turn.agreement.cause) == (OWN, "rounding")
    agreements = reverse("reconciliation:agreements", args=["monde"])
    (row,) = table.funder.get(f"{agreements}?etat=a-moi").context["table"].rows
    ticked = row.cell("proposition").value
    assert table.reader.post(agreements, {"proposition": ticked}).status_code == 403
    assert table.funder.post(agreements, {"proposition": ticked}).status_code == 302
    again = table.funder.post(agreements, {"proposition": ticked})
    assert again.status_code == 400
    assert "répondu entre-temps" in again.content.decode()
    assert table.funder.post(agreements, {"proposition": "1-x"}).status_code == 400
    assert table.funder.post(agreements).status_code == 400


def test_a_figure_that_nobody_read_is_not_proposed(table: Table) -> None:
    read = proposal(table)
    listed = {"figure": "claim", "reason": "Vu", "do": "every"}
    listed["listed"] = table.source.get(table.every).context["every_listed"]
    say(table.world, D23, table.world.said(CLAIM * 3, source=1, funder=0), source=1)
    for answer in (table.source.post(table.gap, read), table.source.post(table.every, listed)):
        assert answer.status_code == 400
        assert "a changé depuis" in answer.content.decode()
    assert not Turn.objects.exists()


def test_the_gaps_that_are_ticked_and_no_other(table: Table) -> None:
    said = {"figure": "claim", "reason": "Vu ensemble", CHOSEN: token(gap(table.world))}
    assert table.funder.post(table.every, said).status_code == 302
    assert [turn.cents for turn in Turn.objects.all()] == [CLAIM]
    nothing = table.funder.post(table.every, {"figure": "own", "reason": "Rien", CHOSEN: "1-2-3"})
    assert nothing.status_code == 400
    assert "Cochez au moins un écart" in nothing.content.decode()


def test_left_open_with_a_reason(table: Table) -> None:
    table.source.post(table.gap, proposal(table))
    refused = table.funder.post(table.gap, {"do": "leave_open", "seen": "1"})
    assert refused.status_code == 400
    said = {"do": "leave_open", "seen": "1", "laisser-reason": "Avenant en cours"}
    assert table.funder.post(table.gap, said).status_code == 302
    assert "Avenant en cours" in table.reader.get(table.gap).content.decode()


def test_the_tolerance_is_the_managers_to_change(table: Table) -> None:
    page = reverse("reconciliation:tolerance", args=["monde"])
    assert table.reader.get(page).status_code == 200
    assert table.funder.post(page, {"tolerance": "300"}).status_code == 403
    assert table.team.post(page, {"tolerance": "-1"}).status_code == 400
    assert table.team.post(page, {"tolerance": "300"}).status_code == 302
    assert [each.cents for each in Tolerance.objects.all()] == [300_00]
    rows = table.reader.get(table.every).context["gaps"].rows
    assert {row.cell("status").value for row in rows} == {"Arrondi"}


def test_files_say_what_they_are_to_the_cent(table: Table) -> None:
    table.source.post(table.gap, proposal(table, reason="=cmd()"))
    answer = table.reader.get(f"{table.every}&format=csv")
    (header, *lines) = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    said = [dict(zip(header, line, strict=True)) for line in lines]
    assert [line["Annoncé"] for line in said] == ["1200,00", "1001,00"]
    assert {line["Situation au"] for line in said} == {"2023-12-31"}
    assert {line["Données"] for line in said} == {"fictives"}
    assert "fictif" in answer["Content-Disposition"]
    book = load_workbook(io.BytesIO(table.reader.get(f"{table.every}&format=xlsx").content))
    first = dict(zip(header, [cell.value for cell in book.worksheets[0][2]], strict=False))
    assert first["Annoncé"] == 1200
    agreements = reverse("reconciliation:agreements", args=["monde"])
    book = load_workbook(io.BytesIO(table.reader.get(f"{agreements}?format=xlsx").content))
    texts = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert {cell.data_type for cell in texts if str(cell.value).endswith("cmd()")} == {"s"}
    assert table.reader.get(f"{table.every}&format=pdf").status_code == 400


@pytest.mark.parametrize(
    "asked", ["accord=peut-etre", "axe=XII", "perimetre=lune", "statut=x", "cause=y", "stade=z"]
)
def test_a_filter_that_names_nothing(table: Table, asked: str) -> None:
    assert table.reader.get(f"{table.every}&{asked}").status_code == 400


def test_stages_never_share_a_total(table: Table) -> None:
    world = table.world
    say(world, D23, world.said(OWN, operation=2, stage="committed"))
    say(world, D23, world.said(CLAIM, source=1, funder=0, operation=2, stage="committed"), source=1)
    for name in ("causes", "axes"):
        rows = table.reader.get(table.every).context[name].rows
        stages = [row.cell("stage").value for row in rows if row.cell("over").value]
        assert {"programmé", "engagé"} <= set(stages), name
        assert CLAIM - OWN in {row.cell("over").value for row in rows}


def test_another_contract_does_not_show_it(table: Table) -> None:
    other = Contract.objects.create(slug="autre", name="Autre", kind="cper")
    user = User.objects.create_user("autre@exemple.fr", "x" * 12, full_name="A")
    Access.objects.create(contract=other, user=user, level="manager")
    client = Client()
    client.force_login(user)
    assert client.get(table.gap.replace("/monde/", "/autre/")).status_code == 404
