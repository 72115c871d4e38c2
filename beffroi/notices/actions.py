"""Telling people something, and what becomes of what was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models.functions import Now

from beffroi.accounts.models import User
from beffroi.notices.enclosures import Enclosure
from beffroi.notices.models import Notice

LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to write to. ``user`` is their account, where they have one."""

    address: str
    name: str = ""
    user: User | None = None

    @property
    def language(self) -> str:
        """The language they read; French where it is not known."""
        return self.user.language if self.user else "fr"


def tell(
    key: str,
    person: Person,
    *,
    subject: str,
    body: str,
    link: str = "",
    reply_to: str = "",
    enclosed: Sequence[Enclosure] = (),
) -> Notice | None:
    """Write to somebody, in the transaction of what it is about; the worker sends it.

    ``key`` says what it is about, for whom and when: told again, nothing is written, and ``None``
    is given. ``link`` is the path of a page of the site; ``enclosed`` is what the marks of ``body``
    stand for.
    """
    notice, written = Notice.objects.get_or_create(
        key=key,
        defaults={
            "address": person.address.strip().lower(),
            "user": person.user,
            "subject": " ".join(subject.split())[:LONGEST_SUBJECT],
            "body": body,
            "link": link,
            "reply_to": reply_to,
            "enclosed": [[each.kind, each.id] for each in enclosed],
        },
    )
    return notice if written else None


def see_all(user: User) -> int:
    """Mark as seen all that was told to somebody. How many were not."""
    return Notice.objects.filter(user=user, seen_at__isnull=True).update(seen_at=Now())


def try_again(notice: Notice) -> None:
    """Put a notice that did not leave back among those to send, at once."""
    Notice.objects.filter(pk=notice.pk, sent_at__isnull=True).update(
        given_up_at=None, due_at=Now(), attempts=0
    )
