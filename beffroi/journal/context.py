"""One context (who, page, job, command, file) per request or job, carried to every write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass

import pghistory


@dataclass(frozen=True, slots=True)
class Context:
    """Who acts, and from where."""

    user_id: int | None = None
    page: str = ""
    job: str = ""
    command: str = ""
    file: str = ""

    def as_facts(self) -> dict[str, str]:
        """What is known of the context, without the person: ``{"command": "beffroi import"}``."""
        facts = asdict(self)
        facts.pop("user_id")
        return {name: value for name, value in facts.items() if value}


_NOBODY = Context()
_current: ContextVar[Context] = ContextVar("journal_context", default=_NOBODY)


def current() -> Context:
    """The context of the request, job or command being run."""
    return _current.get()


@contextmanager
def acting(
    *,
    user_id: int | None = None,
    page: str = "",
    job: str = "",
    command: str = "",
    file: str = "",
) -> Iterator[Context]:
    """Add to the current context for the duration of a block; histories record it too."""
    around = current()
    context = Context(
        user_id=user_id or around.user_id,
        page=page or around.page,
        job=job or around.job,
        command=command or around.command,
        file=file or around.file,
    )
    token = _current.set(context)
    try:
        with pghistory.context(user=context.user_id, **context.as_facts()):
            yield context
    finally:
        _current.reset(token)
