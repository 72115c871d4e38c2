"""One web process and one worker, supervised until the operator stops them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from beffroi.server.commands import describe, opened_site
from beffroi.server.configuration import DATABASE_URL, LISTEN, PUBLIC_URL, database, listening
from beffroi.server.postgres import Cluster
from beffroi.server.refusal import ServerRefusal, cause_of

PATIENCE = 10.0
"""How long a process is given to end before it is killed, in seconds."""
LONGEST_PAUSE = 30.0
"""The longest pause before a process that keeps dying is started again, in seconds."""


def serve(data: Path, port: int) -> int:
    """Serve the site under ``data`` on ``port`` until interrupted. Exit status."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    try:
        refuse_taken(listening(), port)
        reach_at(port)
        with opened_site(data):
            collect_static()
            processes = [
                Supervised("web", web_command(port)),
                Supervised("worker", _worker()),
            ]
            with contextlib.ExitStack() as stack:
                for process in processes:
                    stack.callback(process.stop)
                    process.start()
                if not _answers(port, processes[0], stopping):
                    raise ServerRefusal("Le site n'a pas démarré : voyez les messages ci-dessus.")
                if not stopping.is_set():
                    where = f"http://localhost:{port}/"
                    print(f"Beffroi répond sur {where} (Ctrl-C pour arrêter).", flush=True)
                _watch(data, processes, stopping)
    except ServerRefusal as refusal:
        return describe(refusal)
    return 0


def reach_at(port: int) -> None:
    """Letters and links lead to this machine's ``port``, unless the environment names an address.

    To be called before the settings are read.
    """
    os.environ.setdefault(PUBLIC_URL, f"http://localhost:{port}")


def refuse_taken(address: str, port: int) -> None:
    """Two servers on one port would both start silently: look first."""
    with _socket_for(address) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise ServerRefusal(
                f"Le port {port} ne peut pas être pris sur {address} ({cause_of(error)}) : "
                "choisissez-en un autre, par exemple avec --port 8001 (make run PORT=8001), ou "
                f"corrigez {LISTEN}."
            ) from error


def collect_static() -> None:
    """Put the scripts and styles of the rooms where the web process serves them."""
    from django.conf import settings
    from django.core.management import call_command

    try:
        call_command("collectstatic", verbosity=0, interactive=False)
    except OSError as error:
        raise ServerRefusal(
            f"Le dossier {settings.STATIC_ROOT} ne peut pas être écrit ({cause_of(error)})."
        ) from error


@dataclass
class Supervised:
    """A child process that is started again when it dies, more and more slowly."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    pause: float = 0.5
    started_at: float = 0.0
    due_at: float | None = None

    def start(self) -> None:
        """Start it, in a group of its own so that Ctrl-C reaches us alone."""
        self.process = subprocess.Popen([*_with_parent(), *self.command], start_new_session=True)
        self.started_at = time.monotonic()
        self.due_at = None

    def revive(self) -> None:
        """Start it again if it has died: after a pause, which delays nobody else."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if self.due_at is None:
            self._signal(signal.SIGKILL)  # what it left behind would keep the port
            print(
                f"Le processus « {self.name} » s'est arrêté "
                f"(code {self.process.returncode}) : relancé.",
                file=sys.stderr,
                flush=True,
            )
            lived = now - self.started_at
            self.pause = 0.5 if lived > LONGEST_PAUSE else min(self.pause * 2, LONGEST_PAUSE)
            self.due_at = now + self.pause
        if now >= self.due_at:
            self.start()

    def stop(self) -> None:
        """End it, and insist."""
        if self.process is None:
            return
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE)
        self._signal(signal.SIGKILL)
        self.process.wait()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)  # type: ignore[union-attr]


def _with_parent() -> list[str]:
    """What makes a child stop when the supervisor dies, however it dies."""
    return ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []


def _socket_for(address: str) -> socket.socket:
    return socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)


def web_command(port: int) -> list[str]:
    """The web process: as many threads as the embedded database has connections to spare."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--host", listening(), "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "4", "--log-level", "warning"),
        *("--no-ws", "beffroi.wsgi:application"),
    ]


def _worker() -> list[str]:
    return [sys.executable, "-m", "beffroi.jobs"]


def _answers(port: int, web: Supervised, stopping: threading.Event) -> bool:
    """Wait until the web process accepts connections."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}
    address = everywhere.get(listening(), listening())
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not stopping.is_set():
        if web.process is not None and web.process.poll() is not None:
            return False
        with contextlib.suppress(OSError), socket.create_connection((address, port), 0.5):
            return True
        time.sleep(0.05)
    return stopping.is_set()


def _watch(data: Path, processes: list[Supervised], stopping: threading.Event) -> None:
    cluster = None if database(DATABASE_URL) else Cluster(data.absolute())
    while not stopping.wait(1.0):
        if cluster is not None and not cluster.is_running():
            print("La base s'est arrêtée : relancée.", file=sys.stderr, flush=True)
            cluster.keep_up()
        for process in processes:
            process.revive()
