"""The queries of a return, each with its messages."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from beffroi.returns.models import Query, QueryMessage, Return
from beffroi.returns.reading.lines import address


@dataclass(frozen=True, slots=True)
class Thread:
    """A query on a cell, and all that was said of it, in order."""

    query: Query
    messages: Sequence[QueryMessage]

    @property
    def where(self) -> str:
        """The cell's address: ``Sheet!H12``."""
        return address(self.query.sheet, self.query.cell)

    @property
    def is_open(self) -> bool:
        """Whether it is not closed yet."""
        return self.query.closed_at is None

    @property
    def closed_on(self) -> datetime.date | None:
        """The day it was closed."""
        closed_at = self.query.closed_at
        return timezone.localtime(closed_at).date() if closed_at else None

    @property
    def is_answered(self) -> bool:
        """Whether the last word is the partner's."""
        return self.messages[-1].from_partner


def threads_of(submitted: Return) -> list[Thread]:
    """Every thread of a return, the open ones first, in one query."""
    by_query: dict[int, list[QueryMessage]] = {}
    messages = (
        QueryMessage.objects.filter(query__submitted=submitted)
        .select_related("query__author", "query__closed_by")
        .order_by("query_id", "pk")
    )
    for message in messages:
        by_query.setdefault(message.query_id, []).append(message)
    threads = [Thread(said[0].query, said) for said in by_query.values()]
    return sorted(threads, key=lambda thread: not thread.is_open)
