"""Asking for long work, giving it up, and taking up what a dead worker left."""

from __future__ import annotations

import contextlib

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from beffroi.jobs.models import ACTIVE, Job
from beffroi.jobs.running import JOB_LOCK, RUN


class AlreadyActive(Exception):
    """Work is already going on on this target; one sentence says so."""


@transaction.atomic
def start(kind: str, target_kind: str, target_id: int, requester_id: int | None = None) -> Job:
    """Ask for work of a registered kind on a target, in the caller's transaction.

    Raises :class:`AlreadyActive` where some is already going on on it.
    """
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind, target_kind=target_kind, target_id=target_id, requester_id=requester_id
            )
    except IntegrityError as error:
        raise AlreadyActive(_("Ce travail est déjà en cours : attendez qu'il finisse.")) from error
    _wake(job.pk)
    return job


def cancel(job: Job) -> bool:
    """Ask that a job be given up. Whether it still could be: ``False`` once it is over.

    One that waits is given up at once; one that runs, at its next step, with nothing half-done.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE jobs_job
            SET cancel_asked_at = coalesce(cancel_asked_at, now()),
                ended_at = CASE state WHEN 'queued' THEN now() END,
                state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END
            WHERE id = %s AND state = ANY(%s)
            """,
            [job.pk, list(ACTIVE)],
        )
        return cursor.rowcount == 1


def take_up_again() -> list[int]:
    """Give a worker to the jobs that wait for one, or have lost theirs; their numbers."""
    left = without_worker()
    for job_id in left:
        _wake(job_id)
    return left


def without_worker() -> list[int]:
    """The active jobs that no living worker runs."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT j.id FROM jobs_job j
            WHERE j.state = ANY(%s) AND NOT EXISTS (
                SELECT FROM pg_locks l
                WHERE l.locktype = 'advisory' AND l.granted
                  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND l.classid = %s::bigint::oid AND l.objid = j.id::oid AND l.objsubid = 2)
            ORDER BY j.id
            """,
            [list(ACTIVE), JOB_LOCK],
        )
        return [int(row[0]) for row in cursor.fetchall()]


def _wake(job_id: int) -> None:
    """Have a worker run the job, unless it was already asked for."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(RUN, queueing_lock=f"job:{job_id}").defer(job_id=job_id)
