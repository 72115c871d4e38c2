"""The layout: errors with a way back, a strict policy, nothing from elsewhere, two languages."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.test import Client, RequestFactory

from beffroi.accounts.actions import ensure_user
from beffroi.ui import errors
from beffroi.ui.middleware import MethodNotAllowedPage
from tests.ui.documents import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(
        ensure_user("camille@example.org", "Camille Delattre"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


def test_the_policy_lets_nothing_in_from_elsewhere(signed_in: Client) -> None:
    response = signed_in.get("/espace/composants")
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_no_page_names_another_site_nor_carries_inline_code(signed_in: Client) -> None:
    page = read(signed_in.get("/espace/composants").content.decode())
    assert not page.all("style")
    for element in page.all():
        assert "style" not in element.attributes, element
        assert not [name for name in element.attributes if name.startswith("on")], element
        for name in ("href", "src", "action"):
            address = element.attributes.get(name, "")
            assert not address.startswith(("http:", "https:", "//", "javascript:")), element
        if element.tag == "script":
            assert element.attributes["src"].startswith("/static/")


def test_ids_are_unique(signed_in: Client) -> None:
    page = read(signed_in.get("/espace/composants").content.decode())
    ids = [element.attributes["id"] for element in page.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))


def test_the_page_of_components_is_for_those_who_signed_in(client: Client) -> None:
    response = client.get("/espace/composants")
    assert response.status_code == 302
    assert response["Location"] == "/compte/connexion?next=/espace/composants"


def test_nothing_at_that_address(client: Client) -> None:
    response = client.get("/nulle-part")
    assert response.status_code == 404
    page = read(response.content.decode())
    assert page.all("h1")[0].text == "Page introuvable"
    assert "/" in [link.attributes["href"] for link in page.all("a")]


@pytest.mark.parametrize(
    ("page", "number"),
    [
        (errors.bad_request, 400),
        (errors.permission_denied, 403),
        (errors.page_not_found, 404),
        (errors.too_many_requests, 429),
    ],
)
def test_errors_have_one_sentence_and_a_way_back(
    rf: RequestFactory, page: Any, number: int
) -> None:
    raised = {400: SuspiciousOperation(), 403: PermissionDenied()}.get(number)
    response = page(rf.get("/"), raised)
    assert response.status_code == number
    document = read(response.content.decode())
    assert document.all("h1")
    assert any(link.attributes["href"] == "/" for link in document.all("a"))


def test_a_refusal_that_explains_itself_is_shown(rf: RequestFactory) -> None:
    response = errors.bad_request(rf.get("/"), BadRequest("Cette date n'existe pas."))
    assert "Cette date n&#x27;existe pas." in response.content.decode()
    silent = errors.bad_request(rf.get("/"), SuspiciousOperation("for the log alone"))
    assert "for the log alone" not in silent.content.decode()


def test_a_failure_asks_nothing_of_the_database(
    rf: RequestFactory, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        response = errors.server_error(rf.get("/"))
    assert response.status_code == 500
    assert read(response.content.decode()).all("h1")[0].text == "Beffroi s'est trompé"


def test_a_wrong_method_has_its_page(rf: RequestFactory) -> None:
    def refused(request: HttpRequest) -> HttpResponse:
        return HttpResponseNotAllowed(["POST"])

    response = MethodNotAllowedPage(refused)(rf.get("/"))
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "Action impossible" in response.content.decode()


def test_a_form_without_its_token_has_its_page() -> None:
    response = Client(enforce_csrf_checks=True).post("/compte/connexion", {})
    assert response.status_code == 403
    assert "plus valable" in response.content.decode()


def test_the_page_is_read_in_english_and_remembered(signed_in: Client) -> None:
    response = signed_in.post("/compte/langue", {"language": "en", "next": "/espace/composants"})
    assert response["Location"] == "/espace/composants"
    page = read(signed_in.get("/espace/composants").content.decode())
    assert page.all("html")[0].attributes["lang"] == "en"
    assert page.all("h1")[0].text == "Components"
    assert ensure_user("camille@example.org", "").language == "en"
