"""Money by area: an operation counts where it lies whole, and everything counts once."""

from __future__ import annotations

import datetime
import random
from typing import Any

import pytest

from beffroi.journal.actions import last_number, posting
from beffroi.ledger.listing import Wanted, listing
from beffroi.ledger.positions import SILENT, Value
from beffroi.ledger.queries import Scope, figures
from beffroi.ledger.spreading import Money, Unplaced, spread, unplaced_operations
from beffroi.operations.models import Location
from beffroi.territories.finding import Kind
from beffroi.territories.models import Commune, Department, Epci
from tests.reconciliation.words import say
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db

DAY = datetime.date(2023, 12, 31)
LEVELS = (Kind.COMMUNE, Kind.EPCI, Kind.DEPARTMENT)


def places() -> tuple[list[Commune], list[Epci]]:
    """Two departments; two EPCI in the first, one across both; a commune of no EPCI."""
    departments = [
        Department.objects.create(code=code, name=code, region="00") for code in ("98", "99")
    ]
    epcis = [
        Epci.objects.create(siren=f"99999999{rank}", name=f"Pays {rank}", sort_key=f"pays {rank}")
        for rank in range(3)
    ]
    held = [(0, 0), (0, 0), (0, 1), (0, 2), (1, 2), (1, None)]
    communes = [
        Commune.objects.create(
            code=f"{departments[department].code}00{rank}",
            name=f"Commune {rank}",
            sort_key=f"commune {rank}",
            department=departments[department],
            epci=None if epci is None else epcis[epci],
            population=100,
            vintage=2026,
        )
        for rank, (department, epci) in enumerate(held)
    ]
    return communes, epcis


def locate(operation: int, *where: Commune | Epci) -> None:
    with posting("contract", "lieux d'essai") as opened:
        for place in where:
            named: dict[str, Any] = {"commune" if isinstance(place, Commune) else "epci": place}
            Location.objects.create(operation_id=operation, posting_id=opened.id, **named)


def programmed(world: World) -> Money:
    return Money(world.contract.pk, "programmed", "contractual")


def cents(world: World, level: Kind, connu: int | None = None) -> dict[str, int]:
    """By area, or by reason."""
    known = last_number() if connu is None else connu
    found = spread(programmed(world), level, DAY, known)
    said = {**found.areas, **{reason.value: share for reason, share in found.unplaced.items()}}
    return {name: share.value.cents for name, share in said.items()}


def test_an_operation_counts_at_the_level_that_holds_it() -> None:
    world = make_world(operations=6)
    communes, epcis = places()
    locate(world.operations[0], communes[0])
    locate(world.operations[1], communes[0], communes[1])
    locate(world.operations[2], communes[1], communes[2])
    locate(world.operations[3], epcis[2])
    locate(world.operations[4], communes[5])
    for rank in range(6):
        say(world, DAY, world.said(10**rank, operation=rank))
    say(world, DAY, world.said(10**6, operation=None))
    rest = {"nulle-part": 10**5, "sans-operation": 10**6}
    assert cents(world, Kind.COMMUNE) == {"98000": 1, "99005": 10**4, "plusieurs": 1_110} | rest
    assert cents(world, Kind.EPCI) == {
        "999999990": 11,
        "plusieurs": 100,
        "999999992": 1_000,
        "nulle-part": 10**5 + 10**4,
        "sans-operation": 10**6,
    }
    assert cents(world, Kind.DEPARTMENT) == {"98": 111, "99": 10**4, "plusieurs": 1_000} | rest


def test_where_it_lay_then_is_what_was_known_then() -> None:
    world = make_world(operations=1)
    communes, _epcis = places()
    say(world, DAY, world.said(7, operation=0))
    locate(world.operations[0], communes[0])
    before = last_number()
    locate(world.operations[0], communes[2])
    assert cents(world, Kind.COMMUNE) == {"98002": 7}
    assert cents(world, Kind.COMMUNE, before) == {"98000": 7}


