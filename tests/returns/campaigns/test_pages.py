"""The pages of campaigns and of deposit links, for each kind of person."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from beffroi.accounts.models import User
from beffroi.contracts.models import Access, Contract
from beffroi.journal.models import Posting
from beffroi.returns.campaigns import actions
from beffroi.returns.links import make_link, revoke, secret_of
from beffroi.returns.models import Campaign, DepositLink, Letter, Request
from beffroi.returns.pages import link_door
from tests.returns.campaigns.rounds import Round, make_round, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def opened() -> Round:
    prepared = make_round(due_on=timezone.localdate() + datetime.timedelta(days=30))
    prepared.open(timezone.localdate())
    return prepared


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def follow(secret: str, client: Client | None = None) -> Any:
    return (client or Client()).get(reverse("deposit-link", args=[secret]))


# Who may do what.


def pages(round_: Round) -> dict[str, str]:
    slug, number, asked = round_.contract.slug, round_.campaign.pk, round_.nord.pk
    return {
        "list": reverse("returns:campaigns", args=[slug]),
        "board": reverse("returns:campaign", args=[slug, number]),
        "new": reverse("returns:campaign-new", args=[slug]),
        "change": reverse("returns:campaign-change", args=[slug, number]),
        "act": reverse("returns:campaign-act", args=[slug, number]),
        "ask": reverse("returns:request-new", args=[slug, number]),
        "request": reverse("returns:request", args=[slug, asked]),
        "request act": reverse("returns:request-act", args=[slug, asked]),
    }


@pytest.mark.parametrize(
    ("level", "look", "run"),
    [
        ("manager", 200, {200, 302}),
        ("contributor", 200, {403}),
        ("reader", 200, {403}),
        ("stranger", 404, {404}),
    ],
)
def test_who_may_open_which_page(opened: Round, level: str, look: int, run: set[int]) -> None:
    user = person(f"{level}@exemple.fr")
    contract = opened.contract
    if level == "stranger":
        contract, level = Contract.objects.create(slug="loin", name="Loin", kind="cper"), "manager"
    partner = opened.nord.partner if level == "contributor" else None
    Access.objects.create(contract=contract, user=user, level=level, organisation=partner)
    client = signed_in(user)
    for name, address in pages(opened).items():
        answer = client.get(address)
        if name in {"list", "board"}:
            assert answer.status_code == look, name
        else:
            assert answer.status_code in run, name
    for name in ("act", "request act"):
        before = Campaign.objects.get().closed_at
        answer = client.post(pages(opened)[name], {"action": "close"})
        if run & {403, 404}:
            assert answer.status_code in run, name
            assert Campaign.objects.get().closed_at == before


def test_nobody_enters_without_signing_in(opened: Round) -> None:
    for address in pages(opened).values():
        answer = Client().get(address)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/compte/connexion")


def test_the_campaigns_of_another_contract_are_not_reached(opened: Round) -> None:
    other = Contract.objects.create(slug="autre", name="Autre", kind="cper")
    Access.objects.create(contract=other, user=opened.pilot, level="manager")
    client = signed_in(opened.pilot)
    for name in ("campaign", "campaign-change", "campaign-act", "request-new"):
        assert client.get(reverse(f"returns:{name}", args=["autre", 1])).status_code == 404
    address = reverse("returns:request", args=["autre", opened.nord.pk])
    assert client.get(address).status_code == 404


def test_only_who_runs_the_campaign_sees_addresses(opened: Round) -> None:
    board = pages(opened)["board"]
    assert "Claire du Nord" in signed_in(opened.pilot).get(board).content.decode()
    reader = person("lecture@exemple.fr")
    Access.objects.create(contract=opened.contract, user=reader, level="reader")
    page = signed_in(reader).get(board).content.decode()
    assert "Nord" in page
    assert "Claire" not in page
    assert "<form" not in page.split("<main")[1].split("</main")[0]


# Running a campaign.


def said(**changes: str) -> dict[str, Any]:
    return {
        "title": "Remontées au 30/06/2025",
        "effective_on": "2025-06-30",
        "due_on": "2027-09-15",
        "message": "",
        "reminders": "J-10, J+2",
        **changes,
    }


def test_a_campaign_from_nothing_to_open(opened: Round) -> None:
    client = signed_in(opened.pilot)
    asked = [str(opened.nord.partner_id), str(opened.lille.partner_id)]
    answer = client.post(pages(opened)["new"], {**said(), "asked": asked})
    made = Campaign.objects.exclude(pk=opened.campaign.pk).get()
    assert answer["Location"] == reverse("returns:campaign", args=["monde", made.pk])
    assert (made.reminders, made.opens_on, made.requests.count()) == ([-10, 2], None, 2)
    act = reverse("returns:campaign-act", args=["monde", made.pk])
    page = client.post(act, {"action": "open"}, follow=True).content.decode()
    assert "Campagne ouverte. 1 courriel part dans la minute." in page
    page = client.post(act, {"action": "open"}, follow=True).content.decode()
    assert "Cette campagne est déjà ouverte." in page
    page = client.post(act, {"action": "remind"}, follow=True).content.decode()
    assert "1 courriel part" in page
    client.post(act, {"action": "close"})
    made.refresh_from_db()
    assert made.closed_at is not None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": " "}, "Ce champ est obligatoire"),
        ({"effective_on": "hier"}, "date valide"),
        ({"due_on": ""}, "Ce champ est obligatoire"),
        ({"reminders": "J-3, bientôt"}, "Écrivez des nombres de jours"),
        ({"reminders": ", ".join(map(str, range(20)))}, "Pas plus de 12 rappels"),
        ({"reminders": "J-900"}, "moins d&#x27;un an"),
        ({"effective_on": "2024-12-31"}, "déjà ouverte"),
        ({"asked": "999999"}, "999999 n’en fait pas partie"),
        ({"asked": ""}, "Choisissez au moins un partenaire"),
        ({"title": "x" * 300}, "200"),
    ],
)
def test_a_wrong_campaign_is_refused_in_a_sentence(
    opened: Round, changes: dict[str, str], sentence: str
) -> None:
    data = {"asked": str(opened.nord.partner_id), **said(), **changes}
    if not data["asked"]:
        del data["asked"]
    answer = signed_in(opened.pilot).post(pages(opened)["new"], data)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert Campaign.objects.count() == 1


@pytest.mark.parametrize(
    "written", ["J-15, J-3, J+1, J+8", "-15 -3;1 ; +8", "\u221215 \u22123 1 8"]
)
def test_reminders_as_people_write_them(opened: Round, written: str) -> None:
    data = {"asked": str(opened.nord.partner_id), **said(reminders=written)}
    signed_in(opened.pilot).post(pages(opened)["new"], data)
    assert Campaign.objects.get(effective_on="2025-06-30").reminders == [-15, -3, 1, 8]


def test_the_next_campaign_by_one_button(opened: Round) -> None:
    client = signed_in(opened.pilot)
    page = client.post(pages(opened)["act"], {"action": "next"}, follow=True).content.decode()
    assert "relisez ses dates" in page
    made = Campaign.objects.exclude(pk=opened.campaign.pk).get()
    assert made.requests.count() == 3
    page = client.post(pages(opened)["act"], {"action": "next"}, follow=True).content.decode()
    assert "déjà ouverte" in page


def test_an_unknown_action_is_refused(opened: Round) -> None:
    client = signed_in(opened.pilot)
    for name in ("act", "request act"):
        assert client.post(pages(opened)[name], {"action": "détruire"}).status_code == 400
        assert client.post(pages(opened)[name]).status_code == 400


def test_one_request_run_by_hand(opened: Round) -> None:
    client = signed_in(opened.pilot)
    act = pages(opened)["request act"]

    def do(**data: str) -> str:
        answer = client.post(act, data, follow=True)
        assert answer.status_code == 200
        return answer.content.decode().replace("&#x27;", "'")

    assert "recevra les courriels" in do(action="add_recipient", address="Luc@nord.exemple")
    luc = opened.nord.recipients.get(address="luc@nord.exemple")
    assert "vérifiez-la" in do(action="add_recipient", address="luc")
    assert "plus rien" in do(action="remove_recipient", recipient=str(luc.pk))
    assert "n'est plus destinataire" in do(action="remove_recipient", recipient=str(luc.pk))
    assert "n'est plus destinataire" in do(action="remove_recipient", recipient="x")
    assert "Ce champ est obligatoire" in do(action="extend", due_on="2030-01-01")
    assert "au-delà" in do(action="extend", due_on="2020-01-01", reason="Trop tôt")
    assert "Délai accordé." in do(action="extend", due_on="2030-01-01", reason="Comptes")
    assert "de nouveau celle" in do(action="restore")
    assert "Dispense accordée" in do(action="excuse", reason="Rien cette année")
    assert "de nouveau attendue" in do(action="ask_again")
    assert "1 courriel part" in do(action="remind")
    assert "déjà été relancé" in do(action="remind")
    assert "Demande retirée" in do(action="withdraw")
    assert not Request.objects.filter(pk=opened.nord.pk).exists()


def test_a_link_made_by_hand_is_shown_once(opened: Round) -> None:
    client = signed_in(opened.pilot)
    answer = client.post(pages(opened)["request act"], {"action": "link"})
    page = answer.content.decode()
    secret = re.findall(r"/depot/ouvrir/([\w-]+)", page)[0]
    assert answer["Cache-Control"] == "private, no-store"
    assert "/depot/ouvrir/" not in client.get(pages(opened)["request"]).content.decode()
    assert follow(secret).status_code == 302
    link = DepositLink.objects.get()
    assert secret not in str(DepositLink.objects.values_list().get())
    client.post(pages(opened)["request act"], {"action": "revoke", "link": str(link.pk)})
    assert follow(secret).status_code == 404


def test_what_was_mailed_is_read_without_its_link(opened: Round) -> None:
    actions.add_recipient(opened.nord, "luc@nord.exemple")
    page = signed_in(opened.pilot).get(pages(opened)["request"]).content.decode()
    assert "(lien envoyé par courriel)" in page
    assert "⟦" not in page


# Behind a link.


@pytest.fixture
def link(opened: Round) -> DepositLink:
    return make_link(opened.lille, address="paul@lille.exemple")


def test_a_link_opens_its_own_page_without_account(opened: Round, link: DepositLink) -> None:
    client = Client()
    answer = follow(secret_of(link), client)
    assert (answer.status_code, answer["Location"]) == (302, f"/depot/{link.pk}/")
    cookie = answer.cookies["depot"]
    assert cookie["path"] == f"/depot/{link.pk}/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    page = client.get(f"/depot/{link.pk}/")
    text = page.content.decode()
    for shown in ("Métropole de Lille", "31/12/2024", "Monde d&#x27;essai"):
        assert shown in text
    assert "/espace/" not in text.split("<main")[1].split("</main")[0]
    assert secret_of(link) not in text
    for each in (answer, page):
        assert each["Referrer-Policy"] == "same-origin"
        assert each["Cache-Control"] == "private, no-store"
        assert each["X-Robots-Tag"] == "noindex, nofollow"


def test_reading_by_a_link_writes_nothing(opened: Round, link: DepositLink) -> None:
    client = Client()
    follow(secret_of(link), client)
    client.get(f"/depot/{link.pk}/")
    link.refresh_from_db()
    assert link.last_used_at is None
    assert link.events.count() == 1


def test_all_that_opens_nothing_looks_the_same(opened: Round, link: DepositLink) -> None:
    answers = {}
    secret = secret_of(link)
    answers["unknown"] = follow("A" * 43)
    answers["nonsense"] = follow("é" * 5)
    answers["without cookie"] = Client().get(f"/depot/{link.pk}/")
    answers["no such link"] = Client().get("/depot/999999/")
    client = Client()
    follow(secret, client)
    actions.close_campaign(opened.campaign)
    answers["closed"] = follow(secret)
    answers["closed page"] = client.get(f"/depot/{link.pk}/")
    actions.reopen_campaign(opened.campaign)
    assert client.get(f"/depot/{link.pk}/").status_code == 200
    DepositLink.objects.update(expires_at=timezone.now() + datetime.timedelta(microseconds=1))
    answers["expired"] = follow(secret)
    answers["expired page"] = client.get(f"/depot/{link.pk}/")
    DepositLink.objects.update(expires_at=timezone.now() + datetime.timedelta(days=1))
    revoke(link)
    answers["revoked"] = follow(secret)
    answers["revoked page"] = client.get(f"/depot/{link.pk}/")
    seen = {
        name: (
            answer.status_code,
            re.sub(r'value="[^"]*"', "", answer.content.decode()),
            answer["Referrer-Policy"],
            answer["Cache-Control"],
        )
        for name, answer in answers.items()
    }
    assert {status for status, *_ in seen.values()} == {404}
    assert len(set(seen.values())) == 1, "one calm page"


def test_a_link_reaches_no_page_of_another(opened: Round, link: DepositLink) -> None:
    other = make_link(opened.amiens)
    client = Client()
    follow(secret_of(link), client)
    client.cookies["depot"]["path"] = "/"
    assert client.get(f"/depot/{link.pk}/").status_code == 200
    assert client.get(f"/depot/{other.pk}/").status_code == 404
    assert client.get(pages(opened)["board"]).status_code == 302, "to the door"


def test_whoever_tries_many_secrets_is_stopped_alone(opened: Round, link: DepositLink) -> None:
    curious = Client(REMOTE_ADDR="192.0.2.7")
    for _ in range(link_door.WRONG):
        assert follow("A" * 43, curious).status_code == 404
    assert follow("A" * 43, curious).status_code == 429
    assert follow(secret_of(link), curious).status_code == 429
    assert follow(secret_of(link)).status_code == 302


def test_behind_a_proxy_the_visitor_is_whom_it_names(
    opened: Round, link: DepositLink, settings: Any
) -> None:
    def through(address: str, secret: str) -> int:
        answer = Client(HTTP_X_FORWARDED_FOR=f"203.0.113.1, {address}").get(
            reverse("deposit-link", args=[secret])
        )
        return int(answer.status_code)

    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for _ in range(link_door.WRONG):
        through("192.0.2.7", "A" * 43)
    assert through("192.0.2.7", secret_of(link)) == 429
    assert through("192.0.2.8", secret_of(link)) == 302
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    for _ in range(link_door.WRONG):
        through("192.0.2.9", "A" * 43)
    assert through("192.0.2.10", secret_of(link)) == 429, "the header is nobody's word"


def test_the_key_of_the_site_makes_the_secret(
    opened: Round, link: DepositLink, settings: Any
) -> None:
    secret = secret_of(link)
    settings.SECRET_KEY = "x" * 60
    assert secret_of(link) != secret
    assert follow(secret).status_code == 302, "what was handed out still opens"


def test_letters_and_postings_are_not_touched_by_looking(opened: Round) -> None:
    counts = (Letter.objects.count(), Posting.objects.count())
    client = signed_in(opened.pilot)
    for address in pages(opened).values():
        client.get(address)
    assert (Letter.objects.count(), Posting.objects.count()) == counts
