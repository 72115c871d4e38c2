"""Writing plans: versions, two people at once, who may, wrong input, what pages say."""

from __future__ import annotations

import datetime
import threading
from dataclasses import dataclass

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from beffroi.accounts.models import User
from beffroi.contracts.models import Access, Contract
from beffroi.financing.actions import Draft, PlanRefused, waive, write_plan
from beffroi.financing.closing import Financing
from beffroi.financing.models import Plan, PlanLine, Waiver
from beffroi.financing.queries import checked, financing_of, plans_of
from beffroi.journal.actions import last_number
from beffroi.operations.models import Operation
from tests.worlds import World, make_world

TODAY = datetime.date(2025, 6, 1)


def author() -> User:
    return User.objects.get_or_create(email="auteur@exemple.fr")[0]


def operation_of(world: World) -> Operation:
    return Operation.objects.get(pk=world.operations[0])


def draft(*lines: PlanLine, cost: int | None = 1000_00, base: int | None = None) -> Draft:
    return Draft(cost, base, "ht", "commune", list(lines))


def line(cents: int, name: str = "Un mécène", **said: object) -> PlanLine:
    return PlanLine(**{"name": name, "cents": cents, "certainty": "expected", **said})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Office:
    """An operation and its plan's pages, opened by its manager and by a reader."""

    operation: Operation
    plan: str
    write: str
    plans: str
    manager: Client
    reader: Client


def person(contract: Contract, level: str) -> Client:
    user = User.objects.create_user(f"{level}@exemple.fr", "x" * 12, full_name=level)
    Access.objects.create(contract=contract, user=user, level=level)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def office(db: None) -> Office:
    world = make_world()
    operation = operation_of(world)
    slug = world.contract.slug
    return Office(
        operation,
        reverse("financing:plan", args=[slug, operation.code]),
        reverse("financing:write", args=[slug, operation.code]),
        reverse("financing:plans", args=[slug]),
        person(world.contract, "manager"),
        person(world.contract, "reader"),
    )


def sent(*lines: dict[str, str], **said: str) -> dict[str, str]:
    form = {"cost": "1000", "reason": "Délibération", "seen": "0", "form-INITIAL_FORMS": "0"}
    form |= {"owner_kind": "commune", "form-TOTAL_FORMS": str(len(lines))} | said
    for rank, each in enumerate(lines):
        form |= {f"form-{rank}-{name}": value for name, value in each.items()}
    return form


STATE = {"name": "L'État", "amount": "900", "certainty": "voted", "is_public": "on"}
OWN = {"name": "La commune", "amount": "100", "is_own": "on", "is_public": "on"}


@pytest.mark.django_db
def test_each_change_is_a_version_and_the_past_stays() -> None:
    operation = operation_of(make_world())
    write_plan(operation, draft(line(400_00)), author(), reason="Premier tour", seen=0)
    before = last_number()
    write_plan(operation, draft(line(400_00), line(600_00, "B")), author(), reason="Suite", seen=1)
    then, now = plans_of(operation, before), plans_of(operation, last_number())
    assert [financing_of(plan).missing for plan in then] == [600_00]
    assert [financing_of(plan).missing for plan in now] == [600_00, 0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "reason", "sentence"),
    [
        (draft(line(-1)), "x", "positif"),
        (draft(line(1, name="")), "x", "Dites qui"),
        (draft(line(1), line(2)), "x", "figure deux fois"),
        (draft(cost=10, base=11), "x", "ne dépasse pas le coût"),
        (draft(), "  ", "Dites pourquoi"),
    ],
)
def test_a_plan_that_cannot_be(wrong: Draft, reason: str, sentence: str) -> None:
    operation = operation_of(make_world())
    with pytest.raises(PlanRefused, match=sentence):
        write_plan(operation, wrong, author(), reason=reason, seen=0)
    assert not Plan.objects.exists()
    assert not PlanLine.objects.exists()


def test_of_two_people_at_once_one_writes_and_the_other_is_told(own_database: str) -> None:
    operation, writer = operation_of(make_world()), author()
    start, told = threading.Barrier(2), []

    def write(cents: int) -> None:
        try:
            start.wait()
            write_plan(operation, draft(line(cents)), writer, reason="En même temps", seen=0)
        except PlanRefused as refusal:
            told.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=[cents]) for cents in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == ["Ce plan vient d'être modifié : relisez-le, puis décidez."]
    assert [plan.rank for plan in Plan.objects.all()] == [1]
    assert PlanLine.objects.count() == 1


