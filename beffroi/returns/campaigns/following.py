"""The campaign after another: the same requests, at the next date."""

from __future__ import annotations

import calendar
import datetime

from beffroi.returns.campaigns.actions import Terms
from beffroi.returns.models import Campaign
from beffroi.ui import figures

YEARLY = 12


def following_terms(previous: Campaign) -> Terms:
    """What the next campaign says: as far from this one as this one was from the one before (a
    year where there was none), with the same time to answer. Its first message is to be written.
    """
    effective_on = months_after(previous.effective_on, _rhythm(previous))
    before, after = figures.day(previous.effective_on), figures.day(effective_on)
    return Terms(
        title=previous.title.replace(before, after),
        effective_on=effective_on,
        due_on=effective_on + (previous.due_on - previous.effective_on),
        reminders=tuple(previous.reminders),
    )


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day of a later month; the last of a month stays the last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    is_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return datetime.date(year, month + 1, last if is_last else min(day.day, last))


def _rhythm(previous: Campaign) -> int:
    earlier = (
        Campaign.objects.filter(
            contract_id=previous.contract_id, effective_on__lt=previous.effective_on
        )
        .order_by("-effective_on")
        .first()
    )
    if earlier is None:
        return YEARLY
    after, before = previous.effective_on, earlier.effective_on
    return max((after.year - before.year) * 12 + after.month - before.month, 1)
