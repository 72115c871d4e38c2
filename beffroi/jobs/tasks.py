"""Declaring a job of the worker: what it writes says which job wrote it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import close_old_connections, connection
from procrastinate.contrib.django import app

from beffroi.jobs import running
from beffroi.jobs.actions import take_up_again
from beffroi.journal.context import acting

log = logging.getLogger(__name__)


def job(**options: Any) -> Callable[[Callable[..., None]], Any]:
    """Declare a job of the worker, with procrastinate's options; it acts under its own name."""

    def declare(function: Callable[..., None]) -> Any:
        @wraps(function)
        def acted(*arguments: Any, **named: Any) -> None:
            if not connection.in_atomic_block:
                close_old_connections()  # the database may have been started again meanwhile
            with acting(job=function.__name__):
                function(*arguments, **named)

        return app.task(**options)(acted)

    return declare


@job(name=running.RUN)
def run_job(job_id: int) -> None:
    """Run one row of ``jobs_job``."""
    running.run(job_id)


@app.periodic(cron="* * * * *")
@job(queueing_lock="take_up_jobs")
def take_up_jobs(timestamp: int) -> None:
    """Every minute, give a worker to the jobs that lost theirs; ``timestamp`` is the minute."""
    for job_id in take_up_again():
        log.info("Tâche n° %s reprise à %s.", job_id, timestamp)