@pytest.mark.django_db
def test_a_waiver_sets_a_rule_aside_until_its_end() -> None:
    operation = operation_of(make_world())
    lines = [line(950_00, "L'État"), line(50_00, "Commune", is_own=True)]
    plan = write_plan(operation, draft(*lines), author(), reason="x", seen=0)
    said = {"ground": "heritage", "reason": "Arrêté du préfet", "ends_on": TODAY}
    waiver = waive(operation, rule="own_share", author=author(), **said)  # type: ignore[arg-type]
    (plan,) = plans_of(operation, last_number())
    assert [each.is_broken for each in checked(plan, TODAY, [waiver])] == [False]
    later = TODAY + datetime.timedelta(days=1)
    assert [each.is_broken for each in checked(plan, later, [waiver])] == [True]
    with pytest.raises(PlanRefused, match="fondement"):
        waive(operation, rule="own_share", author=author(), **(said | {"ground": "faveur"}))  # type: ignore[arg-type]


def test_from_the_form_to_the_page(office: Office) -> None:
    assert office.manager.post(office.write, sent(STATE, OWN, {})).status_code == 302
    page = office.reader.get(office.plan)
    assert "Le plan est bouclé, au centime près." in page.content.decode()
    row = page.context["table"].totals[0]
    assert (row.cell("voted").value, row.cell("all").value) == (900_00, 1000_00)
    assert "non respectée" in page.content.decode()
    (row,) = office.reader.get(office.plans).context["table"].rows
    assert (row.cell("missing").value, row.cell("broken").value) == (0, 1)
    again = office.manager.get(office.write).context["lines"].initial
    assert [each["amount"] for each in again] == [900_00, 100_00]
    assert office.reader.get(f"{office.plans}?format=csv").status_code == 200


def test_a_rule_set_aside_from_the_page(office: Office) -> None:
    office.manager.post(office.write, sent(STATE, OWN))
    end = (timezone.localdate() + datetime.timedelta(days=30)).isoformat()
    said = {"ground": "own_share:heritage", "reason": "Arrêté du préfet", "ends_on": end}
    assert office.reader.post(office.plan, said).status_code == 403
    assert office.manager.post(office.plan, said | {"ends_on": "2001-01-01"}).status_code == 400
    assert office.manager.post(office.plan, said | {"ground": "own_share:x"}).status_code == 400
    assert not Waiver.objects.exists()
    assert office.manager.post(office.plan, said).status_code == 302
    assert "Arrêté du préfet" in office.reader.get(office.plan).content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (sent({"amount": "10"}), "Dites qui apporte"),
        (sent({"name": "A"}), "Écrivez le montant"),
        (sent({"name": "A", "amount": "dix"}), "montant en euros"),
        (sent({"name": "A", "amount": "-10"}), "positif"),
        (sent({"name": "A", "amount": "10", "certainty": "rumeur"}), "choix"),
        (sent(STATE, reason=""), "obligatoire"),
        (sent(STATE, seen="4"), "modifié"),
        (sent(STATE, seen="x"), "modifié"),
        (sent(STATE, cost="10", base="11"), "ne dépasse pas"),
        (sent(STATE, STATE), "figure deux fois"),
        ({"cost": "10", "reason": "x"}, "rouvrez-le"),
    ],
)
def test_wrong_input_is_said_and_writes_nothing(
    office: Office, wrong: dict[str, str], sentence: str
) -> None:
    answer = office.manager.post(office.write, wrong)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Plan.objects.exists()


def test_other_peoples_plans(office: Office) -> None:
    assert office.reader.get(office.write).status_code == 403
    assert office.reader.post(office.write, sent(STATE)).status_code == 403
    other = Contract.objects.create(slug="autre", name="Autre", kind="cper")
    user = User.objects.create_user("ailleurs@exemple.fr", "x" * 12, full_name="A")
    Access.objects.create(contract=other, user=user, level="manager")
    stranger = Client()
    stranger.force_login(user)
    for address in (office.plan, office.write, office.plans):
        assert stranger.get(address).status_code == 404
    for address in (office.plan, office.write):
        assert stranger.get(address.replace("/monde/", "/autre/")).status_code == 404
    assert office.reader.get(f"{office.plan}?version=7").status_code == 400


def test_a_plan_without_a_cost_says_so() -> None:
    assert Financing(None, None, []).missing is None
