"""Operations reunited and parted again: the past told again, what was known before untouched."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beffroi.journal.actions import last_number, posting
from beffroi.ledger import positions
from beffroi.ledger.actions import Cell, Completeness, post
from beffroi.ledger.amounts import amounts_by_operation
from beffroi.ledger.checking import ledger_faults
from beffroi.ledger.positions import SILENT, Value
from beffroi.ledger.recognition import RecognitionRefused, merge, separate, undo
from beffroi.operations.models import Reference
from beffroi.operations.proposals import Money
from beffroi.operations.queries import judgements, references_of
from tests.ledger.replay import ALWAYS, DAYS, Answer, Specification, answer
from tests.worlds import FILE, World, make_world

pytestmark = pytest.mark.django_db

OPERATIONS = 3
SOURCES = 2

LineKey = tuple[int | None, int, str, int | None]
"""Node, reference (by rank among its source's), stage, year."""


@dataclass(frozen=True)
class Said:
    """One return: what a source says of its references, and the stages it is complete for."""

    values: Mapping[LineKey, tuple[int, int]]
    on: datetime.date
    source: int
    complete: tuple[str, ...] = ()


@dataclass
class Tale:
    """A contract's story: what was said, and the operation of each reference, posting by posting.

    This is the naive replay: at each knowledge, everything is told again from the start.
    """

    world: World
    references: list[list[int]]  # by source, then by rank: row ids
    where: dict[tuple[int, int], int]  # (source, rank) → operation, by rank
    said: list[tuple[int, Said]] = field(default_factory=list)
    known: list[tuple[int, dict[tuple[int, int], int]]] = field(default_factory=list)

    def say(self, told: Said) -> None:
        """Post a return, as the references are known today."""
        cells: dict[tuple[LineKey, int], list[Cell]] = {}
        for (node, rank, stage, year), (cents, unread) in told.values.items():
            operation = self.where[told.source, rank]
            reference = self.references[told.source][rank]
            key = ((node, rank, stage, year), operation)
            cells[key] = [
                Cell(FILE, "F", f"A{rank}", cents, str(cents), reference),
                *[Cell(FILE, "F", "B1", None, "?", reference)] * unread,
            ]
        statements = {}
        for ((node, _, stage, year), operation), its in cells.items():
            said = self.world.said(
                0, node=node, source=told.source, operation=operation, stage=stage, year=year
            )
            said = statements.setdefault((said.heading, operation), said)
            if said.cells and said.cells[0].reference is None:
                said.cells.clear()
                said.cents = said.unread = 0
            for cell in its:
                said.add(cell)
        source = self.world.sources[told.source]
        perimeter = Completeness(
            [(source, stage) for stage in told.complete], Cell(FILE, "", "absente", None)
        )
        with posting("return", "essai") as opened:
            post(
                opened,
                list(statements.values()),
                contract_id=self.world.contract.pk,
                source_id=source,
                effective_on=told.on,
                complete=perimeter if told.complete else None,
            )
        self.said.append((last_number(), told))
        self.remember()

    def remember(self) -> None:
        """Keep which operation each reference is known to be after the last posting."""
        self.known.append((last_number(), dict(self.where)))

    def bearer(self, operation: int) -> int:
        """The operation that bears the lines of one today, by rank."""
        absorbed = judgements(self.world.contract.pk).absorbed
        row = self.world.operations[operation]
        return self.world.operations.index(absorbed.get(row, row))

    def told_again(self, connu: int) -> Specification:
        """Everything said up to a posting, told from the start with what that posting knows."""
        where = next(where for number, where in reversed(self.known) if number <= connu)
        spec = Specification(self.world)
        for number, told in self.said:
            if number <= connu:
                values: dict[LineKey, tuple[int, int]] = {}
                for (node, rank, stage, year), (cents, unread) in told.values.items():
                    key = (node, where[told.source, rank], stage, year)
                    before = values.get(key, (0, 0))
                    values[key] = (before[0] + cents, before[1] + unread)
                spec.say(values, told.on, source=told.source, number=number, complete=told.complete)
        return spec

    def by_operation(self, au: datetime.date, connu: int) -> dict[int, dict[Money, int]]:
        """The amounts of each operation, as told again; what is not wholly read left out."""
        totals: dict[tuple[int, Money], Value] = {}
        for (source, operation, stage), story in self.told_again(connu).stories.items():
            organisation = self.world.sources[source]
            for value in positions.position(story, au, connu).values():
                if value.said:
                    key = (
                        self.world.operations[operation],
                        Money(organisation, organisation, stage),
                    )
                    totals[key] = totals.get(key, SILENT) + value
        found: dict[int, dict[Money, int]] = {}
        for (operation, money), value in totals.items():
            if not value.unread:
                found.setdefault(operation, {})[money] = value.cents
        return found

    def check(self, given: dict[tuple[datetime.date, int], tuple[Answer, dict]]) -> None:
        """All that was ever answered is so again, and the present is as told from the start."""
        connu = last_number()
        for au in ALWAYS:
            given[au, connu] = (
                self.told_again(connu).answer(au, connu),
                self.by_operation(au, connu),
            )
        for (au, known), (figures_then, amounts_then) in given.items():
            assert answer(self.world, au, known) == figures_then
            assert amounts_by_operation(self.world.operations, au, known) == amounts_then


def make_tale() -> Tale:
    """A world where each source has one reference to each operation."""
    world = make_world(nodes=3, sources=SOURCES, operations=OPERATIONS)
    with posting("contract", "Références") as opened:
        references = [
            [
                Reference.objects.create(
                    operation_id=operation,
                    partner_id=source,
                    code=f"{source}-{rank}",
                    title=f"operation {rank}",
                    posting_id=opened.id,
                ).pk
                for rank, operation in enumerate(world.operations)
            ]
            for source in world.sources
        ]
    where = {(source, rank): rank for source in range(SOURCES) for rank in range(OPERATIONS)}
    tale = Tale(world, references, where)
    tale.remember()
    return tale


line_keys = st.tuples(
    st.sampled_from([0, 1, None]),
    st.integers(0, OPERATIONS - 1),
    st.sampled_from(["programmed", "paid"]),
    st.sampled_from([None, 2024]),
)
returns = st.builds(
    Said,
    st.dictionaries(
        line_keys, st.tuples(st.integers(-100, 10**6), st.integers(0, 1)), min_size=1, max_size=4
    ),
    st.sampled_from(DAYS),
    st.sampled_from(range(SOURCES)),
    st.sampled_from([(), (), ("paid",), ("programmed", "paid")]),
)
decisions = st.sampled_from(
    [
        *[("merge", one, other) for one in range(OPERATIONS) for other in range(OPERATIONS)],
        *[("separate", source, rank) for source in range(SOURCES) for rank in range(OPERATIONS)],
        *[("undo", back, 0) for back in (1, 2, 3)] * 3,
    ]
)


def decide(tale: Tale, decision: tuple[str, int, int], made: list[tuple[int, dict]]) -> None:
    """Carry a decision out if it can be; the tale follows, by its own simple means."""
    verb, first, second = decision
    operations = tale.world.operations
    before = dict(tale.where)
    try:
        if verb == "merge":
            number = merge(operations[first], operations[second])
            tale.where = {k: second if w == first else w for k, w in tale.where.items()}
        elif verb == "separate":
            number = separate([tale.references[first][second]])
            operations.append(
                max(each.operation_id for each in references_of(tale.world.contract.pk))
            )
            tale.where[first, second] = len(operations) - 1
        elif first <= len(made):
            undone, moved = made[-first]
            back = {
                line: was
                for line, (was, put) in moved.items()
                if tale.where[line] == tale.bearer(put)
            }
            number = undo(undone)
            tale.where |= back
        else:
            return
    except RecognitionRefused:
        tale.where = before
        return
    changed = {line: now for line, now in tale.where.items() if now != before[line]}
    made.append((number, {line: (before[line], now) for line, now in changed.items()}))
    tale.remember()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(returns, decisions), min_size=2, max_size=7))
def test_any_story_is_that_of_the_naive_replay_at_every_date_and_knowledge(steps: list) -> None:
    with transaction.atomic():
        tale = make_tale()
        given_before: dict = {}
        made: list[tuple[int, dict]] = []
        for step in steps:
            if isinstance(step, Said):
                tale.say(step)
            else:
                decide(tale, step, made)
            tale.check(given_before)
        assert list(ledger_faults()) == []
        transaction.set_rollback(True)
