"""A contract, who may do what in it, and somebody of another contract."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from beffroi.accounts.models import User
from beffroi.contracts.models import Access, Contract
from beffroi.operations.models import Operation
from tests.reconciliation.words import D24, say
from tests.worlds import World, make_world

PEOPLE = {
    "pilote": ("manager", "Paule Pilote"),
    "contrib": ("contributor", "Anne Petit"),
    "lecteur": ("reader", "Luc Lecteur"),
}


@pytest.fixture
def world() -> World:
    world = make_world()
    say(world, D24, world.said(160_00), world.said(70_00, funder=1))
    neighbour = Contract.objects.create(
        slug="voisin", name="Voisin", kind="erbm", fictitious=True, levels=["axe"]
    )
    for name, (level, full_name) in PEOPLE.items():
        _let_in(world.contract, name, full_name, level, world.sources[0])
    _let_in(neighbour, "voisine", "Vera Voisine", "manager", world.sources[1])
    return world


def _let_in(contract: Contract, name: str, full_name: str, level: str, organisation: int) -> None:
    user = User.objects.create_user(f"{name}@exemple.fr", "x" * 12, full_name=full_name)
    Access.objects.create(
        contract=contract,
        user=user,
        level=level,
        organisation_id=organisation if level == "contributor" else None,
    )


@pytest.fixture
def person(world: World) -> Callable[[str], User]:
    return lambda name: User.objects.get(email=f"{name}@exemple.fr")


@pytest.fixture
def signed_in(world: World) -> Callable[[str], Client]:
    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(email=f"{name}@exemple.fr"))
        return client

    return sign_in


@pytest.fixture
def operation(world: World) -> Operation:
    return Operation.objects.get(pk=world.operations[0])
