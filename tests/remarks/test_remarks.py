"""Remarks from outside: who reads and writes them, whom they tell, what becomes of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beffroi.accounts.models import User
from beffroi.contracts.models import Access
from beffroi.ledger.recognition import merge
from beffroi.notices.models import Notice
from beffroi.notices.sending import send_due
from beffroi.operations.models import Operation
from beffroi.remarks.models import Mention, Outcome, Remark
from tests.worlds import World

pytestmark = pytest.mark.django_db
SPACE = "/espace/contrats/monde"
REMARKS = f"{SPACE}/remarques"
AT = "au=2024-12-31"
FIGURE = "stage=programmed&funder=source-0"
SignIn = Callable[[str], Client]
Person = Callable[[str], User]


def subject_of(operation: Operation) -> str:
    return f"{REMARKS}/ecrire?sujet=operation:{operation.code}&{AT}"


def write(client: Client, operation: Operation, text: str = "Le payé manque.", **more: object):
    return client.post(subject_of(operation), {"text": text, **more})


def sheet(client: Client, operation: Operation) -> str:
    return client.get(f"{SPACE}/operations/{operation.code}?{AT}").content.decode()


# Who may what


@pytest.mark.parametrize("name", ["pilote", "contrib"])
def test_whoever_contributes_writes_and_everybody_with_access_reads(
    signed_in: SignIn, operation: Operation, name: str
) -> None:
    answer = write(signed_in(name), operation)
    made = Remark.objects.get()
    where = f"{SPACE}/operations/{operation.code}?{AT}#remarque-{made.pk}"
    assert (answer.status_code, answer["Location"]) == (302, where)
    assert (made.kind, made.key, made.author.email) == (
        "operation",
        operation.code,
        f"{name}@exemple.fr",
    )
    for reader in ("pilote", "contrib", "lecteur"):
        page = sheet(signed_in(reader), operation)
        assert f'id="remarque-{made.pk}"' in page
        assert "Le payé manque." in page


def test_a_reader_writes_nothing(signed_in: SignIn, operation: Operation) -> None:
    write(signed_in("pilote"), operation)
    made = Remark.objects.get()
    reader = signed_in("lecteur")
    assert reader.get(subject_of(operation)).status_code == 403
    assert write(reader, operation).status_code == 403
    for do in ("resolve", "withdraw"):
        assert reader.post(f"{REMARKS}/{made.pk}/suite", {"do": do}).status_code == 403
    assert (Remark.objects.count(), Outcome.objects.count()) == (1, 0)
    page = sheet(reader, operation)
    assert "Écrire une remarque" not in page
    assert 'value="resolve"' not in page


def test_another_contract_s_people_see_and_write_nothing(
    signed_in: SignIn, operation: Operation
) -> None:
    write(signed_in("pilote"), operation)
    made = Remark.objects.get()
    stranger = signed_in("voisine")
    for address in (REMARKS, f"{REMARKS}/{made.pk}", subject_of(operation), f"{SPACE}/annuaire"):
        assert stranger.get(address).status_code == 404, address
    assert write(stranger, operation).status_code == 404
    # Nor by the address of a contract of their own.
    elsewhere = "/espace/contrats/voisin/remarques"
    assert stranger.get(f"{elsewhere}/{made.pk}").status_code == 404
    assert stranger.post(f"{elsewhere}/{made.pk}/suite", {"do": "resolve"}).status_code == 404
    forged = f"{elsewhere}/ecrire?sujet=operation:{operation.code}"
    assert stranger.get(forged).status_code == 404
    assert stranger.post(forged, {"text": "A"}).status_code == 404
    assert "Le payé manque." not in stranger.get(elsewhere).content.decode()
    assert (Remark.objects.count(), Outcome.objects.count()) == (1, 0)


def test_nobody_signed_in_sees_nothing(operation: Operation) -> None:
    for address in (REMARKS, subject_of(operation), f"{SPACE}/annuaire"):
        assert Client().get(address).status_code == 302


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "operation",
        "operation:",
        "operation:INCONNUE",
        "operation:\0",
        "contrat:monde",
        "figure:axis=I",
        "figure:stage=programmed&au=2024-01-01",
        "figure:stage=paid&operation=INCONNUE",
        "figure:stage=versé",
        "figure:stage=paid&perimeter=ailleurs",
        "figure:stage=paid&node=999999",
        "figure:stage=programmed&scheme=" + "x" * 600,
    ],
)
def test_a_forged_subject_is_refused(signed_in: SignIn, subject: str) -> None:
    manager = signed_in("pilote")
    for answer in (
        manager.get(f"{REMARKS}/ecrire", {"sujet": subject}),
        manager.post(f"{REMARKS}/ecrire", {"text": "A"}, query_params={"sujet": subject}),
    ):
        assert answer.status_code in {400, 404}
    assert not Remark.objects.exists()


# On a figure


def test_a_figure_is_known_by_its_labels_whatever_the_dates(signed_in: SignIn) -> None:
    manager = signed_in("pilote")
    page = manager.get(f"{SPACE}/chiffre?{FIGURE}&{AT}&page=1")
    written = page.context["write_address"]
    answer = manager.post(written, {"text": "Vérifié."})
    made = Remark.objects.get()
    assert made.key == "funder=source-0&stage=programmed"
    assert "Source 0" in made.label
    assert "programmé" in made.label
    assert answer["Location"].startswith(f"{SPACE}/chiffre?funder=source-0&stage=programmed&{AT}#")
    for dates in ("", "&au=2023-12-31", f"&{AT}&unite=meur"):
        assert "Vérifié." in manager.get(f"{SPACE}/chiffre?{FIGURE}{dates}").content.decode()
    other = manager.get(f"{SPACE}/chiffre?stage=paid&funder=source-0").content.decode()
    assert "Vérifié." not in other


def test_a_figure_of_ordinary_credit_has_no_remarks(signed_in: SignIn) -> None:
    page = signed_in("pilote").get("/espace/droit-commun/chiffre?stage=programmed")
    assert page.status_code == 200
    assert 'id="remarques"' not in page.content.decode()


# Text


def test_hostile_text_is_shown_as_text(signed_in: SignIn, operation: Operation) -> None:
    text = "<script>alert(1)</script>\r\n{{ 7|add:7 }} https://exemple.fr\r\n\r\n&amp; «é»"
    write(signed_in("pilote"), operation, text)
    page = sheet(signed_in("lecteur"), operation)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>{{ 7|add:7 }} https://exemple.fr" in page
    assert "<script>alert" not in page
    assert 'href="https://exemple.fr' not in page
    assert Remark.objects.get().text == text.replace("\r\n", "\n")


@pytest.mark.parametrize("text", ["", "  \r\n ", "x" * 10_000, "a\0b", "x" * 4001])
def test_what_is_no_remark_gets_a_sentence(
    signed_in: SignIn, operation: Operation, text: str
) -> None:
    answer = write(signed_in("pilote"), operation, text)
    assert answer.status_code == 400
    assert answer.context["form"].errors["text"]
    assert not Remark.objects.exists()


def test_a_line_break_counts_once(signed_in: SignIn, operation: Operation) -> None:
    text = "x\r\n" * 1999 + "xx"
    assert write(signed_in("pilote"), operation, text).status_code == 302
    assert len(Remark.objects.get().text) == 4000


# Mentions


def test_whom_it_names_is_told_once_and_led_to_the_page(
    signed_in: SignIn, person: Person, operation: Operation
) -> None:
    told = [person("contrib").pk, person("lecteur").pk]
    answer = write(signed_in("pilote"), operation, "@Anne Petit, @contrib@exemple.fr ?", told=told)
    made = Remark.objects.get()
    assert {each.person.email for each in Mention.objects.all()} == {
        "contrib@exemple.fr",
        "lecteur@exemple.fr",
    }
    notices = Notice.objects.filter(key__startswith="remarks:")
    assert sorted(each.address for each in notices) == ["contrib@exemple.fr", "lecteur@exemple.fr"]
    client = signed_in("contrib")
    assert "Paule Pilote vous mentionne" in client.get("/espace/avis").content.decode()
    notice = notices.get(address="contrib@exemple.fr")
    assert notice.link == f"{REMARKS}/{made.pk}"
    landed = client.get(notice.link)
    assert landed["Location"] == answer["Location"]
    assert "Le payé" not in notice.body
    send_due()
    (sent,) = [each for each in mail.outbox if each.to == ["contrib@exemple.fr"]]
    assert f"{REMARKS}/{made.pk}" in sent.body
    assert operation.title in sent.body


def test_nobody_outside_the_contract_is_told_or_named(
    signed_in: SignIn, person: Person, operation: Operation
) -> None:
    manager = signed_in("pilote")
    form = manager.get(subject_of(operation)).content.decode()
    assert "Anne Petit" in form
    assert "Vera Voisine" not in form
    assert "voisine@exemple.fr" not in form
    write(manager, operation, "@Vera Voisine @voisine@exemple.fr @personne@exemple.fr")
    assert not Mention.objects.exists()
    assert not Notice.objects.exists()
    left = person("lecteur")
    left.is_active = False
    left.save()
    for forged in (person("voisine").pk, left.pk, person("pilote").pk, 999_999, "x", -1):
        answer = write(manager, operation, "A", told=[forged])
        assert answer.status_code == 400
        assert "Vera" not in answer.content.decode()
    assert Remark.objects.count() == 1


# What becomes of them


def test_it_is_resolved_once_and_says_by_whom(signed_in: SignIn, operation: Operation) -> None:
    write(signed_in("contrib"), operation)
    made = Remark.objects.get()
    for name in ("pilote", "contrib"):
        answer = signed_in(name).post(f"{REMARKS}/{made.pk}/suite", {"do": "resolve"}, follow=True)
        said = [str(each) for each in answer.context["messages"]]
    assert said == ["C'est déjà fait : quelqu'un vient de passer avant vous."]
    assert Outcome.objects.get().author.email == "pilote@exemple.fr"
    page = " ".join(sheet(signed_in("lecteur"), operation).split())
    assert "par Paule Pilote, le" in page
    assert 'value="resolve"' not in page


def test_its_author_alone_takes_it_back_and_the_row_stays(
    signed_in: SignIn, operation: Operation
) -> None:
    write(signed_in("contrib"), operation, "Une bêtise.")
    made = Remark.objects.get()
    act = f"{REMARKS}/{made.pk}/suite"
    signed_in("pilote").post(act, {"do": "withdraw"})
    assert "Une bêtise." in sheet(signed_in("lecteur"), operation)
    author = signed_in("contrib")
    author.post(act, {"do": "withdraw"})
    for page in (
        sheet(signed_in("lecteur"), operation),
        author.get(REMARKS).content.decode(),
    ):
        assert "Une bêtise." not in page
        assert "retirée" in page
    author.post(act, {"do": "resolve"})
    assert [each.ending for each in Outcome.objects.all()] == ["withdrawn"]
    assert Remark.objects.get().text == "Une bêtise."


@pytest.mark.parametrize("do", ["", "reopen", "resolve,withdraw"])
def test_nothing_else_is_done(signed_in: SignIn, operation: Operation, do: str) -> None:
    manager = signed_in("pilote")
    write(manager, operation)
    act = f"{REMARKS}/{Remark.objects.get().pk}/suite"
    assert manager.post(act, {"do": do}).status_code == 400
    assert manager.get(act).status_code == 405
    assert not Outcome.objects.exists()


@pytest.mark.parametrize("table", ["remarks_remark", "remarks_mention", "remarks_outcome"])
def test_the_database_refuses_to_change_what_was_written(
    signed_in: SignIn, person: Person, operation: Operation, table: str
) -> None:
    manager = signed_in("pilote")
    write(manager, operation, told=[person("contrib").pk])
    manager.post(f"{REMARKS}/{Remark.objects.get().pk}/suite", {"do": "resolve"})
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_what_was_said_of_an_absorbed_operation_is_said_of_the_one_it_became(
    signed_in: SignIn, world: World, operation: Operation
) -> None:
    absorbed = Operation.objects.get(pk=world.operations[1])
    write(signed_in("pilote"), absorbed, "Doublon ?")
    merge(absorbed.pk, operation.pk)
    assert "Doublon ?" in sheet(signed_in("lecteur"), operation)


# All of a contract


def test_open_ones_come_first_and_are_kept_apart(
    signed_in: SignIn, person: Person, operation: Operation
) -> None:
    manager = signed_in("pilote")
    for text in ("Un", "Deux", "Trois", "Quatre"):
        write(manager, operation, text, told=[person("lecteur").pk] if text == "Trois" else [])
    one, two, *_rest = Remark.objects.all()
    manager.post(f"{REMARKS}/{two.pk}/suite", {"do": "resolve"})
    manager.post(f"{REMARKS}/{one.pk}/suite", {"do": "withdraw"})

    def listed(query: str, name: str = "pilote") -> list[str]:
        page = signed_in(name).get(REMARKS + query)
        return [each.text for each, _href in page.context["remarks"]]

    assert listed("") == ["Quatre", "Trois", "Deux", "Un"]
    assert listed("?etat=ouvertes") == ["Quatre", "Trois"]
    assert listed("?etat=resolues") == ["Deux"]
    assert listed("?pour=moi", "lecteur") == ["Trois"]
    assert listed("?pour=moi") == []
    for wrong in ("?etat=x", "?pour=lecteur"):
        assert manager.get(REMARKS + wrong).status_code == 400


def test_however_many_remarks_the_queries_are_the_same(
    signed_in: SignIn, person: Person, operation: Operation
) -> None:
    manager = signed_in("pilote")
    pages = [
        f"{SPACE}/operations/{operation.code}?{AT}",
        f"{SPACE}/chiffre?{FIGURE}&{AT}",
        REMARKS,
    ]
    figure = {"sujet": f"figure:{FIGURE}"}
    counts = []
    for more in (1, 30):
        for _rank in range(more):
            write(manager, operation, told=[person("lecteur").pk, person("contrib").pk])
            manager.post(f"{REMARKS}/ecrire", {"text": "A"}, query_params=figure)
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as asked:
                assert manager.get(page).status_code == 200
            found.append(len(asked))
        counts.append(found)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 12


def test_rights_are_today_s(signed_in: SignIn, person: Person, operation: Operation) -> None:
    write(signed_in("pilote"), operation, told=[person("lecteur").pk])
    Access.objects.filter(user=person("lecteur")).delete()
    notice = Notice.objects.get(address="lecteur@exemple.fr")
    assert signed_in("lecteur").get(notice.link).status_code == 404
