"""A throw-away PostgreSQL for the whole test run, started before Django reads its settings.

A pytest plugin (``-p tests.cluster``): the first process starts the cluster, the workers of
pytest-xdist share it, each with a database of its own.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import psycopg

from beffroi.server.postgres import ADMINISTRATOR, Cluster
from beffroi.server.roles import OWNER, create_roles_and_base

SOCKET = "BEFFROI_TEST_SOCKET"
_running = contextlib.ExitStack()


def _start() -> None:
    data = Path(tempfile.mkdtemp(prefix="beffroi-tests-"))
    _running.callback(shutil.rmtree, data, ignore_errors=True)
    cluster = _running.enter_context(Cluster(data, fsync=False).running())
    create_roles_and_base(cluster.socket, ADMINISTRATOR)
    with psycopg.connect(
        f"host={cluster.socket} user={ADMINISTRATOR} dbname=postgres", autocommit=True
    ) as connection:
        connection.execute(f"ALTER ROLE {OWNER} CREATEDB")
    os.environ[SOCKET] = str(cluster.socket)
    os.environ["BEFFROI_DATA"] = str(data)


def as_administrator(statement: str) -> None:
    """Run one statement of the administrator: make a database, drop one."""
    with psycopg.connect(
        f"host={os.environ[SOCKET]} user={ADMINISTRATOR} dbname=postgres", autocommit=True
    ) as opened:
        opened.execute(statement)


def copy_database(origin: str, name: str) -> None:
    """Make a database like another: a connection that a test that is over left there is ended."""
    as_administrator(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{origin}'"
    )
    as_administrator(f"CREATE DATABASE {name} TEMPLATE {origin}")


if SOCKET not in os.environ:
    _start()
os.environ["DATABASE_URL"] = f"postgresql://{OWNER}@/beffroi?host={os.environ[SOCKET]}"
os.environ["DATABASE_OWNER_URL"] = os.environ["DATABASE_URL"]
os.environ["DJANGO_SETTINGS_MODULE"] = "beffroi.settings"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright's loop beside Django's ORM


def pytest_unconfigure(config: Any) -> None:
    """The first process stops what it started."""
    _running.close()
