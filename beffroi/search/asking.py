"""What somebody looks for, in the forms in which it is compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from beffroi.contracts.models import Contract
from beffroi.contracts.pages.situation import Situation
from beffroi.operations.identity import plain

LONGEST = 200
"""Characters that are read; the page says that the rest is left out."""
MOST_WORDS = 12
FEWEST_CHARACTERS = 2
"""What is shorter is in everything."""
A_PART = 3
"""Letters from which the beginning of a word, or a part of it, is looked for: trigrams."""
SIREN, SIRET = 9, 14


@dataclass(frozen=True)
class Asked:
    """A text looked for by somebody at (au, connu); ``seen`` are the contracts they may see."""

    text: str
    situation: Situation
    seen: Mapping[int, Contract]

    @property
    def is_cut(self) -> bool:
        """Whether some of the text is left out."""
        return len(self.text) > LONGEST or len(plain(self.text[:LONGEST]).split()) > MOST_WORDS

    @cached_property
    def words(self) -> list[str]:
        """Words without case, accents or punctuation, as operations keep their titles."""
        return plain(self.text[:LONGEST]).split()[:MOST_WORDS]

    @property
    def key(self) -> str:
        """The same in one text."""
        return " ".join(self.words)

    @property
    def compact(self) -> str:
        """The same without spaces: codes are written with spaces, dashes, or neither."""
        return "".join(self.words)

    @property
    def is_too_short(self) -> bool:
        return len(self.compact) < FEWEST_CHARACTERS

    @property
    def parts(self) -> list[str]:
        """The words long enough to be looked for within others."""
        return [word for word in self.words if len(word) >= A_PART]

    @property
    def code(self) -> str:
        """The text as a code, empty where it cannot be one: a code has a figure."""
        has_figure = any(each.isdecimal() for each in self.compact)
        return self.compact if has_figure and len(self.compact) >= A_PART else ""

    @property
    def siret(self) -> str:
        """The figures of a SIREN, of a SIRET or of the beginning of one; else empty."""
        compact = self.compact
        return compact if compact.isdecimal() and SIREN <= len(compact) <= SIRET else ""

    @property
    def lexemes(self) -> str:
        """Every word, for ``to_tsquery``: words hold nothing but letters and figures."""
        return " & ".join(self.words)

    @property
    def begun(self) -> str:
        """The same where the last word may be only begun."""
        return f"{self.lexemes}:*" if self.parts[-1:] == self.words[-1:] else self.lexemes
