"""Signing in and out: one clear sentence whatever goes wrong, and back where one wanted to be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from beffroi.accounts.actions import ensure_user
from beffroi.accounts.models import User

pytestmark = pytest.mark.django_db
ADDRESS, PASSWORD = "camille@example.org", "un beffroi de briques"
DOOR = "/compte/connexion"
MISMATCH = "Cette adresse et ce mot de passe ne correspondent à aucun compte"


@pytest.fixture(autouse=True)
def no_memory_of_attempts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def user() -> User:
    return ensure_user(ADDRESS, "Camille Delattre", PASSWORD)


def sign_in(client: Client, password: str = PASSWORD, address: str = ADDRESS, **more: str) -> Any:
    return client.post(DOOR, {"login": address, "password": password, **more})


def text(response: Any) -> str:
    return str(response.content.decode()).replace("&#x27;", "'")


def test_the_door_leads_to_the_page_that_was_wanted(client: Client, user: User) -> None:
    wanted = "/espace/composants?tri=cost"
    response = client.get(wanted)
    assert response["Location"].startswith(f"{DOOR}?next=")
    assert "La page demandée s'ouvre une fois connecté" in text(client.get(response["Location"]))
    assert sign_in(client, next=wanted)["Location"] == wanted
    assert client.get(wanted).status_code == 200


def test_without_a_wish_the_door_leads_to_the_contracts(client: Client, user: User) -> None:
    assert sign_in(client)["Location"] == "/espace/"


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:1"])
def test_the_door_never_leads_elsewhere(client: Client, user: User, elsewhere: str) -> None:
    assert sign_in(client, next=elsewhere)["Location"] == "/espace/"


def test_capitals_in_the_address_do_not_matter(client: Client, user: User) -> None:
    assert sign_in(client, address="Camille@Example.ORG").status_code == 302


def test_a_wrong_password_and_an_unknown_account_get_the_same_sentence(
    client: Client, user: User
) -> None:
    wrong = sign_in(client, password="un beffroi de pierre")
    unknown = sign_in(client, address="personne@example.org")
    for response in (wrong, unknown):
        assert response.status_code == 200
        assert MISMATCH in text(response)
        assert PASSWORD not in text(response)


def test_attempts_are_counted(client: Client, user: User) -> None:
    for _attempt in range(5):
        sign_in(client, password="manqué")
    assert "Trop d'essais manqués" in text(sign_in(client))
    assert "_auth_user_id" not in client.session


def test_a_closed_account_is_told_so(client: Client, user: User) -> None:
    User.objects.update(is_active=False)
    response = client.post(DOOR, {"login": ADDRESS, "password": PASSWORD}, follow=True)
    assert "Ce compte est désactivé" in text(response)
    assert "_auth_user_id" not in client.session


def test_signing_out_takes_a_button(client: Client, user: User) -> None:
    sign_in(client)
    assert client.get("/compte/deconnexion").status_code == 405
    assert "_auth_user_id" in client.session
    response = client.post("/compte/deconnexion", follow=True)
    assert response.redirect_chain == [(DOOR, 302)]
    assert "Vous êtes déconnecté." in text(response)
    assert client.get("/espace/").status_code == 302


def test_nobody_makes_an_account_alone(client: Client) -> None:
    for address in ("/compte/signup/", "/compte/inscription", "/accounts/signup/"):
        assert client.get(address).status_code == 404


def test_one_reads_in_one_s_language_after_signing_in(client: Client, user: User) -> None:
    User.objects.update(language="en")
    sign_in(client)
    assert "My account" in text(client.get("/compte/"))


def test_changing_the_password(client: Client, user: User) -> None:
    sign_in(client)
    page = "/compte/mot-de-passe"
    new = "une cloche au sommet"
    sent = {"oldpassword": "autre", "password1": new, "password2": new}
    assert "pas votre mot de passe actuel" in text(client.post(page, sent))
    short = {"oldpassword": PASSWORD, "password1": "court", "password2": "court"}
    assert client.post(page, short).status_code == 200
    sent["oldpassword"] = PASSWORD
    response = client.post(page, sent, follow=True)
    assert "Votre mot de passe est changé." in text(response)
    user.refresh_from_db()
    assert user.check_password(new)


def test_a_forgotten_password_is_chosen_anew_by_letter(client: Client, user: User) -> None:
    response = client.post("/compte/mot-de-passe-oublie", {"email": ADDRESS}, follow=True)
    assert "La lettre est partie" in text(response)
    letter = mail.outbox[0]
    assert letter.subject == "[Beffroi] Choisir un nouveau mot de passe"
    link = re.search(r"http://testserver(/\S+)", str(letter.body))
    assert link
    form = client.get(link[1], follow=True)
    assert "Choisir un mot de passe" in text(form)
    new = "une cloche au sommet"
    chosen = client.post(
        form.redirect_chain[-1][0], {"password1": new, "password2": new}, follow=True
    )
    assert "Votre mot de passe est changé" in text(chosen)
    assert sign_in(client, password=new).status_code == 302
    assert "Ce lien ne sert plus" in text(Client().get(link[1], follow=True))


def test_an_address_without_account_gets_a_letter_that_says_so(client: Client) -> None:
    response = client.post(
        "/compte/mot-de-passe-oublie", {"email": "personne@example.org"}, follow=True
    )
    assert "La lettre est partie" in text(response)
    assert mail.outbox[0].subject == "[Beffroi] Aucun compte à cette adresse"
    assert "http" not in str(mail.outbox[0].body)


def test_letters_asked_for_again_and_again_are_refused(client: Client) -> None:
    responses = [
        client.post("/compte/mot-de-passe-oublie", {"email": ADDRESS}) for _attempt in range(6)
    ]
    assert responses[-1].status_code == 429
    assert "Trop de demandes" in text(responses[-1])
