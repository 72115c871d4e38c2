"""Making something known: the one way to obtain a posting."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils import timezone

from beffroi.journal.context import current
from beffroi.journal.models import Posting, PostingKind

#: Held exclusively from the moment a posting takes its number until its commit, and in share mode
#: by whoever asks which postings are known at a moment of the clock.
KNOWN_TIME_LOCK = 0x42454646524F49  # "BEFFROI"


@dataclass(slots=True)
class OpenPosting:
    """A posting being made: its id is known, its number is not yet."""

    id: int
    kind: str
    label: str
    received_on: datetime.date | None
    _last_acts: dict[str, Callable[[int], None]] = field(default_factory=dict)

    def as_last_act(self, name: str, act: Callable[[int], None]) -> None:
        """Run ``act(number)`` once the number is taken, just before the commit; once a name. Keep
        it short: every other posting waits for it."""
        self._last_acts[name] = act


@contextmanager
def posting(
    kind: PostingKind | str, label: str, *, received_on: datetime.date | None = None
) -> Iterator[OpenPosting]:
    """One transaction that makes something known.

    Rows written inside name ``posting.id``. When the block ends, the number and the time are taken
    under :data:`KNOWN_TIME_LOCK`, so that the order of numbers is the order of commits, and a slow
    import cannot slip into an answer already given. An exception writes nothing.

    ``received_on`` is the day the source was received, where a history is loaded after the fact.
    """
    with transaction.atomic():
        opened = OpenPosting(_reserve_id(), str(kind), label[:300], received_on)
        yield opened
        number = _take_number(opened)
        for act in opened._last_acts.values():
            act(number)


def _reserve_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('journal_posting_id')")
        return int(cursor.fetchone()[0])


def _take_number(opened: OpenPosting) -> int:
    context = current()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [KNOWN_TIME_LOCK])
        # A row being written holds the lock: what is read here is the last committed posting.
        cursor.execute(
            """
            INSERT INTO journal_posting
                (id, number, at, kind, label, received_on, user_id, context)
            SELECT %s, coalesce(max(number), 0) + 1,
                   greatest(clock_timestamp(), max(at) + interval '1 microsecond'),
                   %s, %s, %s, %s, %s::jsonb
            FROM journal_posting
            RETURNING number
            """,
            [
                opened.id,
                opened.kind,
                opened.label,
                opened.received_on,
                context.user_id,
                json.dumps(context.as_facts()),
            ],
        )
        return int(cursor.fetchone()[0])


def known_number(at: datetime.datetime) -> int:
    """The number of the last posting known at a moment (0 when none was).

    Waits for a posting that has taken its time and not yet committed, so that the same question
    asked twice has one answer. Raises ``ValueError`` for a moment yet to come, whose answer could
    still change, for a moment without time zone, and for one beyond the calendar.
    """
    if timezone.is_naive(at):
        raise ValueError("Un moment « connu » s'écrit avec son fuseau horaire.")
    try:
        at = at.astimezone(datetime.UTC)  # PostgreSQL knows fewer zones than there are offsets
    except OverflowError:
        raise ValueError("Ce moment sort du calendrier : écrivez-en un autre.") from None
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [KNOWN_TIME_LOCK])
            cursor.execute("SELECT clock_timestamp()")  # the clock that dates postings
            if at > cursor.fetchone()[0]:
                raise ValueError(
                    "Ce moment est dans le futur : ce qui sera connu n'est pas encore connu."
                )
        last = Posting.objects.filter(at__lte=at).order_by("-number").first()
    return last.number if last else 0


def last_number() -> int:
    """The number of the last posting committed (0 when there is none)."""
    last = Posting.objects.order_by("-number").values_list("number", flat=True).first()
    return int(last or 0)
