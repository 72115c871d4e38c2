"""What a source would have stated, had its lines been known from the start for the operations they
are known to be: pure functions over :mod:`positions`.

When two operations are found to be one, or a recognition is undone, the past is told again with
what is now known: same returns, same cells, other operations.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from beffroi.ledger import positions
from beffroi.ledger.positions import Key, Stated, Value
from beffroi.ledger.statements import Cell


class Money(NamedTuple):
    """What statements of a source are compared within: one operation, funder, stage and nature."""

    operation_id: int
    funder_id: int
    stage: str
    nature: str


class SaidCell(NamedTuple):
    """One cell of a return: the money and the key it speaks of."""

    money: Money
    key: Key
    cell: Cell


@dataclass(frozen=True, slots=True)
class Word:
    """What a source said in one posting, for a date.

    ``covered`` are the funders and stages of a complete return, and ``proof`` its file. A word
    with a ``service`` is that service's part: its own cells are those of its ``file``.
    """

    number: int
    on: datetime.date
    cells: Sequence[SaidCell] = ()
    covered: frozenset[tuple[int, str]] = frozenset()
    proof: str = ""
    service: int | None = None
    file: str = ""

    @property
    def own(self) -> Sequence[SaidCell]:
        """The cells that are this word's, and not those of other parts posted with them."""
        if self.service is None:
            return self.cells
        return [said for said in self.cells if said.cell.file == self.file]


@dataclass(slots=True)
class Story:
    """The statements of some money, with the cells of each."""

    statements: list[Stated] = field(default_factory=list)
    cells: dict[tuple[Key, datetime.date, int], list[Cell]] = field(default_factory=dict)


class Standing(NamedTuple):
    """A statement that stands: what it says, and what proves it."""

    kind: str
    value: Value
    cells: tuple[Cell, ...]


def replay(words: Sequence[Word]) -> dict[Money, Story]:
    """Tell again what a source said, word by word in the order in which they became known."""
    stories: dict[Money, Story] = {}
    told: list[Word] = []
    for word in sorted(words, key=lambda word: word.number):
        said = _by_money(_with_other_parts(word, told))
        told.append(word)
        for money in {*said, *stories} if word.covered else said:
            story = stories.setdefault(money, Story())
            cells = said.get(money, {})
            keys = {key: value_of(its) for key, its in cells.items()}
            new = [Stated(key, word.on, word.number, value) for key, value in keys.items()]
            if keys:
                new += positions.retirements(story.statements, keys, word.on, word.number)
            if (money.funder_id, money.stage) in word.covered:
                new += positions.removals(story.statements, new, word.on, word.number)
            for key, its in cells.items():
                story.cells[key, word.on, word.number] = its
            story.statements += new
    return stories


def standing(
    story: Story, proofs: Mapping[int, str], connu: int
) -> dict[Key, dict[datetime.date, Standing]]:
    """The statements that stand, by key and date. ``proofs`` are the files of complete returns."""
    found: dict[Key, dict[datetime.date, Standing]] = defaultdict(dict)
    for (key, on), stated in positions.standing(story.statements, connu).items():
        cells: Iterable[Cell] = ()
        kind = "said" if stated.value.said else "retired"
        if stated.removed:
            kind = "removed"
            cells = [Cell(proofs[stated.posting], "", "absente", None)]
        elif stated.value.said:
            cells = story.cells[key, on, stated.posting]
        found[key][on] = Standing(kind, stated.value, tuple(sorted(cells, key=repr)))
    return found


def value_of(cells: Sequence[Cell]) -> Value:
    """The sum of some cells."""
    return Value(
        sum(cell.cents or 0 for cell in cells), sum(cell.cents is None for cell in cells), 1
    )


def _by_money(cells: Iterable[SaidCell]) -> dict[Money, dict[Key, list[Cell]]]:
    found: dict[Money, dict[Key, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for money, key, cell in cells:
        found[money][key].append(cell)
    return found


def _with_other_parts(word: Word, told: Sequence[Word]) -> Iterator[SaidCell]:
    """A word's own cells and, if it is a part, what the others hold of the same money."""
    yield from word.own
    if word.service is None:
        return
    parts: dict[int, Word] = {}
    for earlier in sorted(told, key=lambda earlier: (earlier.on, earlier.number)):
        if earlier.on <= word.on:
            if earlier.service is None:
                parts.clear()
            elif earlier.service != word.service:
                parts[earlier.service] = earlier
    money = {said.money for said in word.own}
    for part in parts.values():
        yield from (said for said in part.own if word.covered or said.money in money)
