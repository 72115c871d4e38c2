"""What was told to somebody, and what did not leave."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q, QuerySet

from beffroi.accounts.models import User
from beffroi.notices.models import Notice

SMTP = "django.core.mail.backends.smtp.EmailBackend"


def told_to(user: User) -> QuerySet[Notice]:
    """What was told to somebody, latest first."""
    return Notice.objects.filter(user=user)


def unseen_by(user: User) -> int:
    """How many notices somebody has not seen yet."""
    return Notice.objects.filter(user=user, seen_at__isnull=True).count()


def in_trouble() -> QuerySet[Notice]:
    """The notices that did not leave at the first attempt, those given up first."""
    waiting = Q(sent_at__isnull=True)
    failed = Q(given_up_at__isnull=False) | Q(attempts__gt=0)
    return Notice.objects.filter(waiting & failed).order_by("given_up_at", "due_at")


def mails_leave() -> bool:
    """Whether a mail server is set, so that what is told is mailed too."""
    return settings.EMAIL_BACKEND == SMTP
