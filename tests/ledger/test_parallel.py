"""Real parallel transactions, each in a thread with a connection of its own."""

from __future__ import annotations

import datetime
import itertools
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections
from django.db.utils import IntegrityError
from django.utils import timezone

from beffroi.contracts.models import Contract, Node, NodeVersion
from beffroi.contracts.reference import FOLDER
from beffroi.framework.loading import load_contract_file, load_foundations
from beffroi.journal.actions import OpenPosting, known_number, last_number, posting
from beffroi.journal.models import Posting
from beffroi.ledger.actions import post
from beffroi.ledger.checking import ledger_faults
from beffroi.ledger.models import Key, Statement
from beffroi.operations.actions import make_operations
from beffroi.operations.proposals import NewOperation
from beffroi.returns.actions import import_return
from beffroi.returns.models import Return
from tests.ledger.replay import ALWAYS, DAYS, Specification, Values, answer, statements
from tests.worlds import World, make_world

pytestmark = pytest.mark.usefixtures("db")

PATIENCE = 30
"""Seconds after which a wait is a deadlock."""


class Failure(Exception):
    """What goes wrong in the middle of an import."""


@dataclass(frozen=True)
class Turn:
    """What one posting says: values of one source at one date."""

    world: World
    values: Values
    on: datetime.date
    source: int = 0

    def said_in(self, opened: OpenPosting) -> None:
        """Say it in a posting being made."""
        post(
            opened,
            statements(self.world, self.values, self.source),
            contract_id=self.world.contract.pk,
            source_id=self.world.sources[self.source],
            effective_on=self.on,
        )

    def make(self) -> Posting:
        """One whole posting; gives it as committed."""
        with posting("return", "essai") as opened:
            self.said_in(opened)
        return Posting.objects.get(pk=opened.id)


@contextmanager
def threads(how_many: int) -> Iterator[Callable[..., Future[Any]]]:
    """Start acts in threads; the block ends when all have, and their connections are closed."""

    def run(act: Callable[[], Any]) -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(how_many) as pool:
        yield lambda act, *arguments: pool.submit(run, partial(act, *arguments))


class Slow:
    """A posting that has said everything and waits for a word to end."""

    def __init__(self, turn: Turn, *, fails: bool = False) -> None:
        self.turn, self.fails = turn, fails
        self.has_said, self.may_end = threading.Event(), threading.Event()

    def make(self) -> Posting:
        with posting("return", "lente") as opened:
            self.turn.said_in(opened)
            self.has_said.set()
            assert self.may_end.wait(PATIENCE)
            if self.fails:
                raise Failure
        return Posting.objects.get(pk=opened.id)

    @contextmanager
    def under_way(self, start: Callable[..., Future[Any]]) -> Iterator[Future[Posting]]:
        """The block runs between its last statement and its end."""
        made = start(self.make)
        try:
            assert self.has_said.wait(PATIENCE)
            yield made
        finally:
            self.may_end.set()


def wait_until_blocked(how_many: int = 1) -> None:
    """Wait until so many transactions wait for the lock of another."""
    until = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(
                "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN "
                "(SELECT pid FROM pg_locks WHERE database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database()))"
            )
            if cursor.fetchone()[0] >= how_many:
                return
            time.sleep(0.005)
    raise AssertionError("Personne n'attend.")


def another_contract(world: World) -> World:
    """A second contract of the same partners, with a tree and operations of its own."""
    contract = Contract.objects.create(
        slug="autre", name="Autre", kind="cper", fictitious=True, levels=["axe"]
    )
    with posting("contract", "Autre arbre") as opened:
        nodes = [Node.objects.create(contract=contract).pk for _ in world.nodes]
        NodeVersion.objects.bulk_create(
            NodeVersion(
                node_id=node,
                posting_id=opened.id,
                effective_on=datetime.date(2021, 1, 1),
                code=code,
                title=code,
                position=rank,
            )
            for rank, (node, code) in enumerate(zip(nodes, ["I", "II", "III"], strict=True))
        )
        operations = make_operations(
            [NewOperation(f"Autre opération {rank}") for rank in world.operations],
            contract_id=contract.pk,
            fictitious=True,
            posting_id=opened.id,
        )
    return World(contract, nodes, world.sources, operations)


def answers(*worlds: World, connu: int) -> list[Any]:
    """All answers at all dates, as known after a posting."""
    return [answer(world, au, connu) for world in worlds for au in ALWAYS]


def assert_as_specified(world: World, told: list[tuple[Posting, Turn]]) -> None:
    """At every date and knowledge, the tables answer as the postings told in order."""
    spec = Specification(world)
    for made, turn in sorted(told, key=lambda pair: pair[0].number):
        if turn.world == world:
            spec.say(turn.values, turn.on, source=turn.source, number=made.number)
    for connu in range(last_number() + 1):
        for au in ALWAYS:
            assert answer(world, au, connu) == spec.answer(au, connu)


