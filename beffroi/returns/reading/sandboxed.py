"""``python -m beffroi.returns.reading.sandboxed FD``: the process apart in which a file is read.

It takes one request on its standard input, answers on the pipe it is given, and ends.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import sys
import time
import traceback
from math import ceil
from multiprocessing.connection import Connection
from typing import Any

from beffroi.returns.reading.progress import Progress, listening
from beffroi.returns.reading.workbook import UnreadableFile

BETWEEN_TWO_SECONDS = 0.1
"""Progress within a phase is told no more often than this."""


class _Telling:
    """Sends progress through the pipe, each phase at once, then from time to time."""

    def __init__(self, outward: Connection) -> None:
        self.outward = outward
        self.phase = ""
        self.next = 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.phase != self.phase or now >= self.next:
            self.phase, self.next = progress.phase, now + BETWEEN_TWO_SECONDS
            _send(self.outward, "progress", progress)


def main() -> None:
    """Answer the request. The process ends without cleaning up: it holds nothing."""
    outward = Connection(int(sys.argv[1]), readable=False)
    memory_bytes, seconds, act, arguments, named = pickle.load(sys.stdin.buffer)
    _limit(memory_bytes, seconds)
    gc.disable()
    out_of_memory = pickle.dumps(("memory", ""))
    try:
        with listening(_Telling(outward)):
            result = act(*arguments, **named)
        _send(outward, "done", result)
    except UnreadableFile as refusal:
        _send(outward, "refused", refusal)
    except MemoryError:
        outward.send_bytes(out_of_memory)
    except Exception:  # noqa: BLE001 - whatever it is, the sender gets a sentence, the keeper this
        _send(outward, "failed", traceback.format_exc())
    os._exit(0)


def _send(outward: Connection, kind: str, said: Any) -> None:
    outward.send_bytes(pickle.dumps((kind, said), protocol=5))


def _limit(memory_bytes: int, seconds: float) -> None:
    """Memory, processor time, nothing written, no core dumped."""
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, ceil(seconds)),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (soft, hard))


if __name__ == "__main__":
    main()
