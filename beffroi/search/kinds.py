"""The kinds of things that are found: each room registers its own when the site starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from beffroi.search.asking import Asked


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: where it is read, and what it is.

    ``code`` and ``title`` name it; ``matched`` is what else bears the words (a partner's code, its
    own title…), ``where`` what it belongs to (contract, commune…). ``close`` tells that its words
    only resemble those asked for.
    """

    title: str
    address: str
    code: str = ""
    matched: str = ""
    where: Sequence[str] = ()
    fictitious: bool = False
    close: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A few hits, and how many there are in all; ``more`` tells that there are still others, which
    were not counted."""

    hits: Sequence[Hit]
    count: int
    more: bool = False


NOTHING = Found((), 0)
Finder = Callable[[Asked, int, int], Found]
"""``finder(asked, first, most)``: ``most`` hits from the ``first`` (0), in one query. It finds only
what the person may see, as known at the posting asked for; what they may not is not counted."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of things, its heading on the page, and who finds them."""

    rank: int
    key: str
    label: str | Promise
    find: Finder


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    """Add a kind; a room calls this from its ``AppConfig.ready``."""
    _kinds[kind.key] = kind


def kinds() -> list[Kind]:
    """Every kind, in the order of the page."""
    return sorted(_kinds.values(), key=lambda kind: kind.rank)
