"""What a line says of its operation, in the form in which operations are compared."""

from __future__ import annotations

import re
from typing import NamedTuple

from beffroi.territories.sorting import sort_key

_NOT_WORDS = re.compile(r"[^a-z0-9]+")


def plain(text: str) -> str:
    """Text without case, accents or punctuation: what two spellings of a title share."""
    return _NOT_WORDS.sub(" ", sort_key(text)).strip()


class Identity(NamedTuple):
    """What a line says of its operation; empty where it says nothing.

    Texts are :func:`plain`; ``place`` is the code of a commune, or a plain name where the code is
    not known.
    """

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
