"""Long work: told as it goes, given up on request, taken up again, never half-done."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from django.db import connection, transaction
from django.utils.translation import override

from beffroi.files.models import StoredFile
from beffroi.jobs import kinds, running
from beffroi.jobs.actions import AlreadyActive, cancel, start, take_up_again, without_worker
from beffroi.jobs.models import Job
from beffroi.jobs.progress import WHOLE, shown
from beffroi.jobs.running import JOB_LOCK, MOST_ATTEMPTS, Work, WorkFailed, run

KIND = "tests.work"
ASK_TO_CANCEL = "UPDATE jobs_job SET cancel_asked_at = now()"


@pytest.fixture(autouse=True)
def db(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Here transactions really commit, in a database of the test's own."""
    monkeypatch.setattr(running, "PAUSE_SECONDS", 0)
    with connection.cursor() as cursor:  # what other tests of the template may have left
        cursor.execute("DELETE FROM procrastinate_jobs")
    yield
    connection.close()


def working(act: Callable[[Work], None]) -> Job:
    """Ask for work that does this."""
    phases = {"read": "Lecture", "post": "Inscription"}
    kinds.register_kind(kinds.Kind(KIND, "Essai", phases, act))
    return start(KIND, "delivery", 1)


def seen(job: Job) -> Job:
    """The job as another session sees it."""
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SELECT state, phase, done, total, sentence, attempts FROM jobs_job")
        [row] = cursor.fetchall()
    names = ("state", "phase", "done", "total", "sentence", "attempts")
    return Job(pk=job.pk, kind=KIND, **dict(zip(names, row, strict=True)))


def file_kept(digit: str = "1") -> None:
    """A write of the work's."""
    StoredFile.objects.create(sha256=digit * 64, size=1, name="essai")


@contextmanager
def held_by_another(job: Job) -> Iterator[None]:
    """As if a worker of another machine ran it."""
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [JOB_LOCK, job.pk])
        yield
        cursor.execute("SELECT pg_advisory_unlock_all()")  # a session closed lets go a bit later


