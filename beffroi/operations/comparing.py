"""Weighing what two lines, or a line and an operation, say alike: points, and reasons in words.

Each comparison is symmetric and looks at nothing but the two it compares. What a title leaves
open, place, owner, objective and amounts decide; the weights and the two thresholds are measured
(docs/decisions/0007-matching.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from beffroi.operations.identity import Identity
from beffroi.operations.places import PlaceNames
from beffroi.operations.proposals import Amounts, Reason
from beffroi.operations.titles import Marks, Title, compare_marks, likeness, title_of

SURE = 16
"""Points from which two are one operation, when nothing speaks against it."""
SURE_AGAINST = 25
"""Points from which they are one although something does: only amounts lead there."""
ASKED = 10
"""Points from which they may be one operation: somebody is asked."""

_ENOUGH_WORDS = 4
"""More words in common than this tell nothing more."""
_ROUNDED_TO = {10_000: 5_000, 100_000: 50_000}
"""Amounts written in tenths of k€, or in k€: the unit in cents, and how far they may stray."""

_COMMUNE, _GROUPING = "commune", "epci"
_KINDS_OF_OWNER = dict.fromkeys(("commune", "ville", "mairie", "cne"), _COMMUNE) | dict.fromkeys(
    ("communaute", "agglomeration", "agglo", "metropole", "cc", "ca", "cu"), _GROUPING
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Points for and against two being one operation, and why.

    ``against`` tells that something speaks against it; ``apart`` that they cannot be one.
    """

    points: int
    reasons: tuple[Reason, ...] = ()
    against: bool = False
    apart: bool = False

    @property
    def sure(self) -> bool:
        """Whether nobody needs to be asked."""
        return not self.apart and self.points >= (SURE_AGAINST if self.against else SURE)

    @property
    def possible(self) -> bool:
        """Whether it is worth a question."""
        return not self.apart and self.points >= ASKED

    def __add__(self, other: Comparison) -> Comparison:
        return Comparison(
            self.points + other.points,
            self.reasons + other.reasons,
            self.against or other.against,
            self.apart or other.apart,
        )


NOTHING = Comparison(0)
APART = Comparison(0, apart=True)
SUM_EQUAL = Comparison(14, (Reason("sum_equal"),))


def compare(ours: Identity, theirs: Identity, names: PlaceNames) -> Comparison:
    """Weigh two identities."""
    titles = _titles(ours, theirs, names)
    if titles.apart:
        return APART
    return (
        titles
        + _places(ours, theirs, names)
        + _owners(ours, theirs)
        + _objectives(ours.objective, theirs.objective)
    )


def _titles(ours: Identity, theirs: Identity, names: PlaceNames) -> Comparison:
    mine, its = title_of(ours.title), title_of(theirs.title)
    marks = compare_marks(mine, its)
    if marks == Marks.DIFFERENT:
        return APART
    place_words = {*_words_of(names.of(ours)), *_words_of(names.of(theirs))}
    found = likeness(mine, its, place_words)
    shared = 2 * min(found.shared, _ENOUGH_WORDS)
    if not found.shared:
        words = Comparison(0, (Reason("title_differs", against=True),), against=True)
    elif found.same:
        kind = "title_respelt" if found.respelt else "title_same"
        words = Comparison(6 + shared - min(found.respelt, 3), (Reason(kind),))
    elif found.contained:
        more = max(found.left_over)
        said = Reason("title_longer", " ".join(more), against=True)
        words = Comparison(3 + shared - 2 * len(more), (said,), against=True)
    else:
        detail = " / ".join(" ".join(side) for side in found.left_over)
        wrong = max(map(len, found.left_over))
        words = Comparison(shared - 4 * wrong, (Reason("title_differs", detail, True),), True)
    if marks == Marks.SAME:
        return words + Comparison(4, (Reason("marks_same", _numbers(mine.marks)),))
    if marks == Marks.ONE_SIDED:
        only = mine.marks if len(mine.marks) > len(its.marks) else its.marks
        return words + Comparison(-5, (Reason("marks_one_sided", _numbers(only), True),), True)
    return words


