"""How far a reading has come, told to whoever listens.

The readers call :func:`tell`; it costs nothing where nobody listens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, NamedTuple

Phase = Literal["opening", "reading", "checking"]
"""The file is unpacked; its cells are read; its lines are checked."""

ROWS_BETWEEN = 1000
"""Readers tell their progress once in so many rows."""


class Progress(NamedTuple):
    """Where a reading is: rows ``done`` in this phase, of ``total`` (0 where it is not known)."""

    phase: Phase
    done: int = 0
    total: int = 0


Listener = Callable[[Progress], None]

_listener: ContextVar[Listener | None] = ContextVar("reading_progress", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have what happens meanwhile told to ``listener``."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell(phase: Phase, done: int = 0, total: int = 0) -> None:
    """Tell how far the reading has come."""
    listener = _listener.get()
    if listener is not None:
        listener(Progress(phase, done, total))
