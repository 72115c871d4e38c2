"""Handing in by a deposit link: the whole way without account, and nothing beside it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from beffroi.partners.models import Organisation
from beffroi.returns.campaigns.actions import Terms, close_campaign, prepare_campaign
from beffroi.returns.links import make_link, revoke, secret_of
from beffroi.returns.models import Campaign, Delivery, DepositLink, LineMatch, Return
from beffroi.returns.pages import desk as doors
from tests.returns.deliveries.desk import FIRST, Desk, by_link, line, workbook
from tests.returns.deliveries.test_pages import client_of

CONTENT = workbook(line("A1", "10"), line("A2", "20"))
DOUBTFUL = "Réhabilitation de la piscine des Weppes"


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def link(desk: Desk) -> DepositLink:
    """For the Pas-de-Calais; the Nord is asked too."""
    asked = [(Organisation.objects.get(slug=slug), None) for slug in ("cd62", "cd59")]
    due = datetime.date(2024, 3, 1)
    campaign = prepare_campaign(desk.contract, Terms("Essai", FIRST, due), asked, desk.user)
    return make_link(campaign.requests.get(partner=desk.partner), address="paul@62.exemple")


@pytest.fixture
def holder(link: DepositLink) -> Client:
    """Somebody who followed the link."""
    client = Client()
    assert client.get(reverse("deposit-link", args=[secret_of(link)])).status_code == 302
    return client


def at(link: DepositLink, name: str, **arguments: Any) -> str:
    return reverse(f"deposit:{name}", kwargs={"link": link.pk, **arguments})


def sent(content: bytes = CONTENT, **more: Any) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("suivi.csv", content), **more}


def main_of(answer: Any) -> str:
    """The content of a page, without what surrounds every page."""
    assert answer.status_code == 200
    return answer.content.decode().replace("&#x27;", "'").split("<main")[1].split("</main")[0]


def test_from_the_link_to_the_ledger(desk: Desk, link: DepositLink, holder: Client) -> None:
    desk.known("etat", DOUBTFUL, commune="62041")
    page = main_of(holder.get(at(link, "home")))
    assert at(link, "deposit") in page
    form = main_of(holder.get(at(link, "deposit")))
    assert 'name="whose"' not in form, "it is known whose word it is"
    assert 'name="on"' not in form
    content = workbook(line("A1", "10", title=f"{DOUBTFUL}, phase 2"), line("A2", "20"))
    answer = holder.post(at(link, "deposit"), sent(content), follow=True)
    delivery = Delivery.objects.get()
    here = at(link, "delivery", number=delivery.pk)
    assert answer.redirect_chain == [(here, 302)]
    assert "<progress" in main_of(answer)
    assert (delivery.partner, delivery.effective_on) == (desk.partner, FIRST)
    assert (delivery.request, delivery.link, delivery.sender) == (link.request, link, None)
    assert "paul@62.exemple" in delivery.sender_name
    progress = holder.get(at(link, "delivery-progress", number=delivery.pk), HTTP_HX_REQUEST="true")
    assert progress.status_code == 200
    assert here in main_of(holder.get(at(link, "home"))), "it goes on from the first page"

    assert desk.worked(delivery).state == "matching"
    asked = delivery.matches.get(standing=LineMatch.Standing.ASKED)
    following = at(link, "delivery-next", number=delivery.pk, after=0)
    question = at(link, "delivery-operation", number=delivery.pk, match=asked.pk)
    assert holder.get(following)["Location"] == question
    assert DOUBTFUL in main_of(holder.get(question))
    holder.post(question, {"operation": str(asked.candidates[0]["operation"])})

    assert desk.worked(delivery).state == "ready"
    preview = main_of(holder.get(at(link, "delivery-preview", number=delivery.pk)))
    assert "Soumettre cette remontée" in preview
    act = at(link, "delivery-act", number=delivery.pk)
    holder.post(act, {"action": "submit", "seen": "on"})
    assert desk.worked(delivery).state == "submitted"
    assert "inscrite au grand livre" in main_of(holder.get(here))
    assert desk.said(FIRST)[("cd62", "programmed")] == 3000
    assert "paul@62.exemple" in delivery.submitter_name
    kept = holder.get(at(link, "delivery-file", number=delivery.pk))
    assert b"".join(kept.streaming_content) == content
    link.refresh_from_db()
    assert link.last_used_at is not None
    page = main_of(holder.get(at(link, "home")))
    assert "Votre remontée est soumise" in page


def test_no_page_behind_a_link_leads_elsewhere(
    desk: Desk, link: DepositLink, holder: Client
) -> None:
    desk.known("etat", DOUBTFUL, commune="62041")
    visitor = by_link(desk, link)
    content = workbook(line("A1", "10", title=f"{DOUBTFUL}, phase 2"))
    number = visitor.read(content).pk
    match = LineMatch.objects.get().pk
    pages = [
        at(link, "home"),
        at(link, "deposit"),
        at(link, "delivery", number=number),
        at(link, "delivery-operations", number=number),
        at(link, "delivery-operation", number=number, match=match),
    ]
    for address in pages:
        answer = holder.get(address)
        assert "/espace/" not in main_of(answer), address
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cache-Control"] == "private, no-store"


def test_deliveries_beside_the_request_do_not_exist(
    desk: Desk, link: DepositLink, holder: Client
) -> None:
    other = Campaign.objects.get().requests.get(partner__slug="cd59")
    neighbour = by_link(desk, make_link(other, address="luc@59.exemple"))
    beside = {
        "another partner's": neighbour.read(CONTENT).pk,
        "its own, at another date": desk.read(CONTENT, FIRST - datetime.timedelta(days=30)).pk,
        "none": 999999,
    }
    for name, number in beside.items():
        for page in ("delivery", "delivery-progress", "delivery-file", "delivery-act"):
            assert holder.get(at(link, page, number=number)).status_code == 404, (name, page)
        for page in ("delivery-operations", "delivery-preview", "delivery-all-new"):
            assert holder.get(at(link, page, number=number)).status_code == 404, (name, page)
        withdrawn = holder.post(at(link, "delivery-act", number=number), {"action": "withdraw"})
        assert withdrawn.status_code == 404, name
    assert not Delivery.objects.filter(state="withdrawn").exists()
    slug = {"slug": desk.contract.slug}
    for name in ("list", "deposit", "campaigns", "layouts", "rules"):
        answer = holder.get(reverse(f"returns:{name}", kwargs=slug))
        assert answer["Location"].startswith("/compte/connexion"), name


def test_the_form_does_not_choose_whose_word_it_is(
    desk: Desk, link: DepositLink, holder: Client
) -> None:
    nord = Organisation.objects.get(slug="cd59")
    address = at(link, "deposit") + f"?demande={Campaign.objects.get().requests.last().pk}"
    holder.post(address, sent(whose=str(nord.pk), on="2020-12-31"))
    delivery = Delivery.objects.get()
    assert (delivery.partner, delivery.effective_on) == (desk.partner, FIRST)
    assert delivery.request == link.request


@pytest.mark.parametrize("how", ["revoked", "closed"])
def test_a_link_that_is_over_stops_half_way(
    desk: Desk, link: DepositLink, holder: Client, how: str
) -> None:
    delivery = by_link(desk, link).read(CONTENT)
    assert delivery.state == "ready"
    if how == "revoked":
        revoke(link)
    else:
        close_campaign(link.request.campaign)
    act = at(link, "delivery-act", number=delivery.pk)
    for answer in (
        holder.get(at(link, "delivery", number=delivery.pk)),
        holder.get(at(link, "delivery-file", number=delivery.pk)),
        holder.post(at(link, "deposit"), sent()),
        holder.post(act, {"action": "submit", "seen": "on"}),
    ):
        assert answer.status_code == 404
        assert "suivi.csv" not in answer.content.decode()
    delivery.refresh_from_db()
    assert (delivery.state, Delivery.objects.count()) == ("ready", 1)
    assert not Return.objects.exists()


def test_what_came_by_a_link_goes_on_in_the_workspace(desk: Desk, link: DepositLink) -> None:
    delivery = by_link(desk, link).read(CONTENT)
    address = reverse("returns:delivery", args=[desk.contract.slug, delivery.pk])
    for level, partner, status in (
        ("manager", "", 200),
        ("contributor", "cd62", 200),
        ("contributor", "cd59", 404),
        ("reader", "", 404),
        ("nobody", "", 404),
    ):
        answer = client_of(desk, level, partner).get(address)
        assert answer.status_code == status, (level, partner)
        assert ("paul@62.exemple" in answer.content.decode()) is (status == 200)


def test_a_link_acts_only_so_often(
    desk: Desk, link: DepositLink, holder: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "POSTS", 3)
    wrong = {"file": ""}
    answers = [holder.post(at(link, "deposit"), wrong).status_code for _ in range(5)]
    assert answers == [422, 422, 422, 429, 429]
    assert holder.get(at(link, "deposit")).status_code == 200, "looking stays possible"
    other = make_link(link.request)
    neighbour = Client()
    neighbour.get(reverse("deposit-link", args=[secret_of(other)]))
    assert neighbour.post(at(other, "deposit"), wrong).status_code == 422


def test_writing_by_a_link_needs_the_page_that_asked(desk: Desk, link: DepositLink) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.get(reverse("deposit-link", args=[secret_of(link)]))
    assert strict.post(at(link, "deposit"), sent()).status_code == 403
    assert not Delivery.objects.exists()


def test_the_prefilled_workbook_is_of_its_own_request(
    desk: Desk, link: DepositLink, holder: Client
) -> None:
    desk.submitted(desk.read(CONTENT))
    home = main_of(holder.get(at(link, "home")))
    for kind in ("xlsx", "ods"):
        mine = at(link, "prefilled", number=link.request_id, kind=kind)
        assert mine in home
        answer = holder.get(mine)
        name = f"modele-beffroi-demo-cper-cd62-2023-12-31.{kind}"
        assert name in answer["Content-Disposition"]
        sent_back = {"file": SimpleUploadedFile(name, answer.content)}
        holder.post(at(link, "deposit"), sent_back)
        delivery = desk.worked(Delivery.objects.latest("pk"))
        assert delivery.preview["counts"] == {"added": 0, "changed": 0, "removed": 0, "same": 2}
        holder.post(at(link, "delivery-act", number=delivery.pk), {"action": "withdraw"})
    other = Campaign.objects.get().requests.get(partner__slug="cd59")
    assert holder.get(at(link, "prefilled", number=other.pk, kind="ods")).status_code == 404
    mine = at(link, "prefilled", number=link.request_id, kind="exe")
    assert holder.get(mine).status_code == 404
    address = reverse("returns:prefilled", args=["demo-cper", link.request_id, "ods"])
    statuses = {
        (level, partner): client_of(desk, level, partner).get(address).status_code
        for level, partner in (
            ("manager", ""),
            ("contributor", "cd62"),
            ("contributor", "cd59"),
            ("reader", ""),
            ("nobody", ""),
        )
    }
    assert list(statuses.values()) == [200, 200, 403, 403, 404]