def _numbers(marks: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{part} {number}".strip() for part, number in marks)


@lru_cache(maxsize=50_000)
def _words_of(name: str) -> tuple[str, ...]:
    return title_of(name).words


def _places(ours: Identity, theirs: Identity, names: PlaceNames) -> Comparison:
    """Two codes are compared as codes: communes far apart bear the same name."""
    if ours.place and ours.place == theirs.place:
        return Comparison(4, (Reason("place_same"),))
    both_codes = ours.place in names.by_code and theirs.place in names.by_code
    mine, its = names.of(ours), names.of(theirs)
    if not mine or not its:
        return Comparison(-2)
    if mine == its and not both_codes:
        return Comparison(3, (Reason("place_named"),))
    titles = {names.in_title(ours.title), names.in_title(theirs.title)}
    points = -1 if titles & {mine, its} else -6  # a column may hold a wrong code
    return Comparison(points, (Reason("place_differs", against=True),), against=True)


def _owners(ours: Identity, theirs: Identity) -> Comparison:
    siren = 9
    found = _owner_names(ours.owner, theirs.owner)
    if not ours.siret or not theirs.siret:
        return found
    if ours.siret == theirs.siret:
        return Comparison(4, (Reason("siret_same"),))
    if ours.siret[:siren] == theirs.siret[:siren]:
        return Comparison(3, (Reason("siren_same"),))
    return found + Comparison(-2, (Reason("siret_differs", against=True),))


@lru_cache(maxsize=100_000)
def _owner_names(ours: str, theirs: str) -> Comparison:
    if not ours or not theirs:
        return NOTHING
    (kind, mine), (other_kind, its) = _owner_of(ours), _owner_of(theirs)
    found = likeness(mine, its)
    if (kind and other_kind and kind != other_kind) or not (found.same or found.contained):
        return Comparison(-3, (Reason("owner_differs", against=True),))
    if found.same and kind == other_kind:
        return Comparison(2, (Reason("owner_same"),))
    return Comparison(1, (Reason("owner_near"),))


def _owner_of(name: str) -> tuple[str, Title]:
    """The kind of body an owner is, where its name says so, and the rest of its name."""
    words = title_of(name).words
    kinds = {_KINDS_OF_OWNER[word] for word in words if word in _KINDS_OF_OWNER}
    rest = " ".join(word for word in words if word not in _KINDS_OF_OWNER)
    return _GROUPING if _GROUPING in kinds else "".join(kinds), title_of(rest or name)


def _objectives(ours: str, theirs: str) -> Comparison:
    if not ours or not theirs:
        return NOTHING
    if ours == theirs:
        return Comparison(3, (Reason("objective_same", ours),))
    return Comparison(-6, (Reason("objective_differs", f"{ours} / {theirs}", True),), True)


def compare_amounts(ours: Amounts, theirs: Amounts) -> Comparison:
    """Weigh amounts: of the same funder and stage, whoever says them. The best of them counts."""
    said: dict[tuple[int, str], set[int]] = {}
    for money, cents in theirs.items():
        said.setdefault((money.funder_id, money.stage), set()).add(cents)
    found = [
        (points, f"{money.funder_id}:{money.stage}:{other}", cents == other)
        for money, cents in ours.items()
        for other in said.get((money.funder_id, money.stage), ())
        if (points := _amount_points(cents, other))
    ]
    if not found:
        return NOTHING
    points, detail, is_equal = max(found)
    kind = "amount_equal" if is_equal else "amount_rounded"
    return Comparison(points, (Reason(kind, detail),))


def _amount_points(ours: int, theirs: int) -> int:
    """Few amounts are equal by chance, unless they are round."""
    if not ours or not theirs:
        return 0
    if ours == theirs:
        return 8 if ours % 100_000 else 4
    for unit, stray in _ROUNDED_TO.items():
        is_rounded = ours % unit == 0 or theirs % unit == 0
        if is_rounded and abs(ours - theirs) <= min(stray, abs(theirs) // 50):
            return 6
    return 0
