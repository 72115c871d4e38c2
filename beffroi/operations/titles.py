"""Comparing titles as people write them: abbreviated, cut, misspelt, reordered, in capitals.

A title is a bag of *words*, and *marks*: the numbers, years, ordinals and letters by which
"tranche 1" is told from "tranche 2". Words may be spelt differently; marks never.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

_TOKENS = re.compile(r"[a-z]+|[0-9]+")

#: Words that say nothing of an operation.
_SMALL_WORDS = frozenset(
    (
        "au", "aux", "avec", "ce", "ces", "cette", "chez", "dans", "de", "des", "dont", "du", "en",
        "et", "la", "le", "les", "leur", "leurs", "no", "num", "numero", "ou", "par", "pour", "qu",
        "que", "qui", "sa", "se", "ses", "son", "sous", "sur", "un", "une", "vers",
    )
)  # fmt: skip
_ORDINALS = {
    "premier": "1",
    "premiere": "1",
    "deuxieme": "2",
    "second": "2",
    "seconde": "2",
    "troisieme": "3",
    "quatrieme": "4",
    "cinquieme": "5",
}
_UNITS = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_NUMERALS = _ORDINALS | {
    tens + units: str(10 * rank + unit)
    for rank, tens in enumerate(("", "x", "xx"))
    for unit, units in enumerate(_UNITS)
    if tens + units
}
_ORDINAL_ENDINGS = frozenset(["e", "er", "ere", "re", "eme", "ieme", "nd", "nde"])
#: The parts of an operation that numbers tell apart, as they are also written.
_PARTS = {word: word for word in ["lot", "volet", "ilot", "secteur", "section", "bloc", "batiment"]}
_PARTS |= dict.fromkeys(("tranche", "phase", "etape", "t", "tr", "p", "ph"), "tranche")
_PARTS |= {"bat": "batiment"}
#: Letters that may number a part; the others are what remains of an article or a preposition.
_NUMBERING = frozenset("bcefghk")
_ARTICLES = frozenset(["l", "la", "le", "les", "d", "de", "des", "du", "un", "une", "au", "aux"])
_SAME_WORD = {"saint": "st", "sainte": "st", "ste": "st"}

_MISSPELT_AT_ALL = 4
"""The length from which a letter may be lost, added or swapped with the next."""
_LETTERS_CHANGED = 6
"""The length from which a letter may be changed; two, from twice as long."""
_CUT_SHORT = 3
"""The length from which the beginning of a word stands for it."""


@dataclass(frozen=True, slots=True)
class Title:
    """A title taken apart.

    ``marks`` are pairs: the part that is numbered (or nothing), and the number or letter. ``key``
    is the same for the same words and marks in another order.
    """

    words: tuple[str, ...]
    marks: tuple[tuple[str, str], ...]
    key: str


@lru_cache(maxsize=300_000)
def title_of(plain_title: str) -> Title:
    """Take apart a title written without case, accents or punctuation."""
    words: list[str] = []
    marks: list[tuple[str, str]] = []
    part = ""
    ordinal = False  # whether the last mark is one that its part may follow: "2e tranche"
    for token in _TOKENS.findall(plain_title):
        number = token.lstrip("0") or "0" if token.isdigit() else _NUMERALS.get(token)
        if number is None and part and token in _NUMBERING:
            number = token
        if number is not None:
            ordinal = not part and token in _ORDINALS
            marks.append((part, number))
            part = ""
        elif marks and not part and token in _ORDINAL_ENDINGS:
            ordinal = True
        elif (named := _PARTS.get(_singular(token))) is not None:
            if ordinal:
                marks[-1] = (named, marks[-1][1])
            else:
                words += [part] if part else []
                part = named
            ordinal = False
        elif len(token) > 1 and token not in _SMALL_WORDS:
            words += [part, _singular(token)] if part else [_singular(token)]
            part, ordinal = "", False
    if part:
        words.append(part)
    marks.sort()
    numbers = " ".join(number for _, number in marks)
    return Title(tuple(words), tuple(marks), f"{' '.join(sorted(words))}|{numbers}")


def _singular(word: str) -> str:
    if len(word) > 3 and word[-1] in "sx":
        word = word[:-1]
    return _SAME_WORD.get(word, word)


class Marks(StrEnum):
    """How the marks of two titles compare."""

    NONE = "none"
    SAME = "same"
    ONE_SIDED = "one_sided"
    DIFFERENT = "different"


def compare_marks(ours: Title, theirs: Title) -> Marks:
    """Whether the numbers of two titles tell them apart."""
    if not ours.marks and not theirs.marks:
        return Marks.NONE
    if ours.marks == theirs.marks:
        return Marks.SAME
    numbers, others = ([number for _, number in title.marks] for title in (ours, theirs))
    if not numbers or not others:
        return Marks.ONE_SIDED
    parts, other_parts = ({part: n for part, n in t.marks if part} for t in (ours, theirs))
    if any(other_parts.get(part, number) != number for part, number in parts.items()):
        return Marks.DIFFERENT
    if sorted(numbers) == sorted(others):
        of_others = parts and other_parts and not parts.keys() & other_parts.keys()
        return Marks.ONE_SIDED if of_others else Marks.SAME
    if not Counter(numbers) - Counter(others) or not Counter(others) - Counter(numbers):
        return Marks.ONE_SIDED
    return Marks.DIFFERENT


@dataclass(frozen=True, slots=True)
class Likeness:
    """How the words of two titles compare.

    ``shared`` counts the words found in both, of which ``respelt`` are spelt differently;
    ``left_over`` are those of each that the other lacks.
    """

    shared: int
    respelt: int
    left_over: tuple[tuple[str, ...], tuple[str, ...]]

    @property
    def same(self) -> bool:
        """Whether every word of each is in the other."""
        return not any(self.left_over)

    @property
    def contained(self) -> bool:
        """Whether one says more than the other, and nothing else."""
        return sum(map(bool, self.left_over)) == 1


def likeness(ours: Title, theirs: Title, said_elsewhere: Collection[str] = ()) -> Likeness:
    """Pair the words of two titles off.

    ``said_elsewhere`` are words that a title may leave out, because another column says them:
    those of the place.
    """
    if ours.key == theirs.key:
        return Likeness(len(ours.words), 0, ((), ()))
    mine, its = Counter(ours.words), Counter(theirs.words)
    shared = sum((mine & its).values())
    left, right = sorted((mine - its).elements()), sorted((its - mine).elements())
    respelt = 0
    for one, several, in_order in ((left, right, theirs.words), (right, left, ours.words)):
        for short, run in list(_shortened_runs(one, several, in_order)):
            if short in one and all(word in several for word in run):
                one.remove(short)
                for word in run:
                    several.remove(word)
                respelt += 1
    for word, other in list(_respelt_pairs(left, right)):
        left.remove(word)
        right.remove(other)
        respelt += 1
    return Likeness(
        shared + respelt,
        respelt,
        (
            _unsaid(left, ours.words[-1:], said_elsewhere),
            _unsaid(right, theirs.words[-1:], said_elsewhere),
        ),
    )


def _unsaid(
    words: Sequence[str], last: Sequence[str], said_elsewhere: Collection[str]
) -> tuple[str, ...]:
    """The words that are said nowhere else; the last of a title may be cut at any letter."""
    return tuple(
        word
        for word in words
        if not any(
            same_word(word, other) or (word in last and other.startswith(word))
            for other in said_elsewhere
        )
    )


def _respelt_pairs(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of words spelt differently, the closest first, each word once."""
    pairs = sorted(
        (abs(len(word) - len(other)), word, other)
        for word in left
        for other in right
        if same_word(word, other)
    )
    free, others = Counter(left), Counter(right)
    for _, word, other in pairs:
        if free[word] and others[other]:
            free[word] -= 1
            others[other] -= 1
            yield word, other


