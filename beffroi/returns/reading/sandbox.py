"""Reading in a process apart, with its own memory and time: what a file from outside may cost.

The process knows neither the database nor any secret (its environment is empty), writes nothing,
and hands back plain values: nothing it says can run code here.
"""

from __future__ import annotations

import io
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, TypeVar

from beffroi.returns.reading import Bodies, CommunesIndex, ContractFrame, Reading, read_return
from beffroi.returns.reading.collecting import cycles_left_alone
from beffroi.returns.reading.layout import Layout
from beffroi.returns.reading.opening import read_workbook
from beffroi.returns.reading.progress import Listener, Progress
from beffroi.returns.reading.said import Said
from beffroi.returns.reading.workbook import LIMITS, UnreadableFile, Workbook

_Result = TypeVar("_Result")

HEARTBEAT_SECONDS = 0.5
"""The listener is called at least this often, so that it can give the reading up."""
AT_ONCE = 2
"""How many files one process of ours may have read at once: each may take its memory."""
_places = threading.BoundedSemaphore(AT_ONCE)


class ReadingFailed(UnreadableFile):
    """The reading ended before its time. ``details`` is for the people who keep the server."""

    def __init__(self, sentence: str, details: str) -> None:
        super().__init__(sentence)
        self.details = details


def read_in_worker(
    content: bytes,
    name: str,
    *,
    layout: str | None = None,
    known: Mapping[str, Layout] | None = None,
    contract: ContractFrame | None = None,
    communes: CommunesIndex | None = None,
    bodies: Bodies | None = None,
    said: Said | None = None,
    listener: Listener | None = None,
) -> Reading:
    """What :func:`read_return` says of a file, read in a process apart.

    Raises :class:`UnreadableFile` with one sentence, :class:`ReadingFailed` among them when the
    process ran out of time or memory, or crashed; and whatever ``listener`` raises: the process is
    then ended.
    """
    return in_worker(
        name,
        read_return,
        content,
        name=name,
        layout=layout,
        known=known,
        contract=contract,
        communes=communes,
        bodies=bodies,
        said=said,
        listener=listener,
    )


def workbook_in_worker(content: bytes, name: str, listener: Listener | None = None) -> Workbook:
    """What :func:`read_workbook` says of a file, read in a process apart. Raises as above."""
    return in_worker(name, read_workbook, content, name, listener=listener)


def in_worker(
    file: str,
    act: Callable[..., _Result],
    /,
    *arguments: Any,
    listener: Listener | None = None,
    memory_bytes: int = LIMITS.memory_bytes,
    seconds: float = LIMITS.seconds,
    **named: Any,
) -> _Result:
    """What a function of a module says, called in a process apart; sentences speak of ``file``.

    Its result may hold values of the reading, dates and numbers, and nothing else. No more than
    :data:`AT_ONCE` run at once: the others wait, and their listener is called meanwhile.
    """
    inward, outward = Pipe(duplex=False)
    with _turn(listener), inward, TemporaryFile() as request:
        pickle.dump((memory_bytes, seconds, act, arguments, named), request, protocol=5)
        request.seek(0)
        with outward:
            process = _started(request, outward)
        try:
            return _answer(process, inward, file, seconds, listener)
        finally:
            process.kill()
            process.wait()


def _started(request: IO[bytes], outward: Connection) -> subprocess.Popen[bytes]:
    request.flush()
    return subprocess.Popen(
        [sys.executable, "-P", "-m", f"{__name__}ed", str(outward.fileno())],
        stdin=request,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[outward.fileno()],
        env={"PYTHONPATH": os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path)},
        cwd="/",
    )


@contextmanager
def _turn(listener: Listener | None) -> Iterator[None]:
    """A place among the processes that may run at once."""
    while not _places.acquire(timeout=HEARTBEAT_SECONDS):
        if listener is not None:
            listener(Progress("opening"))
    try:
        yield
    finally:
        _places.release()


def _answer(
    process: subprocess.Popen[bytes],
    inward: Connection,
    name: str,
    seconds: float,
    listener: Listener | None,
) -> Any:
    """Follow the process until it answers, ends or is late."""
    is_late = threading.Event()

    def end() -> None:
        is_late.set()
        process.kill()

    deadline = threading.Timer(seconds, end)
    deadline.daemon = True
    deadline.start()
    progress = Progress("opening")
    try:
        while True:
            said: Any
            try:
                kind, said = _message(inward) or ("progress", progress)
            except Exception as error:
                raise _untimely(process, name, is_late=is_late.is_set()) from error
            if kind == "done":
                return said
            if kind == "refused":
                raise said
            if kind == "failed":
                raise ReadingFailed(_crash(name), said)
            if kind == "memory":
                raise ReadingFailed(_too_much_memory(name), "MemoryError")
            progress = said
            if listener is not None:
                listener(progress)
    finally:
        deadline.cancel()


def _message(inward: Connection) -> tuple[str, Any] | None:
    """What the process says next; ``None`` where it says nothing for a while."""
    if not inward.poll(HEARTBEAT_SECONDS):
        return None
    return _loaded(inward.recv_bytes(LIMITS.answer_bytes))


def _untimely(process: subprocess.Popen[bytes], name: str, *, is_late: bool) -> ReadingFailed:
    """Why a process ended without an answer."""
    process.kill()
    code = process.wait()
    if is_late or code == -signal.SIGXCPU:
        return ReadingFailed(_too_long(name), "time limit")
    # An allocation refused outside Python ends the process by an abort.
    if code == -signal.SIGABRT:
        return ReadingFailed(_too_much_memory(name), "aborted")
    return ReadingFailed(_crash(name), f"exit code {code}")


def _too_long(name: str) -> str:
    return (
        f"{name} demande plus de {LIMITS.seconds} secondes de lecture : supprimez les feuilles et "
        "les lignes inutiles, ou envoyez-le en plusieurs fichiers."
    )


def _too_much_memory(name: str) -> str:
    return (
        f"{name} demande plus de {LIMITS.memory_bytes // 1_000_000} Mo de mémoire : supprimez les "
        "feuilles et les lignes inutiles, ou envoyez-le en plusieurs fichiers."
    )


def _crash(name: str) -> str:
    return (
        f"{name} fait échouer la lecture : ouvrez-le, enregistrez-le à nouveau en .xlsx ou en "
        ".ods, et renvoyez-le."
    )


class _PlainValues(pickle.Unpickler):
    """Takes values of the reading, dates and sets; refuses whatever could do anything.

    A module of the reading gives only the classes that it defines: not what it imports.
    """

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if module.startswith("beffroi.returns.reading.") and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no plain value")


_PLAIN = frozenset(
    {("datetime", name) for name in ("date", "datetime", "time", "timedelta", "timezone")}
    | {("builtins", name) for name in ("set", "frozenset", "range")}
    | {("decimal", "Decimal")}
)


def _loaded(frame: bytes) -> tuple[str, Any]:
    with cycles_left_alone():
        return _PlainValues(io.BytesIO(frame)).load()
