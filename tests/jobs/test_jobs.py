"""Jobs act under their own name, and the nightly check tells what it finds."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django import app

from beffroi.files.actions import keep, path_of
from beffroi.jobs.tasks import job
from beffroi.journal.actions import posting
from beffroi.journal.context import current
from beffroi.journal.models import Posting
from beffroi.ledger.tasks import check_ledger


@pytest.mark.django_db
def test_what_a_job_writes_says_which_job_wrote_it() -> None:
    seen: list[str] = []

    @job(name="tests.write_something")
    def write_something() -> None:
        seen.append(current().job)
        with posting("return", "essai"):
            pass

    write_something.func()
    assert seen == ["write_something"]
    assert Posting.objects.latest("number").context["job"] == "write_something"
    assert current().job == ""


@pytest.mark.django_db
def test_the_nightly_check_tells_of_a_damaged_file(
    caplog: pytest.LogCaptureFixture, settings: Any, tmp_path: Path
) -> None:
    settings.FILES_ROOT = tmp_path
    kept = keep(b"un classeur", "classeur.xlsx")
    with caplog.at_level(logging.ERROR):
        check_ledger.func(timestamp=0)  # as the worker calls it
        assert caplog.records == []
        path_of(kept.sha256).write_bytes(b"autre chose")
        check_ledger.func(timestamp=0)  # as the worker calls it
    assert ["classeur.xlsx" in record.getMessage() for record in caplog.records] == [True]


def test_the_nightly_check_is_planned() -> None:
    planned = {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
    assert check_ledger.name in planned
