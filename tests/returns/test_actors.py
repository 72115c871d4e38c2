"""Who may do what with returns: a table of actors and objects."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pytest
from django.utils import timezone

from beffroi.accounts.models import User
from beffroi.contracts.models import Access, Contract
from beffroi.partners.models import Organisation
from beffroi.returns.actors import Actor, holding, signed_in
from beffroi.returns.models import Campaign, Delivery, DepositLink, Recipient, Request
from tests.worlds import FILE, World, make_world

pytestmark = pytest.mark.django_db

DAY = datetime.date(2024, 12, 31)
LOOK = {"see"}
HAND_IN = {"see", "deposit"}
ALL = {"see", "deposit", "review"}


@dataclass(frozen=True)
class Round:
    """A campaign that asks two partners, with a delivery of each."""

    world: World
    requests: tuple[Request, Request]
    deliveries: tuple[Delivery, Delivery]


def asked(campaign: Campaign, organisation: Organisation) -> tuple[Request, Delivery]:
    request = Request.objects.create(campaign=campaign, partner=organisation)
    delivery = Delivery.objects.create(
        contract=campaign.contract,
        partner=organisation,
        effective_on=DAY,
        request=request,
        file_id=FILE,
        file_name="classeur.xlsx",
        state="received",
    )
    return request, delivery


@pytest.fixture
def opened() -> Round:
    world = make_world()
    campaign = Campaign.objects.create(
        contract=world.contract, title="Essai", effective_on=DAY, opens_on=DAY, due_on=DAY
    )
    pairs = [asked(campaign, each) for each in Organisation.objects.order_by("slug")]
    (first, its), (second, other) = pairs
    return Round(world, (first, second), (its, other))


def person(contract: Contract, level: str, organisation: Organisation | None = None) -> Actor:
    user = User.objects.create_user(f"{level}@exemple.fr", "x" * 12, full_name="Personne")
    Access.objects.create(contract=contract, user=user, level=level, organisation=organisation)
    return signed_in(user, contract)


def link_to(request: Request, address: str = "") -> DepositLink:
    return DepositLink.objects.create(
        request=request,
        digest="a" * 64,
        address=address,
        expires_at=timezone.now() + datetime.timedelta(days=1),
    )


@pytest.mark.parametrize(
    ("who", "own", "others"),
    [
        ("reader", LOOK, LOOK),
        ("contributor", HAND_IN, LOOK),
        ("manager", ALL, ALL),
        ("manager of the partner alone", HAND_IN, ALL),
        ("link", HAND_IN, set()),
        ("stranger", set(), set()),
    ],
)
def test_what_each_may_do(opened: Round, who: str, own: set[str], others: set[str]) -> None:
    contract = opened.world.contract
    if who == "link":
        actor = holding(link_to(opened.requests[0]))
    elif who == "stranger":
        elsewhere = Contract.objects.create(slug="ailleurs", name="Ailleurs", kind="cper")
        actor = person(elsewhere, "manager")
    else:
        spoken_for = opened.requests[0].partner
        partner = spoken_for if who in {"contributor", "manager of the partner alone"} else None
        actor = person(contract, who.split(maxsplit=1)[0], partner)
    assert actor.abilities(opened.deliveries[0]) == own
    assert actor.abilities(opened.requests[0]) == own
    assert actor.abilities(opened.deliveries[1]) == others
    assert actor.abilities(opened.requests[1]) == others


def test_who_manages_for_two_reviews_the_returns_of_each(opened: Round) -> None:
    contract = opened.world.contract
    actor = person(contract, "manager", opened.requests[0].partner)
    assert actor.user
    Access.objects.create(
        contract=contract,
        user=actor.user,
        level="manager",
        organisation=opened.requests[1].partner,
    )
    both = signed_in(actor.user, contract)
    assert both.abilities(opened.deliveries[0]) == both.abilities(opened.deliveries[1]) == ALL


def test_whoever_left_may_do_nothing(opened: Round) -> None:
    actor = person(opened.world.contract, "contributor", opened.requests[0].partner)
    assert actor.user is not None
    actor.user.is_active = False
    assert signed_in(actor.user, opened.world.contract).abilities(opened.deliveries[0]) == set()


def test_a_link_does_not_reach_what_its_partner_hands_in_otherwise(opened: Round) -> None:
    actor = holding(link_to(opened.requests[0]))
    outside = Delivery(contract=opened.world.contract, partner=opened.requests[0].partner)
    assert actor.abilities(outside) == set()
    assert actor.abilities_for(opened.requests[0].partner_id) == set()


def test_how_the_others_read_of_a_link(opened: Round) -> None:
    request = opened.requests[0]
    link = link_to(request, "marie@exemple.fr")
    assert holding(link).name == "marie@exemple.fr (Source 0)"
    Recipient.objects.create(request=request, address="marie@exemple.fr", name="Marie D.")
    assert holding(link).name == "Marie D. (Source 0)"
