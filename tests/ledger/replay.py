"""The pure specification replayed beside the tables: what the ledger must answer."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping

from beffroi.journal.actions import posting
from beffroi.ledger import positions
from beffroi.ledger.actions import Cell, Completeness, Posted, Said, post
from beffroi.ledger.positions import SILENT, Value
from beffroi.ledger.queries import Scope, figures
from tests.worlds import FILE, World

DAYS = [datetime.date(2022, 12, 31), datetime.date(2023, 6, 30), datetime.date(2023, 12, 31)]
ALWAYS = [datetime.date(2020, 1, 1), *DAYS, datetime.date(2025, 1, 1)]
MONEY = ("axis", "funder", "stage", "year")

Values = Mapping[tuple[int | None, int, str, int | None], tuple[int, int]]
"""What a return says: (node, operation, stage, year) → (cents, unread cells)."""
Answer = dict[tuple, Value]


class Specification:
    """The story of one contract, told posting by posting in the order of their numbers."""

    def __init__(self, world: World) -> None:
        self.nodes = world.nodes
        self.axes = {None: "?"} | dict(zip(world.nodes, ["I", "II", "III"], strict=True))
        self.stories: dict[tuple, list[positions.Stated]] = {}

    def say(
        self,
        values: Values,
        on: datetime.date,
        *,
        source: int,
        number: int,
        complete: Collection[str] = (),
    ) -> None:
        """Add what a source says at a date, known from the posting of that number on.

        The return is complete for the stages ``complete``.
        """
        said: dict[tuple, dict[positions.Key, Value]] = {}
        for (node, operation, stage, year), (cents, unread) in values.items():
            key = positions.Key(None if node is None else self.nodes[node], "", year, "")
            said.setdefault((source, operation, stage), {})[key] = Value(cents, unread, 1)
        for money in {*said, *self.stories}:
            story = self.stories.setdefault(money, [])
            keys = said.get(money, {})
            new = [positions.Stated(key, on, number, value) for key, value in keys.items()]
            new += positions.retirements(story, keys, on, number) if keys else []
            if money[0] == source and money[2] in complete:
                new += positions.removals(story, new, on, number)
            story += new

    def answer(self, au: datetime.date, connu: int) -> Answer:
        """The figures by :data:`MONEY`, as the specification gives them."""
        totals: Answer = {}
        for (source, _, stage), story in self.stories.items():
            for key, value in positions.position(story, au, connu).items():
                if value.said:
                    labels = (self.axes[key.measure], f"source-{source}", stage, key.year)
                    totals[labels] = totals.get(labels, SILENT) + value
        return totals


def answer(world: World, au: datetime.date, connu: int) -> Answer:
    """The figures by :data:`MONEY`, as the tables give them."""
    return {
        tuple(figure.labels[name] for name in MONEY): figure.value
        for figure in figures(Scope(world.contract), au, connu, MONEY)
    }


def statements(world: World, values: Values, source: int) -> list[Said]:
    """The statements of a return."""
    return [
        world.said(cents, node=n, operation=o, stage=s, year=y, source=source, unread=unread)
        for (n, o, s, y), (cents, unread) in values.items()
    ]


def post_one(
    world: World,
    said: list[Said],
    on: datetime.date,
    source: int = 0,
    complete: Collection[str] = (),
) -> Posted:
    """One posting of one source, complete for the stages given."""
    funder = world.sources[source]
    perimeter = Completeness(
        [(funder, stage) for stage in complete], Cell(FILE, "", "absente", None)
    )
    with posting("return", "essai") as opened:
        return post(
            opened,
            said,
            contract_id=world.contract.pk,
            source_id=world.sources[source],
            effective_on=on,
            complete=perimeter if complete else None,
        )
