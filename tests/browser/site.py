"""The real site, as it is served, on a furnished database of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.db import connection, connections

from beffroi.accounts.models import User
from beffroi.cli import demonstration
from beffroi.server.roles import APPLICATION
from beffroi.server.serving import web_command
from tests.browser.deliveries import furnish_deliveries
from tests.cluster import as_administrator, copy_database

START_TIMEOUT = 60.0


@dataclass(frozen=True)
class Site:
    """Where it answers, who may sign in, and what it prints."""

    address: str
    email: str
    password: str
    log: Path


@contextlib.contextmanager
def furnished_database(blocker: Any) -> Iterator[str]:
    """A copy of the test database, with the demonstration in it, dropped afterwards."""
    with copy_of(connection.settings_dict["NAME"], "furnished") as name:
        with blocker.unblock(), connected_to(name):
            furnish()
        yield name


@contextlib.contextmanager
def copy_of(origin: str, suffix: str) -> Iterator[str]:
    """A copy of that database, dropped afterwards."""
    name = f"{origin}_{suffix}"
    connections.close_all()
    as_administrator(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    copy_database(origin, name)
    try:
        yield name
    finally:
        as_administrator(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Django reads and writes that database for the duration of the block."""
    before = connection.settings_dict["NAME"]
    connections.close_all()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before


def furnish() -> None:
    """The demonstration, without the national workbooks: they are long and change no layout.

    Its first account administers the site too.
    """
    with patch.object(demonstration, "NATIONAL", ()):
        demonstration.prepare(lambda sentence: None)
    furnish_deliveries()
    User.objects.filter(email=demonstration.ACCOUNTS[0].email).update(is_staff=True)


@contextlib.contextmanager
def served(name: str, log: Path) -> Iterator[str]:
    """The site's web process on that database; its address."""
    port = free_port()
    host = connection.settings_dict["HOST"]
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{APPLICATION}@/{name}?host={host}",
        "DJANGO_SETTINGS_MODULE": "beffroi.settings",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            web_command(port), env=environment, stdout=output, stderr=output, start_new_session=True
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/compte/connexion", process, log)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    """A port nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until the site answers."""
    limit = time.monotonic() + START_TIMEOUT
    while time.monotonic() < limit:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(address, timeout=10).close()
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"The site does not answer: {log.read_text()[-2000:]}")
