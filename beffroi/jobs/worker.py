"""The worker process: runs the jobs that pages leave for later, and the periodic ones."""

from __future__ import annotations

import os

import django

JOBS_AT_ONCE = 3
"""A large workbook does not hold up the others, nor the mails."""


def main() -> None:
    """Take up what a dead worker left, then work until stopped."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beffroi.settings")
    django.setup()
    from procrastinate.contrib.django import app

    from beffroi.jobs.actions import take_up_again

    take_up_again()
    # Django's connection cannot wait for notifications: the worker has its own.
    worker_app = app.with_connector(app.connector.get_worker_connector())
    with worker_app.open():
        worker_app.run_worker(concurrency=JOBS_AT_ONCE, delete_jobs="successful")
