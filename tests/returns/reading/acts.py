"""What a process apart is asked to do in the tests, beside reading."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any


def environment() -> list[str]:
    return sorted(os.environ)


def loop() -> None:
    while True:
        pass


def sleep() -> None:
    while True:
        signal.pause()


def take_memory() -> int:
    return len([bytearray(1 << 20) for _ in range(4000)])


def abort() -> None:
    os.abort()


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stumble() -> None:
    raise RuntimeError("quelque chose d'imprévu")


def write(path: str) -> None:
    Path(path).write_text("écrit", encoding="utf-8")


class Running:
    """An answer that would write a file where it is received."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return write, (self.path,)


def answer_by_running(path: str) -> Running:
    return Running(path)
