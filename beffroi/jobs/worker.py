"""The worker process: runs the jobs that pages leave for later, and the periodic ones."""

from __future__ import annotations

import logging
import os

import django


def main() -> None:
    """Work until stopped."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beffroi.settings")
    django.setup()
    logging.basicConfig(level=logging.WARNING)
    from procrastinate.contrib.django import app

    app.run_worker(concurrency=1, install_signal_handlers=True)


if __name__ == "__main__":
    main()
