"""What the outbox asks of the worker: to be emptied every minute."""

from __future__ import annotations

from procrastinate.contrib.django import app

from beffroi.jobs.tasks import job
from beffroi.notices.sending import send_due


@app.periodic(cron="* * * * *")
@job(queueing_lock="notices_send")
def send_notices(timestamp: int) -> None:
    """Send what is due; ``timestamp`` is the moment for which the worker had planned it."""
    send_due()
