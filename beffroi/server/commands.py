"""Opening the site for one command: the database started, Django ready, the tables up to date."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from beffroi.server import configuration
from beffroi.server.postgres import ADMINISTRATOR, Cluster
from beffroi.server.refusal import ServerRefusal


@contextmanager
def opened_site(data: Path) -> Iterator[None]:
    """The site under ``data``: its database runs for the duration of the block.

    ``DATABASE_URL`` replaces the embedded database. Migrations are applied as the owner; the rest
    runs as the application's role. Raises :class:`ServerRefusal`.
    """
    configuration.refuse_wrong()
    data = data.absolute()
    os.environ[configuration.DATA] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beffroi.settings")
    if configuration.database(configuration.DATABASE_URL):
        _prepare()
        yield
        return
    _forget_other_servers()
    with Cluster(data).running() as cluster:
        from beffroi.server.roles import create_roles_and_base

        create_roles_and_base(cluster.socket, ADMINISTRATOR)
        os.environ["BEFFROI_SOCKET"] = str(cluster.socket)
        _prepare()
        try:
            yield
        finally:
            from django.db import connections

            connections.close_all()


def _forget_other_servers() -> None:
    """What the shell says of another PostgreSQL (PGPORT, PGOPTIONS…) is not meant for ours."""
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]


def _prepare() -> None:
    django.setup()
    from beffroi.server.migrating import migrate_if_needed

    migrate_if_needed()


def describe(refusal: ServerRefusal) -> int:
    """Say on the error output why the site cannot be opened."""
    print(refusal, file=sys.stderr)
    return 1
