"""The lines of one return that are one operation: same code, or the same thing said."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Generic, TypeVar

from beffroi.operations.comparing import compare
from beffroi.operations.identity import Identity
from beffroi.operations.places import PlaceNames
from beffroi.operations.proposals import LineSaid, Money
from beffroi.operations.titles import title_of

Member = TypeVar("Member")


@dataclass(slots=True)
class Group:
    """Lines of one return that are one operation, by position, and what they say together.

    ``code`` names the operation where the partner's codes do; ``codes`` are all those it bears,
    but for those that several operations share.
    """

    positions: list[int] = field(default_factory=list)
    identities: dict[Identity, None] = field(default_factory=dict)
    amounts: Counter[Money] = field(default_factory=Counter)
    codes: set[str] = field(default_factory=set)
    code: str = ""

    def add(self, position: int, line: LineSaid) -> None:
        """One more line of the operation."""
        self.positions.append(position)
        self.identities[line.identity] = None
        self.amounts.update(line.amounts)

    def conflicts(self, other: Group, names: PlaceNames) -> bool:
        """Whether two groups cannot be one operation, as their partner tells them apart."""
        if self.code and other.code:
            return True
        return any(
            _tell_apart(mine, its, names) for mine in self.identities for its in other.identities
        )


def _tell_apart(ours: Identity, theirs: Identity, names: PlaceNames) -> bool:
    found = compare(ours, theirs, names)
    return found.apart or found.against


def group_lines(
    lines: Sequence[LineSaid], names: PlaceNames, *, code_names_operation: bool
) -> list[Group]:
    """Put together the lines that are one operation; the order of lines changes nothing to it.

    A code that several names bear is told apart by the name. A line that could as well be one or
    another of two operations stays alone.
    """
    shared = shared_codes(line.identity for line in lines)
    groups: dict[object, Group] = {}
    unnamed: dict[Identity, list[int]] = defaultdict(list)
    for position, line in enumerate(lines):
        code = line.identity.code
        if not (code and code_names_operation):
            unnamed[line.identity].append(position)
            continue
        key = (code, *line.identity.name) if code in shared else code
        group = groups.setdefault(key, Group(code=code))
        group.add(position, line)
        if code not in shared:
            group.codes.add(code)
    found = list(groups.values())
    for identities in _clusters(list(unnamed), shared, names):
        group = Group(codes={each.code for each in identities} - shared - {""})
        for position in sorted(at for identity in identities for at in unnamed[identity]):
            group.add(position, lines[position])
        found.append(group)
    return sorted(found, key=lambda group: group.positions[0])


def shared_codes(identities: Iterator[Identity]) -> set[str]:
    """The codes that several names bear: they name nothing by themselves."""
    names: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for identity in identities:
        names[identity.code].add(identity.name)
    return {code for code, borne in names.items() if code and len(borne) > 1}


def _clusters(
    identities: Sequence[Identity], shared: set[str], names: PlaceNames
) -> Iterator[list[Identity]]:
    """Identities that are one operation: linked by a code, or surely the same."""
    by_name: dict[Identity, list[Identity]] = defaultdict(list)
    by_code: dict[str, list[Identity]] = defaultdict(list)
    for identity in identities:
        by_name[identity._replace(code="")].append(identity)
        if identity.code and identity.code not in shared:
            by_code[identity.code].append(identity._replace(code=""))
    links = Links(by_name)
    for same in by_code.values():
        for identity in same[1:]:
            links.join(same[0], identity)
    for first, second in _sure_pairs(list(by_name), names):
        links.join(first, second)
    for members in links.components():
        yield [identity for member in members for identity in by_name[member]]


def _sure_pairs(
    identities: Sequence[Identity], names: PlaceNames
) -> Iterator[tuple[Identity, Identity]]:
    """The pairs that are surely one operation, but for those of an identity torn between two."""
    alike: dict[tuple[str, str], list[Identity]] = defaultdict(list)
    for identity in identities:
        title = title_of(identity.title)
        if title.words:
            alike[title.key, names.of(identity)].append(identity)
    neighbours: dict[Identity, set[Identity]] = defaultdict(set)
    for (key, place), block in alike.items():
        others = [*block, *(alike.get((key, ""), ()) if place else ())]
        for at, first in enumerate(block):
            for second in others[at + 1 :]:
                if compare(first, second, names).sure:
                    neighbours[first].add(second)
                    neighbours[second].add(first)
    torn = {
        each
        for each, near in neighbours.items()
        if any(_tell_apart(*pair, names) for pair in combinations(near, 2))
    }
    for first, near in neighbours.items():
        yield from ((first, second) for second in near if not {first, second} & torn)


class Links(Generic[Member]):
    """Which things are linked, however far."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._above = {member: member for member in members}

    def _top(self, member: Member) -> Member:
        while self._above[member] != member:
            self._above[member] = self._above[self._above[member]]
            member = self._above[member]
        return member

    def join(self, first: Member, second: Member) -> None:
        """Link two."""
        self._above[self._top(first)] = self._top(second)

    def components(self) -> Iterator[list[Member]]:
        """The things linked together."""
        found: dict[Member, list[Member]] = defaultdict(list)
        for member in self._above:
            found[self._top(member)].append(member)
        return iter(found.values())
