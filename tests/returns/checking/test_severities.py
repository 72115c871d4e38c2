"""A contract's own severities, and its waivers: what is let through stays in sight."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from beffroi.accounts.models import User
from beffroi.contracts.models import Access
from beffroi.partners.models import Organisation
from beffroi.returns.checking.actions import grant_waiver, revoke_waiver, set_severities
from beffroi.returns.checking.severities import Judged, judged
from beffroi.returns.models import RuleSeverity, Waiver
from beffroi.returns.reading.findings import finding
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db

TODAY = datetime.date.today()  # noqa: DTZ011
FINDINGS = [
    finding("S!A1", "siret_checksum", "123"),
    finding("S!A2", "siret_checksum", "456"),
    finding("S!H3", "negative_amount", "-5"),
]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def manager(world: World) -> User:
    user = User.objects.create_user("pilote@exemple.fr", "x" * 12, full_name="Pilote")
    Access.objects.create(contract=world.contract, user=user, level="manager")
    return user


def partner(world: World, rank: int = 0) -> Organisation:
    return Organisation.objects.get(pk=world.sources[rank])


def judge(world: World, rank: int = 0) -> Judged:
    return judged(FINDINGS, world.contract, partner(world, rank), TODAY)


def test_identical_findings_are_one_group(world: World) -> None:
    groups = {group.kind: len(group.findings) for group in judge(world).groups}
    assert groups == {"siret_checksum": 2, "negative_amount": 1}


def test_a_contract_sets_its_own_severities(world: World) -> None:
    assert (
        set_severities(world.contract, {"siret_checksum": "error", "negative_amount": "off"}) == 2
    )
    assert judge(world).counts == {"error": 2}
    assert set_severities(world.contract, {"siret_checksum": "warning"}) == 1
    assert not RuleSeverity.objects.filter(kind="siret_checksum").exists(), "the usual is not kept"
    assert judge(world).counts == {"warning": 2}


def test_a_waiver_lets_through_what_it_covers(world: World, manager: User) -> None:
    grant_waiver(
        world.contract,
        kind="siret_checksum",
        shown="123",
        partner=partner(world),
        reason="Association dissoute",
        author=manager,
        ends_on=TODAY,
    )
    mine = judge(world)
    assert mine.counts == {"warning": 2}
    assert [(w.reason, [f.where for f in found]) for w, found in mine.waived] == [
        ("Association dissoute", ["S!A1"])
    ]
    assert judge(world, 1).counts == {"warning": 3}, "another partner is not covered"


def test_a_waiver_over_or_revoked_lets_nothing_through(world: World, manager: User) -> None:
    waiver = grant_waiver(
        world.contract, kind="negative_amount", reason="Régul", author=manager, ends_on=TODAY
    )
    assert judge(world).counts == {"warning": 2}
    after = judged(FINDINGS, world.contract, partner(world), TODAY + datetime.timedelta(days=1))
    assert after.counts == {"warning": 3}
    revoke_waiver(waiver)
    assert judge(world).counts == {"warning": 3}


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_page_sets_waives_and_revokes(world: World, manager: User) -> None:
    client, page = client_of(manager), reverse("returns:rules", args=[world.contract.slug])
    form = client.get(page).context["severities"]
    wanted = {name: form[name].initial for name in form.fields} | {"decrease": "error"}
    assert client.post(page, {"do": "severities", **wanted}).status_code == 302
    assert RuleSeverity.objects.get().severity == "error"
    granted = {"do": "waive", "kind": "decrease", "reason": "Dégagement voté", "ends_on": TODAY}
    assert client.post(page, granted).status_code == 302
    waiver = Waiver.objects.get()
    assert waiver.author == manager
    assert "Dégagement voté" in client.get(page).content.decode()
    client.post(reverse("returns:revoke-waiver", args=[world.contract.slug, waiver.pk]))
    waiver.refresh_from_db()
    assert waiver.revoked_at is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"do": "waive", "kind": "decrease", "reason": "", "ends_on": "2090-01-01"},
        {"do": "waive", "kind": "decrease", "reason": "x", "ends_on": "2001-01-01"},
        {"do": "waive", "kind": "nothing", "reason": "x", "ends_on": "2090-01-01"},
        {"do": "waive", "kind": "decrease", "reason": "x", "ends_on": "hier"},
        {"do": "severities", "decrease": "terrible"},
        {"do": "anything"},
    ],
)
def test_a_wrong_form_is_refused_in_a_sentence(
    world: World, manager: User, wrong: dict[str, str]
) -> None:
    page = reverse("returns:rules", args=[world.contract.slug])
    assert client_of(manager).post(page, wrong).status_code == 400
    assert not Waiver.objects.exists()
    assert not RuleSeverity.objects.exists()


@pytest.mark.parametrize(("level", "status"), [("reader", 403), ("contributor", 403), ("", 404)])
def test_only_the_contract_team_sets_rules(world: World, level: str, status: int) -> None:
    user = User.objects.create_user("autre@exemple.fr", "x" * 12)
    if level:
        speaks = partner(world) if level == "contributor" else None
        Access.objects.create(contract=world.contract, user=user, level=level, organisation=speaks)
    page = reverse("returns:rules", args=[world.contract.slug])
    client = client_of(user)
    assert client.get(page).status_code == status
    assert client.post(page, {"do": "severities", "decrease": "off"}).status_code == status
    assert not RuleSeverity.objects.exists()