def assert_known_times_increase() -> None:
    """Numbers follow each other from 1, and times strictly increase with them."""
    known = list(Posting.objects.order_by("number").values_list("number", "at"))
    assert [number for number, _ in known] == list(range(1, len(known) + 1))
    assert all(earlier < later for (_, earlier), (_, later) in itertools.pairwise(known))


ONE = {(0, 0, "programmed", None): (100, 0)}
OTHER = {(1, 0, "programmed", None): (70, 1), (0, 1, "paid", 2023): (5, 0)}


@pytest.mark.parametrize("elsewhere", ["another contract", "another source"])
def test_a_slow_import_never_slips_into_an_answer_given_while_it_ran(elsewhere):
    world = make_world()
    second = another_contract(world)
    slow_turn = Turn(world, ONE, DAYS[0])
    fast_turn = (
        Turn(second, OTHER, DAYS[0])
        if elsewhere == "another contract"
        else Turn(world, OTHER, DAYS[0], source=1)
    )
    with threads(2) as start:
        with Slow(slow_turn).under_way(start) as slow:
            fast = start(fast_turn.make).result(PATIENCE)
            assert fast.number == last_number()
            given = answers(world, second, connu=fast.number)
            moment = timezone.now()
            assert known_number(moment) == fast.number
        slow_made = slow.result(PATIENCE)
    assert slow_made.number == fast.number + 1
    assert slow_made.at > moment > fast.at
    assert answers(world, second, connu=fast.number) == given
    assert known_number(moment) == fast.number
    told = [(slow_made, slow_turn), (fast, fast_turn)]
    assert_as_specified(world, told)
    assert_as_specified(second, told)
    assert_known_times_increase()
    assert list(ledger_faults()) == []


@pytest.mark.parametrize("on", DAYS)
def test_the_imports_of_one_source_into_one_contract_wait_for_each_other(on):
    world = make_world()
    slow_turn, fast_turn = Turn(world, ONE, DAYS[1]), Turn(world, OTHER, on)
    with threads(2) as start:
        with Slow(slow_turn).under_way(start) as slow:
            waiting = start(fast_turn.make)
            wait_until_blocked()
            assert not waiting.done()
        slow_made, fast = slow.result(PATIENCE), waiting.result(PATIENCE)
    assert fast.number == slow_made.number + 1
    assert_as_specified(world, [(slow_made, slow_turn), (fast, fast_turn)])
    assert_known_times_increase()
    assert list(ledger_faults()) == []


def test_one_key_submitted_by_several_at_the_same_time_is_one_key():
    world = make_world()
    turns = [Turn(world, {(0, 0, "paid", None): (rank, 0)}, DAYS[0]) for rank in range(1, 5)]
    together = threading.Barrier(len(turns), timeout=PATIENCE)

    def make(turn: Turn) -> Posting:
        together.wait()
        return turn.make()

    with threads(len(turns)) as start:
        running = [start(make, turn) for turn in turns]
        told = [(made.result(PATIENCE), turn) for made, turn in zip(running, turns, strict=True)]
    assert Key.objects.count() == 1
    assert Statement.objects.count() == len(turns)
    assert_as_specified(world, told)
    assert_known_times_increase()
    assert list(ledger_faults()) == []


def rows() -> dict[str, int]:
    """How many rows the ledger and the journal have, table by table."""
    models = [m for room in ("ledger", "journal") for m in apps.get_app_config(room).get_models()]
    return {model._meta.db_table: model.objects.count() for model in models}


def test_a_failure_in_the_middle_leaves_no_row_and_no_gap():
    world = make_world()
    next_turn = Turn(world, OTHER, DAYS[1])
    before, last = rows(), last_number()
    with threads(2) as start:
        with Slow(Turn(world, ONE, DAYS[0]), fails=True).under_way(start) as failing:
            waiting = start(next_turn.make)
            wait_until_blocked()
            assert rows() == before
        with pytest.raises(Failure):
            failing.result(PATIENCE)
        made = waiting.result(PATIENCE)
    assert made.number == last + 1
    assert_as_specified(world, [(made, next_turn)])
    assert_known_times_increase()
    assert list(ledger_faults()) == []


def test_a_failure_once_the_number_is_taken_gives_it_back():
    world = make_world()
    before, last = rows(), last_number()

    def fail(number: int) -> None:
        assert number == last + 1
        raise Failure

    def make() -> None:
        with posting("return", "essai") as opened:
            opened.as_last_act("fail", fail)
            Turn(world, ONE, DAYS[0]).said_in(opened)

    with pytest.raises(Failure):
        make()
    assert rows() == before
    assert Turn(world, ONE, DAYS[0]).make().number == last + 1


