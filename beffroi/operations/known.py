"""The operations already known, arranged so that a line finds those it may be among thousands."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from beffroi.operations.identity import Identity
from beffroi.operations.places import PlaceNames
from beffroi.operations.proposals import KnownReference
from beffroi.operations.titles import Title, title_of

_BEGINNING = 3
"""Letters of a word by which it is found."""
_MANY = 50
"""A title without numbers is looked for among those with numbers, when these are not so many."""


class KnownOperations:
    """References of operations, found by code, by title, by place, by owner.

    ``partner_id`` is the partner whose lines are looked for.
    """

    def __init__(
        self, references: Iterable[KnownReference], partner_id: int, names: PlaceNames
    ) -> None:
        self.names = names
        self.partner_id = partner_id
        self.references = list(references)
        self.by_code: dict[str, list[KnownReference]] = defaultdict(list)
        self._by_title: dict[str, list[KnownReference]] = defaultdict(list)
        for reference in self.references:
            identity = reference.identity
            self._by_title[identity.title].append(reference)
            if reference.partner_id == partner_id and identity.code:
                self.by_code[identity.code].append(reference)

    @cached_property
    def partners(self) -> Mapping[int, set[int]]:
        """Who speaks of each operation."""
        found: dict[int, set[int]] = defaultdict(set)
        for reference in self.references:
            found[reference.operation_id].add(reference.partner_id)
        return found

    @cached_property
    def codes(self) -> Mapping[int, set[str]]:
        """The partner's own codes of each operation."""
        found: dict[int, set[str]] = defaultdict(set)
        for code, references in self.by_code.items():
            for reference in references:
                found[reference.operation_id].add(code)
        return found

    @cached_property
    def _by_words(self) -> Mapping[str, Sequence[str]]:
        """Titles by their words and marks, in whatever order."""
        found: dict[str, list[str]] = defaultdict(list)
        for title in self._by_title:
            found[title_of(title).key].append(title)
        return found

    @cached_property
    def _by_place(self) -> Mapping[str, _Block]:
        found: dict[str, _Block] = defaultdict(_Block)
        for reference in self.references:
            found[self.names.of(reference.identity)].add(reference)
        return found

    @cached_property
    def _nowhere(self) -> _Block | None:
        """The references that say no place."""
        return self._by_place.get("")

    @cached_property
    def _everywhere(self) -> _Block:
        """All of them, for lines that say no place."""
        found = _Block()
        for reference in self.references:
            found.add(reference)
        return found

    def spelt_so(self, identity: Identity) -> Iterator[KnownReference]:
        """The partner's own references in the very same words, whatever their code."""
        bare = identity._replace(code="")
        for reference in self._by_title.get(identity.title, ()):
            if (
                reference.partner_id == self.partner_id
                and reference.identity._replace(code="") == bare
            ):
                yield reference

    def resembling(
        self, identity: Identity, *, however_exact: bool = False
    ) -> Iterator[KnownReference]:
        """The references worth comparing with an identity.

        Where some say the very same, the others are not looked for, unless ``however_exact``.
        """
        exact = self._by_title.get(identity.title, ())
        yield from exact
        if not however_exact and any(
            _says_the_same(reference.identity, identity) for reference in exact
        ):
            return
        if not title_of(identity.title).words:
            return
        for title in self._by_words.get(title_of(identity.title).key, ()):
            if title != identity.title:
                yield from self._by_title[title]
        if place := self.names.of(identity):
            yield from self._in(self._by_place.get(place), identity)
            yield from self._in(self._nowhere, identity)
        else:
            yield from self._in(self._everywhere, identity)

    def _in(self, block: _Block | None, identity: Identity) -> Iterator[KnownReference]:
        return iter(()) if block is None else block.resembling(identity.title)


def _says_the_same(ours: Identity, theirs: Identity) -> bool:
    """Whether place and objective are said, and the same."""
    said = (ours.place, ours.objective)
    return all(said) and said == (theirs.place, theirs.objective)


class _Block:
    """References among which to look for a title: by its numbers, then by its words."""

    def __init__(self) -> None:
        self.by_title: dict[str, list[KnownReference]] = defaultdict(list)

    def add(self, reference: KnownReference) -> None:
        self.by_title[reference.identity.title].append(reference)

    @cached_property
    def _by_numbers(self) -> Mapping[Numbers, Mapping[str, Sequence[str]]]:
        """Titles by their numbers, then by the beginnings of their words."""
        found: dict[Numbers, dict[str, list[str]]] = {}
        for known in self.by_title:
            title = title_of(known)
            beginnings = found.setdefault(_numbers(title), defaultdict(list))
            for beginning in _beginnings(title):
                beginnings[beginning].append(known)
        return found

    @cached_property
    def _bearing(self) -> Mapping[str, Sequence[Numbers]]:
        """The sets of numbers in which each number is."""
        found: dict[str, list[Numbers]] = defaultdict(list)
        for numbers in self._by_numbers:
            for number in numbers:
                found[number].append(numbers)
        return found

    def resembling(self, plain_title: str) -> Iterator[KnownReference]:
        """Those that share words with a title, and do not differ by their numbers."""
        title = title_of(plain_title)
        beginnings = _beginnings(title)
        for numbers in self._not_told_apart(_numbers(title)):
            by_beginning = self._by_numbers[numbers]
            shared = Counter(
                known for beginning in beginnings for known in by_beginning.get(beginning, ())
            )
            for known, count in shared.items():
                if 2 * count >= min(len(beginnings), len(_beginnings(title_of(known)))):
                    yield from self.by_title[known]

    def _not_told_apart(self, numbers: Numbers) -> Iterable[Numbers]:
        """The sets of numbers that may be those of the same operation."""
        if numbers:
            found = {each for number in numbers for each in self._bearing.get(number, ())}
            return found | ({frozenset()} & self._by_numbers.keys())
        if len(self._by_numbers) <= _MANY:
            return self._by_numbers
        return {frozenset()} & self._by_numbers.keys()


Numbers = frozenset[str]


def _numbers(title: Title) -> Numbers:
    return frozenset(number for _, number in title.marks)


def _beginnings(title: Title) -> set[str]:
    """By which words are found whatever their ending."""
    return {word[:_BEGINNING] for word in title.words}
