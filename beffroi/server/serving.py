"""One web process and one worker, supervised until the operator stops them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from beffroi.server.commands import describe, opened_site
from beffroi.server.configuration import DATABASE_URL, database
from beffroi.server.postgres import Cluster
from beffroi.server.refusal import ServerRefusal

PATIENCE = 10.0
"""How long a process is given to end before it is killed, in seconds."""
LONGEST_PAUSE = 30.0
"""The longest pause before a process that keeps dying is started again, in seconds."""


def serve(data: Path, port: int) -> int:
    """Serve the site under ``data`` on ``port`` until interrupted. Exit status."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    try:
        refuse_taken(port)
        with opened_site(data):
            collect_static()
            processes = [
                Supervised("web", _web(port)),
                Supervised("worker", _worker()),
            ]
            with contextlib.ExitStack() as stack:
                for process in processes:
                    stack.callback(process.stop)
                    process.start()
                if not _answers(port, processes[0], stopping):
                    raise ServerRefusal("Le site n'a pas démarré : voyez les messages ci-dessus.")
                print(
                    f"Beffroi répond sur http://localhost:{port}/ (Ctrl-C pour arrêter).",
                    flush=True,
                )
                _watch(data, processes, stopping)
    except ServerRefusal as refusal:
        return describe(refusal)
    return 0


def refuse_taken(port: int) -> None:
    """Two servers on one port would both start silently: look first."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ServerRefusal(
                f"Le port {port} est déjà pris ({error.strerror}) : choisissez-en un autre, par "
                "exemple avec --port 8001 (make run PORT=8001)."
            ) from error


def collect_static() -> None:
    """Put the scripts and styles of the rooms where the web process serves them."""
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)


@dataclass
class Supervised:
    """A child process that is started again when it dies, more and more slowly."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    pause: float = 0.5
    started_at: float = field(default=0.0)

    def start(self) -> None:
        """Start it, in a group of its own so that Ctrl-C reaches us alone."""
        self.process = subprocess.Popen(self.command, start_new_session=True)
        self.started_at = time.monotonic()

    def revive(self, stopping: threading.Event) -> None:
        """Start it again if it has died."""
        if self.process is None or self.process.poll() is None:
            return
        print(
            f"Le processus « {self.name} » s'est arrêté "
            f"(code {self.process.returncode}) : relancé.",
            file=sys.stderr,
            flush=True,
        )
        lived = time.monotonic() - self.started_at
        self.pause = 0.5 if lived > LONGEST_PAUSE else min(self.pause * 2, LONGEST_PAUSE)
        if not stopping.wait(self.pause):
            self.start()

    def stop(self) -> None:
        """End it, and insist."""
        if self.process is None or self.process.poll() is not None:
            return
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self.process.wait()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)  # type: ignore[union-attr]


def _web(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--host", os.environ.get("BEFFROI_LISTEN", "127.0.0.1"), "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "4", "--log-level", "warning"),
        *("--no-ws", "beffroi.wsgi:application"),
    ]


def _worker() -> list[str]:
    return [sys.executable, "-m", "beffroi.jobs"]


def _answers(port: int, web: Supervised, stopping: threading.Event) -> bool:
    """Wait until the web process accepts connections."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not stopping.is_set():
        if web.process is not None and web.process.poll() is not None:
            return False
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5):
            return True
        time.sleep(0.05)
    return stopping.is_set()


def _watch(data: Path, processes: list[Supervised], stopping: threading.Event) -> None:
    cluster = None if database(DATABASE_URL) else Cluster(data.absolute())
    while not stopping.wait(1.0):
        if cluster is not None and not cluster.is_running():
            print("La base s'est arrêtée : relancée.", file=sys.stderr, flush=True)
            cluster.start()
        for process in processes:
            process.revive(stopping)
