"""Documents and news: added by who manages, read by who may, public when both say so."""

from __future__ import annotations

import datetime
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from beffroi.accounts.models import User
from beffroi.contracts.models import Access, Contract, Source
from beffroi.library.loading import load_articles
from beffroi.library.models import Article, Document
from beffroi.portal.actions import decide, publish_reference
from tests.library.test_content import PNG

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\nles deux mille operations du contrat"
ATOM = "{http://www.w3.org/2005/Atom}"
HOME = "/espace/contrats/pacte"


@pytest.fixture
def contract() -> Contract:
    """A real contract that is public."""
    made = Contract.objects.create(slug="pacte", name="Pacte", kind="territorial_pact")
    publish_reference(made)
    return made


def somebody(contract: Contract, level: str) -> Client:
    user = User.objects.create_user(f"{level}@exemple.fr", "x" * 12, full_name=level)
    Access.objects.create(contract=contract, user=user, level=level)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def team(contract: Contract) -> Client:
    return somebody(contract, "manager")


@pytest.fixture
def reader(contract: Contract) -> Client:
    return somebody(contract, "reader")


def document(team: Client, content: bytes = PDF, name: str = "avenant.pdf", **said: str) -> int:
    """The status of what adding a document answers."""
    told = {"title": "Avenant n° 1", "kind": "amendment", "language": "fr", **said}
    file = SimpleUploadedFile(name, content)
    return team.post(f"{HOME}/documents/ajouter", {**told, "file": file}).status_code


def whole(answer: Any) -> bytes:
    """The file that an answer brings; read to its end, it is closed."""
    return b"".join(answer.streaming_content)


def article(team: Client, **said: object) -> int:
    told = {"title": "Le comité s'est réuni", "summary": "En bref.", **said}
    return team.post(f"{HOME}/actualites/ecrire", told).status_code


def test_a_document_is_kept_as_it_came(team: Client, reader: Client, client: Client) -> None:
    assert document(team) == 302
    made = Document.objects.get()
    assert (made.media_type, made.file.size) == ("application/pdf", len(PDF))
    answer = reader.get(f"{HOME}/documents/{made.pk}/fichier")
    assert whole(answer) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="avenant.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/documents/{made.pk}/avenant").status_code == 404, "not public"


def test_what_is_public_is_so_only_with_its_contract(
    contract: Contract, team: Client, client: Client
) -> None:
    document(team, is_public="on")
    made = Document.objects.get()
    answer = client.get(f"/documents/{made.pk}/avenant-n-1")
    assert whole(answer) == PDF
    assert "Avenant n° 1" in client.get("/documents/").content.decode()
    assert "Avenant n° 1" in client.get("/contrats/pacte").content.decode()
    decide(contract, is_public=False, reason="Retrait.", by=None, seen=1)
    assert client.get(f"/documents/{made.pk}/avenant-n-1").status_code == 404
    assert "Avenant n° 1" not in client.get("/documents/").content.decode()


def test_a_document_taken_away_is_gone_and_its_history_stays(team: Client, client: Client) -> None:
    document(team, is_public="on")
    made = Document.objects.get()
    page = f"{HOME}/documents/{made.pk}"
    assert team.post(page, {"do": "remove", "seen": "1"}).status_code == 302
    assert client.get(f"/documents/{made.pk}/avenant").status_code == 404
    assert team.get(page).status_code == 404
    assert document(team) == 302, "the same file may come again"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM library_documentevent")
        assert cursor.fetchone() == (3,)
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("DELETE FROM library_documentevent")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"MZ a program", {}),
        (b"", {}),
        (PDF, {"title": " "}),
        (PDF, {"kind": "roman"}),
        (PDF, {"dated": "hier"}),
    ],
)
def test_what_is_no_document_gets_a_sentence(
    team: Client, content: bytes, said: dict[str, str]
) -> None:
    assert document(team, content, **said) == 400
    assert not Document.objects.exists()


def test_the_same_file_is_not_added_twice(team: Client) -> None:
    assert document(team) == 302
    assert document(team, title="Encore") == 400
    assert Document.objects.count() == 1


def test_two_people_do_not_undo_each_other(team: Client) -> None:
    document(team)
    page = f"{HOME}/documents/{Document.objects.get().pk}"
    told = {"kind": "amendment", "language": "fr", "seen": "1"}
    assert team.post(page, {**told, "title": "Le premier"}).status_code == 302
    late = team.post(page, {**told, "title": "Le second"})
    assert late.status_code == 400
    assert "vient de changer" in late.content.decode()
    assert Document.objects.get().title == "Le premier"


def test_who_reads_writes_nothing_and_others_see_nothing(reader: Client, team: Client) -> None:
    document(team)
    number = Document.objects.get().pk
    for page in ("documents/ajouter", "actualites/ecrire", f"documents/{number}", "actualites"):
        assert reader.get(f"{HOME}/{page}").status_code == 403, page
        assert reader.post(f"{HOME}/{page}").status_code == 403, page
    stranger = Client()
    stranger.force_login(User.objects.create_user("autre@exemple.fr", "x" * 12))
    assert stranger.get(f"{HOME}/documents").status_code == 404
    assert stranger.get(f"{HOME}/documents/{number}/fichier").status_code == 404


