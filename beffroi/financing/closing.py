"""Whether a financing plan closes: who pays what for one operation. Plain arithmetic, in cents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """What one funder brings. ``is_own`` is the owner's own share; ``is_public`` whether the money
    is that of a public person; ``scheme`` the scheme it comes from (DSIL, FEDER…) and
    ``funder_kind`` the category of who brings it, empty where they are unknown."""

    cents: int
    is_own: bool = False
    is_public: bool = True
    scheme: str = ""
    funder_kind: str = ""


@dataclass(frozen=True, slots=True)
class Financing:
    """A plan: total cost and eligible base, ``None`` where unknown, and its lines.

    ``owner_kind`` is the category of the owner, empty where it is unknown.
    """

    cost: int | None
    base: int | None
    lines: Sequence[Line]
    owner_kind: str = ""

    @property
    def total(self) -> int:
        """All that is brought."""
        return sum(line.cents for line in self.lines)

    @property
    def missing(self) -> int | None:
        """What the cost still lacks; below zero, what is in excess; ``None`` without a cost."""
        return None if self.cost is None else self.cost - self.total

    @property
    def closes(self) -> bool:
        """Whether lines add up to the cost, to the cent."""
        return self.missing == 0

    @property
    def own_share(self) -> int:
        """What the owner brings itself."""
        return sum(line.cents for line in self.lines if line.is_own)

    @property
    def public_funding(self) -> int:
        """All public money, the owner's included where the owner is public."""
        return sum(line.cents for line in self.lines if line.is_public)

    @property
    def public_aid(self) -> int:
        """Public money that others bring."""
        return sum(line.cents for line in self.lines if line.is_public and not line.is_own)