def test_a_commune_of_no_epci_and_one_of_an_epci_are_several() -> None:
    world = make_world(operations=1)
    communes, _epcis = places()
    locate(world.operations[0], communes[0], communes[5])
    say(world, DAY, world.said(7, operation=0))
    assert cents(world, Kind.EPCI) == {"plusieurs": 7}


def test_said_zero_and_unread_are_kept_apart_from_silence() -> None:
    world = make_world(operations=3)
    communes, _epcis = places()
    for rank in range(3):
        locate(world.operations[rank], communes[rank])
    say(world, DAY, world.said(0, operation=0), world.said(0, operation=1, unread=2))
    found = spread(programmed(world), Kind.COMMUNE, DAY, last_number())
    assert {code: share.value[:2] for code, share in found.areas.items()} == {
        "98000": (0, 0),
        "98001": (0, 2),
    }


@pytest.mark.parametrize("seed", range(6))
def test_what_is_placed_and_what_is_not_is_the_total_of_the_contract(seed: int) -> None:
    """In random worlds, to the cent, at every level, date and posting: nothing is lost, doubled or
    split; and the same as the naive reading, operation by operation."""
    chance = random.Random(seed)
    world = make_world(operations=12)
    communes, epcis = places()
    for operation in world.operations:
        for _again in range(chance.randrange(3)):
            some = [*communes, *epcis] if chance.random() < 0.5 else communes
            locate(operation, *chance.sample(some, chance.randrange(1, 3)))
        for day in (datetime.date(2022, 12, 31), DAY):
            rank = chance.choice([None, world.operations.index(operation)])
            said = world.said(
                chance.randrange(-100, 10**9),
                operation=rank,
                node=chance.choice([None, 0, 1, 2]),
                unread=chance.randrange(2),
            )
            say(world, day, said)
    for day in (datetime.date(2023, 1, 1), DAY):
        for connu in (last_number(), chance.randrange(1, last_number())):
            _assert_whole(world, day, connu)


def _assert_whole(world: World, day: datetime.date, connu: int) -> None:
    whole = figures(Scope(world.contract), day, connu, ("stage",), stage="programmed")
    total = sum((each.value for each in whole), SILENT)
    listed = listing(world.contract.pk, day, connu, Wanted("contractual"), 0, 1)
    of_operations = listed.totals.get("programmed", Value())
    for level in LEVELS:
        found = spread(programmed(world), level, day, connu)
        assert found.total.value[:2] == total[:2]
        without = found.unplaced.get(Unplaced.WITHOUT)
        with_operation = total.cents - (without.value.cents if without else 0)
        assert with_operation == of_operations.cents
        for reason in (Unplaced.SEVERAL, Unplaced.NOWHERE):
            share = found.unplaced.get(reason)
            named = unplaced_operations(world.contract.pk, level, reason, day, connu)
            assert len(named) == (share.operations if share else 0)


def test_only_the_money_asked_for() -> None:
    world = make_world(operations=1)
    communes, _epcis = places()
    locate(world.operations[0], communes[0])
    say(world, DAY, world.said(1), world.said(20, stage="paid"), world.said(300, node=1))
    say(world, DAY, world.said(4_000, source=1), source=1)
    money = Money(world.contract.pk, "programmed", "contractual")
    asked = {
        "all": money,
        "funder": Money(world.contract.pk, "programmed", "contractual", funder="source-1"),
        "node": Money(world.contract.pk, "programmed", "contractual", nodes=[world.nodes[1]]),
        "paid": Money(world.contract.pk, "paid", "contractual"),
        "basis": Money(world.contract.pk, "programmed", "contractual", "HT"),
        "nature": Money(world.contract.pk, "programmed", "valued"),
    }
    told = {
        name: spread(each, Kind.EPCI, DAY, last_number()).total.value.cents
        for name, each in asked.items()
    }
    assert told == {
        "all": 4_301,
        "funder": 4_000,
        "node": 300,
        "paid": 20,
        "basis": 0,
        "nature": 0,
    }
