"""The outbox over real SMTP: everything leaves, once, and what does not leave is kept."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from beffroi.accounts.models import User
from beffroi.notices.actions import Person, tell, try_again
from beffroi.notices.enclosures import Enclosure, Withdrawn, mark, register_enclosure
from beffroi.notices.models import Notice
from beffroi.notices.queries import in_trouble
from beffroi.notices.sending import PAUSES, send_due
from tests.notices.mail_server import MailServer, mailing

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with mailing(settings) as server:
        yield server


def told(address: str, **rest: Any) -> Notice:
    notice = tell(f"essai:{address}", Person(address), subject="Objet", body="Texte.\n", **rest)
    assert notice is not None
    return notice


def now_due() -> None:
    """Time goes by."""
    Notice.objects.filter(sent_at=None, given_up_at=None).update(due_at=timezone.now())


def test_what_is_told_leaves(server: MailServer) -> None:
    told("Marie@Exemple.fr", reply_to="pilote@exemple.fr")
    with server.up():
        assert send_due().sent == 1
        assert send_due().sent == 0
    (mail,) = server.received
    assert mail["To"] == "marie@exemple.fr"
    assert mail["Reply-To"] == "pilote@exemple.fr"
    assert mail["Subject"] == "[Beffroi] Objet"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert server.text_to("marie@exemple.fr") == "Texte.\n"
    assert Notice.objects.get().sent_at is not None


def test_it_is_told_once(server: MailServer) -> None:
    told("marie@exemple.fr")
    assert tell("essai:marie@exemple.fr", Person("x@exemple.fr"), subject="2", body="2") is None
    with server.up():
        assert send_due().sent == 1


def test_it_is_told_with_what_it_tells_or_not_at_all(server: MailServer) -> None:
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        told("marie@exemple.fr")
        raise ZeroDivisionError
    with server.up():
        assert send_due().sent == 0


def test_a_subject_is_one_line(server: MailServer) -> None:
    tell("essai", Person("m@exemple.fr"), subject="Un\r\nBcc: tous@exemple.fr\n", body="Texte")
    with server.up():
        send_due()
    assert server.subjects == ["[Beffroi] Un Bcc: tous@exemple.fr"]
    assert server.received[0]["Bcc"] is None


def test_a_server_down_then_up_loses_nothing(server: MailServer) -> None:
    for name in ("a", "b", "c"):
        told(f"{name}@exemple.fr")
    done = send_due()
    assert (done.sent, done.failed) == (0, 1)  # the round ends with the first
    now_due()
    send_due()
    assert in_trouble().count() >= 1
    assert "ne répond pas" in in_trouble()[0].failure
    now_due()
    with server.up():
        assert send_due().sent == 3
    assert sorted(mail["To"] for mail in server.received) == [f"{n}@exemple.fr" for n in "abc"]
    assert in_trouble().count() == 0


def test_pauses_grow_then_it_is_given_up_and_kept(server: MailServer) -> None:
    notice = told("a@exemple.fr")
    for minutes in PAUSES:
        send_due()
        notice.refresh_from_db()
        wait = notice.due_at - timezone.now()
        assert abs(wait - datetime.timedelta(minutes=minutes)) < datetime.timedelta(minutes=0.5)
        assert send_due().failed == 0, "not before its time"
        now_due()
    assert send_due().given_up == 1
    now_due()
    with server.up():
        assert send_due().sent == 0
        notice.refresh_from_db()
        assert notice.given_up_at is not None
        assert [each.pk for each in in_trouble()] == [notice.pk]
        try_again(notice)
        assert send_due().sent == 1
    assert in_trouble().count() == 0


def test_a_refused_recipient_stops_nobody_else(server: MailServer) -> None:
    server.refusals = {"inconnu@exemple.fr": "550 5.1.1 Adresse inconnue ici"}
    told("inconnu@exemple.fr")
    told("connu@exemple.fr")
    with server.up():
        done = send_due()
    assert (done.sent, done.given_up) == (1, 1)
    (refused,) = in_trouble()
    assert refused.address == "inconnu@exemple.fr"
    assert "550 5.1.1 Adresse inconnue ici" in refused.failure


def test_a_recipient_put_off_is_tried_again(server: MailServer) -> None:
    server.refusals = {"plein@exemple.fr": "452 4.2.2 Boîte pleine"}
    told("plein@exemple.fr")
    told("connu@exemple.fr")
    with server.up():
        done = send_due()
        assert (done.sent, done.failed) == (1, 1)
        server.refusals = {}
        now_due()
        assert send_due().sent == 1


def test_a_mail_that_cannot_be_written_stops_nobody_else(server: MailServer) -> None:
    notice = told("a@exemple.fr")
    Notice.objects.filter(pk=notice.pk).update(reply_to="a@b\r\nBcc: c@d")
    told("b@exemple.fr")
    with server.up():
        done = send_due()
    assert (done.sent, done.given_up) == (1, 1)


def test_what_is_enclosed_is_written_as_it_leaves_and_kept_nowhere(server: MailServer) -> None:
    register_enclosure("essai", lambda number: f"secret-{number}")
    tell(
        "essai",
        Person("a@exemple.fr"),
        subject="Deux liens",
        body=f"Un : {mark(1)}\nDeux : {mark(2)}\n",
        enclosed=[Enclosure("essai", 7), Enclosure("essai", 8)],
    )
    with server.up():
        send_due()
    assert server.text_to("a@exemple.fr") == "Un : secret-7\nDeux : secret-8\n"
    with connection.cursor() as cursor:
        cursor.execute("SELECT notices_notice::text FROM notices_notice")
        assert "secret-7" not in str(cursor.fetchall())


def test_what_was_withdrawn_meanwhile_does_not_leave(server: MailServer) -> None:
    def gone(number: int) -> str:
        raise Withdrawn("Le lien a été révoqué.")

    register_enclosure("parti", gone)
    told("a@exemple.fr", enclosed=[Enclosure("parti", 1)])
    with server.up():
        assert send_due().given_up == 1
    assert server.received == []
    assert in_trouble()[0].failure == "Le lien a été révoqué."


def test_the_same_notice_always_has_the_same_message_id(server: MailServer) -> None:
    notice = told("a@exemple.fr")
    told("b@exemple.fr")
    with server.up():
        send_due()
        Notice.objects.filter(pk=notice.pk).update(sent_at=None)  # killed before it was noted
        send_due()
    ids = [mail["Message-ID"] for mail in server.received]
    assert ids[0] == ids[2] != ids[1]


def test_a_page_shows_a_person_their_notices(server: MailServer, client: Any) -> None:
    user = User.objects.create_user("marie@exemple.fr", "x" * 12, full_name="Marie")
    other = User.objects.create_user("paul@exemple.fr", "x" * 12, full_name="Paul")
    tell("1", Person(user.email, user=user), subject="Pour Marie", body="Bonjour", link="/espace/")
    tell("2", Person(other.email, user=other), subject="Pour Paul", body="Bonjour")
    tell("3", Person("personne@exemple.fr"), subject="Pour personne", body="Bonjour")
    client.force_login(user)
    page = client.get("/espace/avis").content.decode()
    assert "Pour Marie" in page
    assert "Pour Paul" not in page
    assert "Pour personne" not in page
    assert Notice.objects.filter(seen_at=None).count() == 3, "reading a page writes nothing"
    assert '<span class="tally">1' in page
    client.post("/espace/avis/vus")
    assert '<span class="tally">' not in client.get("/espace/avis").content.decode()
    assert Notice.objects.filter(seen_at=None).count() == 2


def test_who_administers_sees_what_did_not_leave(server: MailServer, client: Any) -> None:
    server.refusals = {"inconnu@exemple.fr": "550 Adresse inconnue"}
    notice = told("inconnu@exemple.fr")
    with server.up():
        send_due()
    person = User.objects.create_user("p@exemple.fr", "x" * 12, full_name="P")
    client.force_login(person)
    again = f"/espace/avis/non-partis/{notice.pk}/reessayer"
    assert client.get("/espace/avis/non-partis").status_code == 403
    assert client.post(again).status_code == 403
    assert "pas parti" not in client.get("/espace/avis").content.decode()
    person.is_staff = True
    person.save()
    assert "1 courriel n'est pas parti" in client.get("/espace/avis").content.decode().replace(
        "&#x27;", "'"
    )
    assert "Adresse inconnue" in client.get("/espace/avis/non-partis").content.decode()
    client.post(again)
    server.refusals = {}
    with server.up():
        assert send_due().sent == 1
    assert client.post(again).status_code == 404
