"""``python -m beffroi.jobs``: the worker process."""

from beffroi.jobs.worker import main

main()
