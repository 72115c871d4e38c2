"""Returns taken one after the other, as a contract's are, with somebody who answers rightly."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from beffroi.operations.known import KnownOperations
from beffroi.operations.matching import match_lines
from beffroi.operations.places import PlaceNames
from beffroi.operations.proposals import (
    KnownReference,
    LineProposal,
    LineSaid,
    Money,
    Standing,
)
from tests.operations.rounds import names


@dataclass
class Taken:
    """One line taken: the operation that it truly is, the one it became, whether it was asked."""

    truth: object
    operation: int
    asked: bool


@dataclass
class Contract:
    """What is known of a contract's operations, return after return.

    ``answers`` tells whether somebody answers the questions, always rightly; otherwise the lines
    asked stand as operations of their own.
    """

    answers: bool = True
    lines: list[Taken] = field(default_factory=list)
    references: dict[KnownReference, None] = field(default_factory=dict)
    amounts: dict[int, dict[Money, int]] = field(default_factory=lambda: defaultdict(dict))
    undecided: set[int] = field(default_factory=set)
    _truths: dict[int, object] = field(default_factory=dict)

    def take(
        self,
        partner: int,
        lines: Sequence[LineSaid],
        truths: Sequence[object],
        *,
        code_names_operation: bool,
    ) -> list[LineProposal]:
        """Match a return and remember it."""
        proposals = match_lines(
            lines,
            KnownOperations(self.references, partner, PlaceNames(names())),
            code_names_operation=code_names_operation,
            amounts_of=lambda ids: {each: self.amounts[each] for each in ids},
            undecided=self.undecided,
        )
        made: dict[int, int] = {}
        sums: dict[int, Counter[Money]] = defaultdict(Counter)
        for line, proposal, truth in zip(lines, proposals, truths, strict=True):
            operation = proposal.operation_id
            if operation is None:
                first = min(proposal.alike)
                if first not in made:
                    made[first] = self._decided(proposal, truth)
                operation = made[first]
            self._truths.setdefault(operation, truth)
            self.references[KnownReference(operation, partner, line.identity)] = None
            sums[operation].update(line.amounts)
            asked = proposal.standing == Standing.ASKED
            self.lines.append(Taken(truth, operation, asked))
        for operation, amounts in sums.items():
            self.amounts[operation] |= amounts
        for proposal in proposals:
            for other in proposal.reunites:
                self._reunite(other, proposal.operation_id or other)
        return proposals

    def _decided(self, proposal: LineProposal, truth: object) -> int:
        new = 1 + max(self._truths, default=0)
        if proposal.standing == Standing.ASKED:
            if not self.answers:
                self.undecided.add(new)
            for candidate in proposal.candidates:
                if self.answers and self._truths[candidate.operation_id] == truth:
                    return candidate.operation_id
        self._truths[new] = truth
        return new

    def _reunite(self, operation: int, into: int) -> None:
        self.references = {
            each._replace(operation_id=into) if each.operation_id == operation else each: None
            for each in self.references
        }
        self.amounts[into] |= self.amounts.pop(operation, {})
        for line in self.lines:
            if line.operation == operation:
                line.operation = into

    def measure(self) -> Measure:
        """How right the pairs of lines are, those asked left out."""
        pending = self.undecided
        settled = [t for t in self.lines if not t.asked and t.operation not in pending]
        found = _pairs(settled, [line.operation for line in settled])
        true = _pairs(settled, [line.truth for line in settled])
        return Measure(
            right=len(found & true),
            found=len(found),
            true=len(true),
            asked=sum(line.asked for line in self.lines),
            lines=len(self.lines),
        )


def _pairs(lines: Sequence[Taken], labels: Collection[object]) -> set[tuple[int, int]]:
    together: dict[object, list[int]] = defaultdict(list)
    for at, label in zip(range(len(lines)), labels, strict=True):
        together[label].append(at)
    return {pair for members in together.values() for pair in combinations(members, 2)}


@dataclass(frozen=True)
class Measure:
    """Pairs of lines that are one operation: rightly found, found, true; lines asked, lines."""

    right: int = 0
    found: int = 0
    true: int = 0
    asked: int = 0
    lines: int = 0

    def __iter__(self) -> Iterator[int]:
        return iter((self.right, self.found, self.true, self.asked, self.lines))

    def __add__(self, other: Measure) -> Measure:
        return Measure(*(mine + its for mine, its in zip(self, other, strict=True)))

    @property
    def precision(self) -> float:
        return self.right / self.found

    @property
    def recall(self) -> float:
        return self.right / self.true

    @property
    def share_asked(self) -> float:
        return self.asked / self.lines