def waiting() -> int:
    """How many times a worker was asked for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        return int(cursor.fetchone()[0])


def test_progress_is_seen_before_the_work_commits() -> None:
    told: list[Job] = []

    def act(work: Work) -> None:
        with transaction.atomic():
            file_kept()
            work.step("read", 3, 12)
            told.append(seen(job))
            work.step("post")
            told.append(seen(job))
            work.conclude("Voilà.")
            told.append(seen(job))

    job = working(act)
    assert (seen(job).state, waiting()) == ("queued", 1)
    run(job.pk)
    assert [(j.state, j.phase, j.done, j.total) for j in told] == [
        ("running", "read", 3, 12),
        ("running", "post", 0, None),
        ("running", "post", 0, None),
    ]
    assert [shown(each).value for each in told] == [WHOLE // 8, WHOLE // 2, WHOLE // 2]
    assert [phase.standing for phase in shown(told[1]).phases] == ["done", "current"]
    assert (seen(job).state, seen(job).sentence) == ("done", "Voilà.")


def test_a_second_click_is_told_so() -> None:
    job = working(lambda work: work.conclude(""))
    with pytest.raises(AlreadyActive, match="déjà en cours"):
        start(KIND, "delivery", 1)
    start(KIND, "delivery", 2)
    assert waiting() == 2
    run(job.pk)
    start(KIND, "delivery", 1)


def test_what_is_asked_for_and_rolled_back_was_never_asked_for() -> None:
    with transaction.atomic():
        working(lambda work: work.conclude(""))
        transaction.set_rollback(True)
    assert (Job.objects.count(), waiting()) == (0, 0)


def test_work_is_given_up_at_its_next_step() -> None:
    def act(work: Work) -> None:
        with transaction.atomic():
            file_kept()
            with closing(connection.copy()) as other, other.cursor() as cursor:
                cursor.execute(ASK_TO_CANCEL)
            work.step("post")
            pytest.fail("it went on")

    job = working(act)
    run(job.pk)
    assert (seen(job).state, StoredFile.objects.count()) == ("cancelled", 0)
    assert not cancel(job)


def test_work_given_up_after_its_last_step_is_undone() -> None:
    def act(work: Work) -> None:
        work.step("post")
        with closing(connection.copy()) as other, other.cursor() as cursor:
            cursor.execute(ASK_TO_CANCEL)
        with transaction.atomic():
            file_kept()
            work.conclude("Fait.")

    job = working(act)
    run(job.pk)
    assert (seen(job).state, StoredFile.objects.count()) == ("cancelled", 0)


def test_what_runs_is_asked_to_stop() -> None:
    def act(work: Work) -> None:
        assert cancel(job)
        assert seen(job).state == "running"
        work.step("read")

    job = working(act)
    run(job.pk)
    assert seen(job).state == "cancelled"


def test_what_waits_is_given_up_at_once_and_what_is_over_stays() -> None:
    job = working(lambda work: pytest.fail("it was given up"))
    assert cancel(job)
    run(job.pk)
    assert (seen(job).state, seen(job).attempts) == ("cancelled", 0)
    assert not cancel(job)


def test_an_unexpected_error_has_a_number_and_keeps_its_traceback_for_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def act(work: Work) -> None:
        with transaction.atomic():
            file_kept()
            raise ZeroDivisionError("divisé par zéro")

    job = working(act)
    with caplog.at_level(logging.ERROR, "beffroi"):
        run(job.pk)
    after = seen(job)
    assert (after.state, StoredFile.objects.count()) == ("failed", 0)
    assert f"échec n° {job.pk}" in after.outcome
    assert "zéro" not in after.outcome
    [record] = caplog.records
    assert f"Échec n° {job.pk}" in record.getMessage()
    assert record.exc_info


def test_an_expected_failure_says_its_sentence() -> None:
    def act(work: Work) -> None:
        raise WorkFailed("Le classeur a disparu : envoyez-le à nouveau.")

    job = working(act)
    run(job.pk)
    assert (seen(job).state, seen(job).sentence) == (
        "failed",
        "Le classeur a disparu : envoyez-le à nouveau.",
    )


def test_work_that_forgets_to_conclude_is_a_failure() -> None:
    job = working(lambda work: None)
    run(job.pk)
    assert seen(job).state == "failed"


def test_a_job_whose_worker_died_is_taken_up_again() -> None:
    job = working(lambda work: work.conclude(""))
    Job.objects.update(state="running", attempts=1)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    with held_by_another(job):
        assert without_worker() == []
        assert take_up_again() == []
    assert take_up_again() == [job.pk]
    assert take_up_again() == [job.pk], "still without worker"
    assert waiting() == 1, "and asked for once"
    run(job.pk)
    assert (seen(job).state, seen(job).attempts, without_worker()) == ("done", 2, [])


def test_a_job_runs_in_one_worker_at_a_time() -> None:
    job = working(lambda work: pytest.fail("another worker has it"))
    with held_by_another(job):
        run(job.pk)
    assert (seen(job).state, seen(job).attempts) == ("queued", 0)


def test_a_worker_that_lost_its_job_to_another_commits_nothing() -> None:
    def act(work: Work) -> None:
        with closing(connection.copy()) as other, other.cursor() as cursor:
            cursor.execute("UPDATE jobs_job SET attempts = attempts + 1")
        with transaction.atomic():
            file_kept()
            work.conclude("")

    job = working(act)
    run(job.pk)
    assert (seen(job).state, StoredFile.objects.count()) == ("running", 0)


def test_work_that_keeps_killing_its_worker_is_given_up() -> None:
    job = working(lambda work: pytest.fail("once too many"))
    Job.objects.update(state="running", attempts=MOST_ATTEMPTS)
    run(job.pk)
    assert seen(job).state == "failed"
    assert "recommencez" in seen(job).outcome
    with override("en"):
        assert "start again" in seen(job).outcome
