"""Where a line says its operation lies: in its column, or else in its title."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from beffroi.operations.identity import Identity

_BEFORE_A_PLACE = frozenset({"a", "au", "aux"})


class PlaceNames:
    """The plain names of communes, by code."""

    def __init__(self, by_code: Mapping[str, str]) -> None:
        self.by_code = by_code
        self._in_titles: dict[str, str] = {}

    def of(self, identity: Identity) -> str:
        """The plain name of the place of a line; empty where it says none."""
        place = identity.place
        return self.by_code.get(place, place) if place else self.in_title(identity.title)

    @cached_property
    def _by_first_word(self) -> Mapping[str, list[list[str]]]:
        found: dict[str, list[list[str]]] = defaultdict(list)
        for name in sorted(set(self.by_code.values()), key=len, reverse=True):
            words = name.split()
            found[words[0]].append(words)
        return found

    def in_title(self, title: str) -> str:
        """The commune a title names, after "à", or at its end."""
        found = self._in_titles.get(title)
        if found is None:
            found = self._in_titles[title] = self._named_in(title.split())
        return found

    def _named_in(self, words: list[str]) -> str:
        for at, word in enumerate(words):
            for name in self._by_first_word.get(word, ()):
                end = at + len(name)
                is_named = end == len(words) or (at and words[at - 1] in _BEFORE_A_PLACE)
                if is_named and words[at:end] == name:
                    return " ".join(name)
        return ""
