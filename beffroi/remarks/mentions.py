"""Who is named in a text by « @ » and a full name or an address. No database, no web."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar


class Named(Protocol):
    """Somebody with a name (it may be empty) and an address."""

    full_name: str
    email: str


Person = TypeVar("Person", bound=Named)


def named_in(text: str, people: Iterable[Person]) -> list[Person]:
    """Those of ``people`` whom the text names, capitals and spaces aside.

    Where one name begins another, the longest that is written counts. Nobody else is looked for:
    what follows « @ » and names none of them stays plain text.
    """
    known = list(people)
    written = _folded(text)
    found = {
        rank
        for place, letter in enumerate(written)
        if letter == "@" and not written[:place][-1:].isalnum()
        for rank in _longest(written[place + 1 :], known)
    }
    return [person for rank, person in enumerate(known) if rank in found]


def _longest(after: str, people: Sequence[Named]) -> list[int]:
    """The ranks of those whose name stands at the start, whole, and is the longest there."""
    lengths = {
        rank: max(
            (len(name) for name in _names(person) if after.startswith(name) and _ends(after, name)),
            default=0,
        )
        for rank, person in enumerate(people)
    }
    longest = max(lengths.values(), default=0)
    return [rank for rank, length in lengths.items() if length and length == longest]


def _names(person: Named) -> list[str]:
    return [_folded(name) for name in (person.full_name, person.email) if name.strip()]


def _ends(after: str, name: str) -> bool:
    """Whether the name ends there: « Anne Petit » is not in « Anne Petitjean »; a full stop ends
    an address, « .fr » does not."""
    rest = after[len(name) :]
    if rest[:1] in {".", "-", "'", "’"}:
        return not rest[1:2].isalnum()
    return not (rest[:1].isalnum() or rest[:1] in {"_", "@"})


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
