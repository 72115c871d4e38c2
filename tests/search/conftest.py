"""A small world in which there is something of every kind."""

from __future__ import annotations

import pytest
from django.test import Client

from beffroi.accounts.models import User
from beffroi.contracts.models import Access, Contract, Fact, Participation
from beffroi.files.models import StoredFile
from beffroi.journal.actions import posting
from beffroi.operations.identity import plain
from beffroi.operations.models import (
    Location,
    Operation,
    Reference,
)
from beffroi.operations.proposals import NewOperation
from beffroi.partners.models import Organisation
from beffroi.returns.models import Return
from beffroi.territories.models import (
    Commune,
    Department,
    Epci,
    FormerCommune,
    Perimeter,
    PerimeterVersion,
)
from tests.search.answers import DAY, TITLES, operations
from tests.worlds import World, make_world


@pytest.fixture
def world() -> World:
    """Three operations with titles, owners, codes of a partner, a place; two of a stranger."""
    world = make_world(operations=0)
    first, second, third = operations(
        world.contract,
        NewOperation(TITLES[0], owner_name="Ville d'Étaples", owner_siret="21620318800017"),
        NewOperation(TITLES[1], owner_name="Région d'essai"),
        NewOperation(TITLES[2]),
    )
    department = Department.objects.create(code="99", name="Ailleurs", region="00")
    epci = Epci.objects.create(siren="999999999", name="Pays d'essai", sort_key="pays d'essai")
    bourg = Commune.objects.create(
        code="99001",
        name="Bourg-l'Évêque",
        sort_key="bourg-l'eveque",
        department=department,
        epci=epci,
        population=800,
        postal_codes="99100",
        vintage=2026,
    )
    FormerCommune.objects.create(code="99009", commune=bourg)
    perimeter = Perimeter.objects.create(slug="PSAT", name="Périmètre d'essai")
    partner = Organisation.objects.get(slug="source-0")
    Organisation.objects.filter(pk=partner.pk).update(siren="123456789")
    Operation.objects.filter(pk=third).update(owner=partner)
    with posting("contract", "ce qu'on en dit") as opened:
        Location.objects.create(operation_id=first, commune=bourg, posting_id=opened.id)
        PerimeterVersion.objects.create(
            perimeter=perimeter, effective_on=DAY, posting_id=opened.id, source="essai"
        )
        Reference.objects.create(
            operation_id=second,
            partner=partner,
            code=plain("EJ 2103-456789"),
            title=plain("Chaufferie biomasse"),
            written="Chaufferie biomasse",
            posting_id=opened.id,
        )
    Participation.objects.create(contract=world.contract, organisation=partner, role="signatory")
    Fact.objects.create(
        contract=world.contract, group="Cadre", label="Évaluation", value="Une clause de revoyure"
    )
    StoredFile.objects.create(sha256="a" * 64, size=1, name="suivi_CPER-2023.xlsx")
    with posting("return", "remontée") as opened:
        Return.objects.create(
            contract=world.contract,
            partner=partner,
            effective_on=DAY,
            file_id="a" * 64,
            layout="essai",
            rows=1,
            posting_id=opened.id,
        )
    return World(world.contract, world.nodes, world.sources, [first, second, third])


@pytest.fixture
def client(world: World) -> Client:
    user = User.objects.create_user("lecteur@exemple.fr", "x" * 12, full_name="Lecteur")
    Access.objects.create(contract=world.contract, user=user, level="reader")
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def stranger(world: World) -> Client:
    """Somebody who sees another contract, in which there is nothing."""
    other = Contract.objects.create(slug="autre", name="Autre pacte", kind="cper")
    user = User.objects.create_user("b@exemple.fr", "x" * 12, full_name="B")
    Access.objects.create(contract=other, user=user, level="manager")
    client = Client()
    client.force_login(user)
    return client