def test_a_key_of_no_operation_is_refused_before_the_number_is_taken():
    world = make_world()
    before, last = rows(), last_number()
    gone = Turn(World(world.contract, world.nodes, world.sources, [10**9]), ONE, DAYS[0])

    def make() -> None:
        with posting("return", "essai") as opened:
            gone.said_in(opened)
            pytest.fail("It is refused at commit only.")

    with pytest.raises(IntegrityError, match="operation"):
        make()
    assert rows() == before
    assert last_number() == last


def test_who_asks_what_is_known_at_a_moment_waits_for_the_posting_of_that_moment():
    world = make_world()
    taken, may_end = threading.Event(), threading.Event()

    def pause(_number: int) -> None:
        taken.set()
        assert may_end.wait(PATIENCE)

    def make() -> Posting:
        with posting("return", "essai") as opened:
            Turn(world, ONE, DAYS[0]).said_in(opened)
            opened.as_last_act("pause", pause)
        return Posting.objects.get(pk=opened.id)

    with threads(2) as start:
        made = start(make)
        assert taken.wait(PATIENCE)
        asked = start(known_number, timezone.now())
        wait_until_blocked()
        assert not asked.done()
        may_end.set()
        assert asked.result(PATIENCE) == made.result(PATIENCE).number


@pytest.mark.parametrize("seed", range(3))
def test_a_storm_of_imports_answers_as_specified_while_it_lasts_and_ever_after(seed):
    world = make_world()
    worlds = [world, another_contract(world)]
    chance = random.Random(seed)
    plans = [[_random_turn(chance, worlds) for _ in range(6)] for _ in range(4)]
    over = threading.Event()

    def import_all(plan: list[Turn], rank: int) -> list[tuple[Posting, Turn]]:
        own = random.Random(f"{seed}-{rank}")
        told = []
        for turn in plan:
            try:
                with posting("return", "orage") as opened:
                    turn.said_in(opened)
                    time.sleep(own.random() / 100)
                    if own.random() < 0.2:
                        raise Failure
            except Failure:
                continue
            told.append((Posting.objects.get(pk=opened.id), turn))
        return told

    def ask() -> list[tuple[tuple[World, datetime.date, int], Any]]:
        own = random.Random(seed)
        given = []
        while not over.is_set():
            asked = (own.choice(worlds), own.choice(ALWAYS), last_number())
            given.append((asked, answer(*asked)))
        return given

    with threads(len(plans) + 1) as start:
        asking = start(ask)
        try:
            running = [start(import_all, plan, rank) for rank, plan in enumerate(plans)]
            told = [pair for made in running for pair in made.result(PATIENCE)]
        finally:
            over.set()
        given = asking.result(PATIENCE)
    assert given
    assert [answer(*asked) for asked, _ in given] == [found for _, found in given]
    for each in worlds:
        assert_as_specified(each, told)
    assert_known_times_increase()
    assert list(ledger_faults()) == []


def _random_turn(chance: random.Random, worlds: list[World]) -> Turn:
    values = {
        (
            chance.choice([0, 1, None]),
            chance.choice([0, 1]),
            chance.choice(["programmed", "paid"]),
            chance.choice([None, 2023, 2024]),
        ): (chance.randrange(-100, 10**6), chance.randrange(2))
        for _ in range(chance.randrange(1, 4))
    }
    return Turn(chance.choice(worlds), values, chance.choice(DAYS), source=chance.randrange(2))


@pytest.mark.parametrize("already_known", [False, True])
def test_one_file_imported_twice_at_once_is_taken_once(already_known):
    load_foundations()
    contract = load_contract_file(FOLDER / "demo" / "demo-contract.yaml").loaded.contract
    together = threading.Barrier(2, timeout=PATIENCE)
    file = FOLDER / "demo" / "returns-2023" / "departement_pas_de_calais.csv"
    if already_known:  # at another date: the file itself is kept, and makes nobody wait
        import_return(file, contract=contract, partner_slug="cd62", on=DAYS[1])

    def take() -> Any:
        together.wait()
        return import_return(file, contract=contract, partner_slug="cd62", on=DAYS[2])

    with threads(2) as start:
        first, second = [made.result(PATIENCE) for made in [start(take), start(take)]]
    assert {first.unchanged, second.unchanged} == {True, False}
    assert first.posting == second.posting == last_number()
    assert Return.objects.filter(effective_on=DAYS[2]).count() == 1
    assert_known_times_increase()
    assert list(ledger_faults()) == []
