"""Reminding those whose return is missing, and nobody else."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from django.db import connection, transaction

from beffroi.accounts.models import User
from beffroi.returns.campaigns.letters import Post, last_letters
from beffroi.returns.campaigns.progress import Standing, standings
from beffroi.returns.models import Campaign, Letter, Recipient

#: Held while planned reminders are written: two workers write each once.
REMINDERS_LOCK = 0x52454D494E44  # "REMIND"


@transaction.atomic
def remind_as_planned(today: datetime.date) -> int:
    """Write the reminders that open campaigns have planned up to ``today``. How many mails.

    A reminder whose day went by while nothing ran is written late; of several, only the last. A
    person receives at most one such mail a day, for all that they have to send.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REMINDERS_LOCK])
    campaigns = Campaign.objects.filter(opens_on__lte=today, closed_at__isnull=True)
    missing = [each for each in standings(list(campaigns)) if each.missing]
    post = Post(Letter.Kind.PLANNED, f"planned:{today.isoformat()}", today)
    return post.write(_to_remind(missing, today))


def _to_remind(missing: Sequence[Standing], today: datetime.date) -> Iterator[Recipient]:
    """Those not written to since the last day on which a reminder was planned."""
    requests = {each.request.pk: each.request for each in missing}
    written = last_letters(list(requests.values()))
    for recipient in Recipient.objects.filter(request__in=requests).order_by("address", "pk"):
        recipient.request = requests[recipient.request_id]
        planned = last_planned(recipient.request.campaign, recipient.request.must_send_by, today)
        last = written.get((recipient.request_id, recipient.address))
        if planned and (last is None or last < planned):
            yield recipient


def last_planned(
    campaign: Campaign, due: datetime.date, today: datetime.date
) -> datetime.date | None:
    """The last day, up to ``today``, on which a reminder was planned for what is due then."""
    days = (due + datetime.timedelta(days=offset) for offset in campaign.reminders)
    return max((day for day in days if day <= today), default=None)


def next_planned(
    campaign: Campaign, due: datetime.date, today: datetime.date
) -> datetime.date | None:
    """The next day, after ``today``, on which a reminder is planned for what is due then."""
    days = (due + datetime.timedelta(days=offset) for offset in campaign.reminders)
    return min((day for day in days if day > today), default=None)


@transaction.atomic
def remind_now(standings: Sequence[Standing], author: User, today: datetime.date) -> int:
    """Remind at once the recipients of what is missing among these. How many mails.

    Nobody is reminded twice by hand on one day about one campaign.
    """
    requests = {each.request.pk: each.request for each in standings if each.missing}
    if not requests:
        return 0
    campaign = next(iter(requests.values())).campaign
    recipients = list(Recipient.objects.filter(request__in=requests).order_by("address", "pk"))
    for recipient in recipients:
        recipient.request = requests[recipient.request_id]
    key = f"asked:{campaign.pk}:{today.isoformat()}"
    return Post(Letter.Kind.ASKED, key, today, author).write(recipients)