@lru_cache(maxsize=300_000)
def same_word(word: str, other: str) -> bool:
    """Whether two words are one, abbreviated or misspelt."""
    if word == other:
        return True
    short, long = sorted((word, other), key=lambda each: (len(each), each))
    if short[0] != long[0]:
        is_glued = long.endswith(short) and long[: -len(short)] in _ARTICLES
        return is_glued or _misspelt(short, long)
    return _abbreviates(short, long) or _misspelt(short, long)


def _abbreviates(short: str, long: str) -> bool:
    """``constr`` and ``amgt`` stand for ``construction`` and ``amenagement``."""
    if len(short) < _CUT_SHORT:
        return False
    if long.startswith(short):
        return len(long) - len(short) > 1 or len(short) > _MISSPELT_AT_ALL
    if short[-1] != long[-1] or len(long) < 2 * len(short) - 1:
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)


def _misspelt(short: str, long: str) -> bool:
    """One letter lost or added, two swapped; in long words, letters changed."""
    if len(long) < _MISSPELT_AT_ALL:
        return False
    allowed = 1 + (len(short) >= 2 * _LETTERS_CHANGED)
    if OSA.distance(short, long, score_cutoff=allowed) > allowed:
        return False
    is_changed = len(short) == len(long) and sorted(short) != sorted(long)
    return len(short) >= _LETTERS_CHANGED or not is_changed


def _shortened_runs(
    ones: Sequence[str], left: Sequence[str], in_order: Sequence[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Words that stand for several running ones: ``msp``, ``tierslieu``."""
    for short in ones:
        for start, word in enumerate(in_order):
            if word not in left or word[0] != short[0]:
                continue
            for end in range(start + 2, min(len(in_order), start + 7) + 1):
                run = tuple(in_order[start:end])
                if any(word not in left for word in run):
                    break
                joined = "".join(run)
                if short == "".join(each[0] for each in run) or _misspelt(joined, short):
                    yield short, run
