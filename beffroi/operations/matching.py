"""Recognising in the lines of a return the operations already known, all lines at once.

What the partner named before comes first: its codes, and the very words it used. Then what
resembles, weighed by :mod:`comparing`. Nothing is guessed: what could be two operations, or is not
sure, is asked. The answer does not depend on the order of the lines, nor of what is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import combinations, pairwise

from beffroi.operations.comparing import SUM_EQUAL, Comparison, compare, compare_amounts
from beffroi.operations.grouping import Group, Links, group_lines
from beffroi.operations.known import KnownOperations
from beffroi.operations.proposals import (
    Amounts,
    AmountsOf,
    Candidate,
    KnownReference,
    LineProposal,
    LineSaid,
    Reason,
    Standing,
)
from beffroi.operations.sums import parts_of

_CERTAIN = 100
"""Points of what the partner itself named before."""
_MARGIN = 4
"""Points by which one operation must surpass another for the other to be out of the question."""
_SHOWN = 5
"""Candidates shown for one question, at most."""
WITHIN_REACH = 2
"""Points below which no amount would make an operation worth a question."""
_RENUMBERED = Comparison(-8, (Reason("code_differs", against=True),), against=True)


def match_lines(
    lines: Sequence[LineSaid],
    known: KnownOperations,
    *,
    code_names_operation: bool,
    amounts_of: AmountsOf,
    undecided: Collection[int] = (),
    told_apart: Collection[frozenset[int]] = (),
) -> list[LineProposal]:
    """What each line proposes to be, in order.

    ``code_names_operation`` tells that the partner gives one code to an operation, for life: two
    codes are then two operations, however alike. Otherwise codes are those of commitments, of
    which an operation has several, and which may change every year.
    ``undecided`` are operations that lines made while nobody answered: they are asked again.
    ``told_apart`` are pairs of operations that somebody said to be two.
    """
    groups = group_lines(lines, known.names, code_names_operation=code_names_operation)
    matching = _Matching(groups, known, code_names_operation, undecided, told_apart)
    matching.weigh_amounts(amounts_of)
    proposals: list[LineProposal | None] = [None] * len(lines)
    for group, proposal in zip(groups, matching.proposals(), strict=True):
        for position in group.positions:
            proposals[position] = proposal
    return [proposal for proposal in proposals if proposal is not None]


Weighed = dict[int, Comparison]
"""The operations a group may be, with what speaks for each."""


class _Matching:
    def __init__(
        self,
        groups: Sequence[Group],
        known: KnownOperations,
        code_names_operation: bool,
        undecided: Collection[int],
        told_apart: Collection[frozenset[int]],
    ) -> None:
        self.groups = groups
        self.known = known
        self.code_names_operation = code_names_operation
        self.undecided = undecided
        self.told_apart = told_apart
        self.amounts: Mapping[int, Amounts] = {}
        self.joined: dict[int, frozenset[int]] = {}  # groups that make an operation by their sum
        self.codes = {code for group in groups for code in group.codes}
        self.named: list[int | None] = [self._named_before(group) for group in groups]
        self.weighed: list[Weighed] = [
            self._resembling(group)
            if named is None
            else {named: Comparison(_CERTAIN, (self._reason_of_name(group, named),))}
            for group, named in zip(groups, self.named, strict=True)
        ]
        for at, named in enumerate(self.named):
            if named is not None and named in undecided:
                self.weighed[at] |= self._others_than(
                    named, self._resembling(groups[at], however_exact=True)
                )

    # What the partner named before

    def _named_before(self, group: Group) -> int | None:
        """The operation that the partner has called so before, when there is but one."""
        by_code = {
            reference.operation_id
            for code in group.codes | {group.code}
            for reference in self._bearing(code, group)
        }
        if by_code:
            return by_code.pop() if len(by_code) == 1 else None
        if group.code and self.code_names_operation:
            return None
        by_words = {
            reference.operation_id
            for identity in group.identities
            for reference in self.known.spelt_so(identity)
        }
        return by_words.pop() if len(by_words) == 1 else None

    def _bearing(self, code: str, group: Group) -> Sequence[KnownReference]:
        """The partner's references under a code, told apart by name where several bear it."""
        bearing = self.known.by_code.get(code, ())
        if len({reference.operation_id for reference in bearing}) <= 1 and code in group.codes:
            return bearing
        names = {identity.name for identity in group.identities}
        so_named = [each for each in bearing if each.identity.name in names]
        titles = {identity.title for identity in group.identities}
        return so_named or [each for each in bearing if each.identity.title in titles]

    def _reason_of_name(self, group: Group, operation_id: int) -> Reason:
        codes = group.codes & self.known.codes.get(operation_id, set())
        return Reason("code_same", min(codes)) if codes else Reason("words_same")

    # What resembles

    def _resembling(self, group: Group, *, however_exact: bool = False) -> Weighed:
        found: Weighed = {}
        for identity in group.identities:
            for reference in self.known.resembling(identity, however_exact=however_exact):
                weight = compare(identity, reference.identity, self.known.names)
                best = found.get(reference.operation_id)
                if weight.points > WITHIN_REACH and (best is None or _rank(weight) > _rank(best)):
                    found[reference.operation_id] = weight
        if self.code_names_operation and group.code:
            found = {
                operation_id: weight + _RENUMBERED if codes else weight
                for operation_id, weight in found.items()
                if not (codes := self.known.codes.get(operation_id, set())) & self.codes
            }
        return found

    def _others_than(self, operation_id: int, weighed: Weighed) -> Weighed:
        """The other operations that an undecided one may be."""
        return {
            other: weight
            for other, weight in weighed.items()
            if other != operation_id and not self._are_two(operation_id, other)
        }

    def weigh_amounts(self, amounts_of: AmountsOf) -> None:
        """Let amounts speak wherever they could change something."""
        open_ones = [
            (group, weighed)
            for group, weighed in zip(self.groups, self.weighed, strict=True)
            if len(weighed) > 1 or any(not weight.sure for weight in weighed.values())
        ]
        self.amounts = amounts_of({operation for _, weighed in open_ones for operation in weighed})
        for group, weighed in open_ones:
            for operation_id, weight in weighed.items():
                weighed[operation_id] = weight + compare_amounts(
                    group.amounts, self.amounts.get(operation_id, {})
                )
        self._weigh_sums()

    def _weigh_sums(self) -> None:
        """Groups that make one operation together speak for it, each of them."""
        possible: dict[int, list[int]] = defaultdict(list)
        for at, weighed in enumerate(self.weighed):
            for operation_id, weight in weighed.items():
                if weight.possible:
                    possible[operation_id].append(at)
        for operation_id, groups in possible.items():
            amounts = {at: self.groups[at].amounts for at in groups}
            joined = parts_of(self.amounts.get(operation_id, {}), amounts)
            self.joined[operation_id] = frozenset(joined)
            for at in joined:
                self.weighed[at][operation_id] += SUM_EQUAL

    # All together

    def proposals(self) -> list[LineProposal]:
        """One for each group, in order."""
        sure = [self._without_rivals(weighed) for weighed in self.weighed]
        sure = self._without_conflicts(sure)
        sure = self._without_doubtful_reunions(sure)
        taken: dict[int, list[Group]] = defaultdict(list)
        for group, kept in zip(self.groups, sure, strict=True):
            for operation in kept:
                taken[operation].append(group)
        return [
            self._proposal(group, named, weighed, kept, taken)
            for group, named, weighed, kept in zip(
                self.groups, self.named, self.weighed, sure, strict=True
            )
        ]

    def _without_rivals(self, weighed: Weighed) -> Weighed:
        """The sure operations, but for those which a partner tells apart and that weigh alike."""
        sure = {operation: weight for operation, weight in weighed.items() if weight.sure}
        if len(sure) == 1:
            return sure
        return {
            operation: weight
            for operation, weight in sure.items()
            if not any(
                rival != operation
                and weight.points < rival_weight.points + _MARGIN
                and self._are_two(rival, operation)
                for rival, rival_weight in sure.items()
            )
        }

    def _without_conflicts(self, sure: Sequence[Weighed]) -> list[Weighed]:
        """An operation that groups told apart by the partner claim goes to the one far ahead."""
        claims: dict[int, list[int]] = defaultdict(list)
        for at, weighed in enumerate(sure):
            for operation in weighed:
                claims[operation].append(at)
        kept = [dict(weighed) for weighed in sure]
        for operation, claimants in claims.items():
            if len(claimants) == 1:
                continue
            for at in claimants:
                points = sure[at][operation].points
                if any(
                    other != at
                    and not {at, other} <= self.joined.get(operation, frozenset())
                    and points < sure[other][operation].points + _MARGIN
                    and self.groups[at].conflicts(self.groups[other], self.known.names)
                    for other in claimants
                ):
                    del kept[at][operation]
        return kept

    def _without_doubtful_reunions(self, sure: Sequence[Weighed]) -> list[Weighed]:
        """Lines may show that operations known as several are one, unless somebody knows better."""
        reunions = Links({operation for weighed in sure for operation in weighed})
        for weighed in sure:
            for first, second in pairwise(sorted(weighed)):
                reunions.join(first, second)
        doubtful = {
            operation
            for together in reunions.components()
            if any(self._are_two(*pair) for pair in combinations(together, 2))
            for operation in together
        }
        return [
            weighed if len(weighed) == 1 or not doubtful & weighed.keys() else {}
            for weighed in sure
        ]

    def _are_two(self, operation: int, other: int) -> bool:
        """Whether a partner speaks of both, or somebody said that they are two."""
        return bool(
            self.known.partners[operation] & self.known.partners[other]
            or frozenset((operation, other)) in self.told_apart
        )

    def _proposal(
        self,
        group: Group,
        named: int | None,
        weighed: Weighed,
        kept: Weighed,
        taken: Mapping[int, Sequence[Group]],
    ) -> LineProposal:
        if named is not None:
            others = self._others_than(named, weighed)
            asked = self._candidates(group, others, taken) if named in self.undecided else []
            if asked:
                return LineProposal(Standing.ASKED, group.positions, named, asked)
        if kept:
            chosen, *reunited = sorted(kept)
            candidates = [_candidate(operation, kept[operation]) for operation in sorted(kept)]
            return LineProposal(Standing.SURE, group.positions, chosen, candidates, reunited)
        asked = self._candidates(group, weighed, taken)
        return LineProposal(Standing.ASKED if asked else Standing.NEW, group.positions, None, asked)

    def _candidates(
        self, group: Group, weighed: Weighed, taken: Mapping[int, Sequence[Group]]
    ) -> list[Candidate]:
        """The operations to choose from, best first; none that the partner itself tells apart."""
        possible = [
            (-weight.points, operation, weight)
            for operation, weight in weighed.items()
            if weight.possible
            and not any(
                group.conflicts(other, self.known.names) for other in taken.get(operation, ())
            )
        ]
        shown = [
            _candidate(operation, weight) for _, operation, weight in sorted(possible)[:_SHOWN]
        ]
        return [*self._together(group, shown), *shown]

    def _together(self, group: Group, shown: Sequence[Candidate]) -> list[Candidate]:
        """The candidates which are the group when taken together."""
        amounts = {each.operation_id: self.amounts.get(each.operation_id, {}) for each in shown}
        found = parts_of(group.amounts, amounts)
        if not found:
            return []
        first, *others = found
        return [Candidate(first, 100, SUM_EQUAL.reasons, others)]


def _rank(weight: Comparison) -> tuple[bool, int, tuple[Reason, ...]]:
    """The best evidence first; reasons settle draws, so that no order does."""
    return (weight.sure, weight.points, weight.reasons)


def _candidate(operation_id: int, weight: Comparison) -> Candidate:
    return Candidate(operation_id, max(0, min(weight.points * 4, 100)), weight.reasons)
