"""What is written into a text only as it leaves, such as the secret of a link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Writer = Callable[[int], str]
_writers: dict[str, Writer] = {}


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One of the rows that a room knows how to write: its ``kind`` is registered by that room."""

    kind: str
    id: int


class Withdrawn(Exception):
    """What was to be enclosed is no longer: a sentence says so. The mail is not sent."""


def register_enclosure(kind: str, write: Writer) -> None:
    """Say how enclosures of a kind are written; a room calls this from its ``AppConfig.ready``.

    ``write(id)`` raises :class:`Withdrawn` where there is nothing to write any more.
    """
    _writers[kind] = write


def mark(rank: int) -> str:
    """What stands in a text for its enclosure of that rank, counted from 1."""
    return f"⟦{rank}⟧"


def filled(text: str, enclosed: Sequence[Sequence[object]]) -> str:
    """The text with its enclosures in it. Raises :class:`Withdrawn`."""
    for rank, (kind, number) in enumerate(enclosed, start=1):
        text = text.replace(mark(rank), _writers[str(kind)](int(str(number))))
    return text


def withheld(text: str, enclosed: Sequence[object], instead: str) -> str:
    """The text as it may be shown: ``instead`` stands for each enclosure."""
    for rank in range(1, len(enclosed) + 1):
        text = text.replace(mark(rank), instead)
    return text
