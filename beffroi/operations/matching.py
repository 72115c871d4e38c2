"""Recognising in a partner's lines the operations already known: codes, then exact identity.

No likeness is weighed here: a line in which no operation is recognised makes one of its own, and
several that fit alike are given in the order in which they became known.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from beffroi.territories.sorting import sort_key

_NOT_WORDS = re.compile(r"[^a-z0-9]+")


def plain(text: str) -> str:
    """Text without case, accents or punctuation: what two spellings of a title share."""
    return _NOT_WORDS.sub(" ", sort_key(text)).strip()


@dataclass(frozen=True, slots=True)
class Identity:
    """What a line says of its operation; empty where it says nothing."""

    code: str
    title: str
    owner: str = ""
    siret: str = ""
    place: str = ""
    objective: str = ""

    def shortened(self) -> Identity:
        """The identity as far as it is remembered: longer texts could never be known again."""
        return Identity(
            self.code[:120],
            self.title[:500],
            self.owner[:300],
            self.siret[:14],
            self.place[:120],
            self.objective[:40],
        )

    @property
    def name(self) -> tuple[str, str]:
        """What tells two operations under one code apart."""
        return (self.title, self.place)

    def could_be(self, other: Identity) -> bool:
        """Same title, something else in common, and no other objective."""
        if self.title != other.title:
            return False
        if self.objective and other.objective and self.objective != other.objective:
            return False
        pairs = (
            (self.owner, other.owner),
            (self.siret, other.siret),
            (self.place, other.place),
        )
        return any(mine and mine == theirs for mine, theirs in pairs)


@dataclass(slots=True)
class Known:
    """An operation already known, under every identity it was given.

    ``codes`` are this partner's; ``own`` tells that this partner has spoken of it before.
    """

    id: int
    identities: list[Identity]
    codes: set[str] = field(default_factory=set)
    own: bool = False


@dataclass(slots=True)
class Recognised:
    """The operation of each line, by position; negative numbers are operations to make.

    ``made`` gives, for each of those, the position of the first line that makes it.
    """

    operations: list[int]
    made: dict[int, int]


def recognise(
    lines: Sequence[Identity], known: Iterable[Known], *, code_names_operation: bool
) -> Recognised:
    """Give each line its operation.

    The partner's code comes first; a code that several names bear is told apart by the name. Then
    the same title with the same owner, SIRET or place. Where several operations fit, one that no
    other line of the return has taken is preferred.

    ``code_names_operation`` tells that the partner gives one code to an operation, for life: two
    codes are then two operations, however alike. Otherwise codes are those of commitments, of
    which an operation has several, and which may change every year.
    """
    return _Recognition(lines, known, code_names_operation).run()


class _Recognition:
    def __init__(
        self, lines: Sequence[Identity], known: Iterable[Known], code_names_operation: bool
    ) -> None:
        self.lines = lines
        self.code_names_operation = code_names_operation
        self.by_code: dict[str, list[Known]] = defaultdict(list)
        self.by_title: dict[str, list[Known]] = defaultdict(list)
        for operation in known:
            self._index(operation)
        names: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for line in lines:
            names[line.code].add(line.name)
        self.shared_codes = {code for code, borne in names.items() if code and len(borne) > 1}
        self.taken: Counter[int] = Counter()
        self.made: dict[int, int] = {}

    def run(self) -> Recognised:
        found: list[int | None] = [self._certain(line) for line in self.lines]
        self.taken.update(operation for operation in found if operation is not None)
        for position, line in enumerate(self.lines):
            if found[position] is None:
                found[position] = self._among_several(line) or self._make(position)
                self.taken[found[position] or 0] += 1
        return Recognised([operation or 0 for operation in found], self.made)

    def _certain(self, line: Identity) -> int | None:
        """The one operation that fits, when exactly one does."""
        fitting = self._by_code(line) or self._by_identity(line)
        return fitting[0].id if len(fitting) == 1 else None

    def _among_several(self, line: Identity) -> int | None:
        fitting = self._by_code(line) or self._by_identity(line)
        if not fitting:
            return None
        return min(fitting, key=lambda operation: self.taken[operation.id]).id

    def _by_code(self, line: Identity) -> list[Known]:
        if not line.code:
            return []
        bearing = self.by_code.get(line.code, [])
        if len(bearing) > 1 or line.code in self.shared_codes:
            named = [o for o in bearing if any(i.name == line.name for i in o.identities)]
            return named or [o for o in bearing if any(i.title == line.title for i in o.identities)]
        return bearing

    def _by_identity(self, line: Identity) -> list[Known]:
        fitting = [
            operation
            for operation in self.by_title.get(line.title, [])
            if any(identity.could_be(line) for identity in operation.identities)
            and not (self.code_names_operation and line.code and operation.codes)
        ]
        same_objective = [
            o for o in fitting if line.objective in {i.objective for i in o.identities}
        ]
        fitting = same_objective or fitting
        return [o for o in fitting if o.own] or fitting

    def _make(self, position: int) -> int:
        line = self.lines[position]
        operation = Known(-1 - len(self.made), [line], {line.code} - {""}, own=True)
        self.made[operation.id] = position
        self._index(operation)
        return operation.id

    def _index(self, operation: Known) -> None:
        for code in operation.codes:
            self.by_code[code].append(operation)
        for title in {identity.title for identity in operation.identities}:
            self.by_title[title].append(operation)