def test_words_are_found_in_any_of_their_forms(team: Client, client: Client) -> None:
    document(team, title="Rapports d'évaluation", is_public="on")
    document(team, b"%PDF-1.7 b", title="Délibération", is_public="on")
    for address in (f"{HOME}/documents", "/documents/"):
        found = team.get(address, {"q": "rapport"}).context["table"]
        assert [row.cell("title").value for row in found.rows] == ["Rapports d'évaluation"]
    for absurd in ("x" * 5000, "'\"&|!:*()", "\0", "<script>"):
        assert client.get("/documents/", {"q": absurd}).status_code in {200, 400}


def test_a_hostile_name_is_a_name(team: Client, reader: Client) -> None:
    document(team, name='../../a"\r\nSet-Cookie: x=1.pdf')
    made = Document.objects.get()
    answer = reader.get(f"{HOME}/documents/{made.pk}/fichier")
    assert "/" not in made.file_name
    assert "Set-Cookie" not in answer.headers
    assert whole(answer) == PDF


# News


def test_a_draft_is_nobody_s_but_the_team_s(team: Client, reader: Client, client: Client) -> None:
    assert article(team) == 302
    assert "comité" in team.get(f"{HOME}/documents").content.decode()
    assert "Le comité" not in reader.get(f"{HOME}/documents").content.decode()
    assert "Le comité" not in client.get("/actualites/").content.decode()
    assert client.get(f"/actualites/{Article.objects.get().pk}/x").status_code == 404


def test_news_appear_on_their_day(team: Client, client: Client) -> None:
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    article(team, is_public="on", dated=str(tomorrow), title="Demain")
    article(team, is_public="on", dated="2024-03-01", title="Hier")
    page = client.get("/actualites/").content.decode()
    assert "Hier" in page
    assert "Demain" not in page


def test_news_have_one_address_whatever_their_title(team: Client, client: Client) -> None:
    article(team, is_public="on", body="Un.\r\n\r\nDeux <b>.")
    number = Article.objects.get().pk
    answer = client.get(f"/actualites/{number}/un-vieux-titre")
    assert answer.status_code == 301
    page = client.get(answer["Location"]).content.decode()
    assert "Deux &lt;b&gt;." in page


def test_a_picture_says_what_it_shows(team: Client, client: Client) -> None:
    picture = SimpleUploadedFile("photo.png", PNG)
    assert article(team, picture=picture) == 400, "no words for it"
    picture.seek(0)
    assert article(team, picture=picture, picture_alt="Un pont.", is_public="on") == 302
    number = Article.objects.get().pk
    shown = client.get(f"/actualites/{number}/image")
    assert shown["Content-Type"] == "image/png"
    assert whole(shown) == PNG
    page = client.get(f"/actualites/{number}/x", follow=True).content.decode()
    assert 'alt="Un pont."' in page
    evil = SimpleUploadedFile("photo.png", b"<svg onload=alert(1)>")
    assert article(team, picture=evil, picture_alt="Un pont.") == 400


def test_the_feed_tells_real_news_alone(contract: Contract, team: Client, client: Client) -> None:
    article(team, is_public="on", dated="2024-03-01", title="Réel & <daté>")
    made_up = Contract.objects.create(
        slug="fictif", name="Fictif", kind="cper", fictitious=True, levels=["axe"]
    )
    publish_reference(made_up)
    Article.objects.create(contract=made_up, title="Inventé", is_public=True)
    feed = ET.fromstring(client.get("/actualites/flux.atom").content)
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Réel & <daté>"
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert client.get(link.attrib["href"].removeprefix("http://testserver")).status_code == 200
    assert "Inventé" in client.get("/actualites/").content.decode()
    assert "Inventé" not in client.get("/sitemap.xml").content.decode()


def test_a_copy_is_asked_again_once_something_changed(team: Client, client: Client) -> None:
    first = client.get("/actualites/")["ETag"]
    assert client.get("/actualites/", headers={"if-none-match": first}).status_code == 304
    article(team, is_public="on")
    assert client.get("/actualites/", headers={"if-none-match": first}).status_code == 200


def test_the_reference_s_news_are_loaded_once_and_stay_as_people_left_them() -> None:
    for slug in (
        "pacte-sat-2",
        "cper-hdf-2021-2027",
        "cper-npdc-2015-2020",
        "accords-cadres-poles",
    ):
        Contract.objects.create(slug=slug, name=slug, kind="cper", levels=["axe"])
    for code in ("PAGE", "R2040_AVENANTS"):
        Source.objects.create(code=code, publisher="Région", url="https://exemple.fr/", quality="x")
    assert load_articles() == 4
    Article.objects.filter(key="pacte-sat-acte-2").update(title="Corrigé")
    assert load_articles() == 0
    assert Article.objects.get(key="pacte-sat-acte-2").title == "Corrigé"
    assert all(each.source_url for each in Article.objects.all())
