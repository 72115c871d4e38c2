"""Running a job: the worker's side. What is told of it never waits for the work to commit."""

from __future__ import annotations

import logging
import time
from contextlib import closing
from dataclasses import dataclass, field

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Now

from beffroi.jobs.kinds import kind_named
from beffroi.jobs.models import INTERRUPTED, Job, JobState
from beffroi.journal.context import acting

log = logging.getLogger(__name__)

#: First half of the advisory lock that a worker holds, in a session of its own, for as long as it
#: runs a job: a job said to be running whose lock nobody holds has lost its worker.
JOB_LOCK = 0x4A4F4253  # "JOBS"
RUN = "jobs.run"
"""The worker's task that runs one row of ``jobs_job``."""
MOST_ATTEMPTS = 3
"""A job that loses its worker this many times is given up: its work may be what kills them."""
PAUSE_SECONDS = 0.25
"""Steps of one phase are told no more often than this."""


class GivenUp(Exception):
    """Somebody asked that the job be given up, or another worker has taken it up."""


class WorkFailed(Exception):
    """The work cannot be done: one sentence says why and what to do. Nothing was written."""


@dataclass(slots=True)
class Work:
    """A job being run. ``attempt`` counts from 1."""

    job_id: int
    kind: str
    target_id: int
    requester_id: int | None
    attempt: int
    _session: BaseDatabaseWrapper
    _phase: str = ""
    _told_at: float = field(default=0.0)

    def step(self, phase: str, done: int = 0, total: int | None = None) -> None:
        """Tell where the work is; seen at once, whatever transaction is open.

        Raises :class:`GivenUp` where the job is to be given up.
        """
        now = time.monotonic()
        if phase == self._phase and now - self._told_at < PAUSE_SECONDS:
            return
        self._phase, self._told_at = phase, now
        with self._session.cursor() as cursor:
            cursor.execute(
                """
                UPDATE jobs_job SET phase = %s, done = %s, total = %s, alive_at = now()
                WHERE id = %s AND state = 'running' AND attempts = %s
                RETURNING cancel_asked_at IS NOT NULL
                """,
                [phase, min(done, total or done), total, self.job_id, self.attempt],
            )
            row = cursor.fetchone()
        if row is None or row[0]:
            raise GivenUp

    def conclude(self, sentence: str) -> None:
        """End the job in the caller's transaction, as its last act: it is done when that commits.

        Raises :class:`GivenUp`, which rolls that transaction back, where somebody asked for it
        before. No step may be told afterwards.
        """
        concluded = Job.objects.filter(
            pk=self.job_id,
            state=JobState.RUNNING,
            attempts=self.attempt,
            cancel_asked_at__isnull=True,
        ).update(state=JobState.DONE, sentence=sentence, alive_at=Now(), ended_at=Now())
        if not concluded:
            raise GivenUp


def run(job_id: int) -> None:
    """Run a job that waits, or that lost its worker; do nothing where another worker runs it."""
    with closing(connection.copy()) as session:
        work = _begun(session, job_id)
        if work is None:
            return
        try:
            with acting(job=work.kind, user_id=work.requester_id):
                _act(work)
        except GivenUp:
            _end(work, JobState.CANCELLED, "")
        except WorkFailed as failure:
            _end(work, JobState.FAILED, str(failure))
        except Exception:
            log.exception("Échec n° %s (%s, %s)", job_id, work.kind, work.target_id)
            _end(work, JobState.FAILED, "")


def _begun(session: BaseDatabaseWrapper, job_id: int) -> Work | None:
    """Take the job, if it is to be taken. Its lock lasts as long as the session."""
    with session.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [JOB_LOCK, job_id])
        if not cursor.fetchone()[0]:
            return None
        cursor.execute(
            """
            UPDATE jobs_job
            SET state = 'running', attempts = attempts + 1, phase = '', done = 0, total = NULL,
                started_at = coalesce(started_at, now()), alive_at = now()
            WHERE id = %s AND state IN ('queued', 'running')
            RETURNING kind, target_id, requester_id, attempts
            """,
            [job_id],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    kind, target_id, requester_id, attempt = row
    return Work(job_id, kind, target_id, requester_id, attempt, session)


def _act(work: Work) -> None:
    if work.attempt > MOST_ATTEMPTS:
        raise WorkFailed(INTERRUPTED)
    work.step("")
    kind_named(work.kind).act(work)
    if Job.objects.filter(pk=work.job_id, state=JobState.RUNNING, attempts=work.attempt).exists():
        raise RuntimeError(f"{work.kind} returned without concluding")


def _end(work: Work, state: JobState, sentence: str) -> None:
    """End the job without its work, unless another worker has taken it up meanwhile."""
    with work._session.cursor() as cursor:
        cursor.execute(
            """
            UPDATE jobs_job SET state = %s, sentence = %s, ended_at = now()
            WHERE id = %s AND state = 'running' AND attempts = %s
            """,
            [state, sentence, work.job_id, work.attempt],
        )
