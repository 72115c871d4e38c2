"""The kinds of long work: each room above registers its own when the site starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from beffroi.jobs.running import Work

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of long work. ``phases`` gives, in order, what each phase is called on screen.

    ``act`` does the work; its last transaction is to call ``work.conclude``.
    """

    name: str
    label: Text
    phases: Mapping[str, Text]
    act: Callable[[Work], None]


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    """Add a kind; a room calls this from its ``AppConfig.ready``."""
    _kinds[kind.name] = kind


def kind_named(name: str) -> Kind:
    """The kind of that name. Raises ``KeyError`` for one that nobody registered."""
    return _kinds[name]
