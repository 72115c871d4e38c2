"""Declaring a job: what it writes says which job wrote it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from procrastinate.contrib.django import app

from beffroi.journal.context import acting


def job(**options: Any) -> Callable[[Callable[..., None]], Any]:
    """Declare a job of the worker, with procrastinate's options; it acts under its own name."""

    def declare(function: Callable[..., None]) -> Any:
        @wraps(function)
        def acted(*arguments: Any, **named: Any) -> None:
            with acting(job=function.__name__):
                function(*arguments, **named)

        return app.task(**options)(acted)

    return declare
