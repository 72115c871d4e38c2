"""The directory of a contract: who is in it, who may read it, what its files hold."""

from __future__ import annotations

import datetime
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from beffroi.accounts.models import User
from beffroi.contracts.models import Access, Contract, Participation
from beffroi.partners.models import Membership, Organisation, Service
from beffroi.returns.models import Campaign, Recipient, Request
from beffroi.ui.columns import Table
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db
DIRECTORY = "/espace/contrats/monde/annuaire"


@pytest.fixture
def world() -> World:
    world = make_world()
    Participation.objects.create(
        contract=world.contract, organisation_id=world.sources[0], role="signatory", rank=1
    )
    service = Service.objects.create(organisation_id=world.sources[0], name="Service des routes")
    anne = person(world.contract, "anne", "Anne Petit", "contributor", world.sources[0])
    Membership.objects.create(user=anne, organisation_id=world.sources[0], service=service)
    person(world.contract, "paule", "=HYPERLINK(1)", "manager")
    gone = person(world.contract, "parti", "Parti", "reader")
    gone.is_active = False
    gone.save()
    neighbour = Contract.objects.create(
        slug="voisin", name="Voisin", kind="erbm", fictitious=True, levels=["axe"]
    )
    person(neighbour, "vera", "Vera Voisine", "manager")
    for contract, address in ((world.contract, "demande@exemple.fr"), (neighbour, "v@exemple.fr")):
        campaign = Campaign.objects.create(
            contract=contract,
            title="C",
            effective_on=datetime.date(2024, 12, 31),
            due_on=datetime.date(2025, 2, 1),
        )
        request = Request.objects.create(campaign=campaign, partner_id=world.sources[1])
        Recipient.objects.create(request=request, address=address, name="Guichet")
    return world


def person(
    contract: Contract, name: str, full_name: str, level: str, organisation: int | None = None
) -> User:
    user = User.objects.create_user(f"{name}@exemple.fr", "x" * 12, full_name=full_name)
    Access.objects.create(contract=contract, user=user, level=level, organisation_id=organisation)
    return user


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=f"{name}@exemple.fr"))
    return client


def lines(table: Table) -> list[list[object]]:
    return list(table.as_rows())[1:]


def test_people_recipients_and_organisations_of_this_contract_alone(world: World) -> None:
    people, organisations = signed_in("paule").get(DIRECTORY).context["tables"]
    assert lines(people) == [
        ["=HYPERLINK(1)", "paule@exemple.fr", None, None, "pilotage"],
        ["Anne Petit", "anne@exemple.fr", "Source 0", "Service des routes", "contribution"],
        ["Guichet", "demande@exemple.fr", "Source 1", None, "destinataire des campagnes"],
    ]
    assert lines(organisations) == [["Source 0", "signataire", "Service des routes"]]


def test_a_membership_that_ended_is_not_told(world: World) -> None:
    Membership.objects.update(until=datetime.date(2020, 1, 1))
    people, _organisations = signed_in("paule").get(DIRECTORY).context["tables"]
    assert ["Anne Petit", "anne@exemple.fr", "Source 0", None, "contribution"] in lines(people)


@pytest.mark.parametrize(
    ("asked", "count"),
    [("routes", 1), ("PETIT anne", 1), ("source 1", 1), ("voisine", 0), ("exemple.fr", 3)],
)
def test_it_is_searched(world: World, asked: str, count: int) -> None:
    people, _organisations = signed_in("anne").get(DIRECTORY, {"q": asked}).context["tables"]
    assert len(people.rows) == count


def test_who_may_read_it(world: World, client: Client) -> None:
    assert signed_in("anne").get(DIRECTORY).status_code == 200
    assert client.get(DIRECTORY).status_code == 403  # a reader
    assert signed_in("vera").get(DIRECTORY).status_code == 404
    assert signed_in("paule").post(DIRECTORY).status_code == 405
    link = f'href="{DIRECTORY}"'
    sheet = "/espace/contrats/monde/fiche"
    assert link in signed_in("anne").get(sheet).content.decode()
    assert link not in client.get(sheet).content.decode()


def test_its_files_hold_the_same_and_no_formula(world: World) -> None:
    client = signed_in("paule")
    told = client.get(DIRECTORY, {"format": "csv"}).content.decode("utf-8-sig")
    assert "anne@exemple.fr" in told
    assert "vera@exemple.fr" not in told
    assert '"=HYPERLINK' not in told
    assert ";=HYPERLINK" not in told
    assert not told.splitlines()[1].startswith("=")
    book = load_workbook(io.BytesIO(client.get(DIRECTORY, {"format": "xlsx"}).content))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert "anne@exemple.fr" in [cell.value for cell in cells]
    assert all(cell.data_type != "f" for cell in cells)
    assert client.get(DIRECTORY, {"format": "exe"}).status_code == 400


def test_however_many_people_the_queries_are_the_same(world: World) -> None:
    client = signed_in("paule")
    counts = []
    for more in range(2):
        for rank in range(20 * more):
            organisation = Organisation.objects.create(
                slug=f"o-{rank}", name=f"O {rank}", sort_key=f"o {rank}", kind="other"
            )
            user = person(world.contract, f"p{rank}", f"P {rank}", "contributor", organisation.pk)
            Membership.objects.create(user=user, organisation=organisation)
            Participation.objects.create(
                contract=world.contract, organisation=organisation, role="associated", rank=rank
            )
        with CaptureQueriesContext(connection) as asked:
            client.get(DIRECTORY)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
