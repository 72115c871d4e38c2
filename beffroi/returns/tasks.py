"""What returns ask of the worker: to remind, on working days, those whose return is missing."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from beffroi.jobs.tasks import job
from beffroi.returns.campaigns.reminders import remind_as_planned


@app.periodic(cron="0 6 * * 1-5")
@job(queueing_lock="returns_remind")
def remind(timestamp: int) -> None:
    """Write the reminders planned up to today; ``timestamp`` is when the worker had planned it."""
    remind_as_planned(timezone.localdate())
