"""Bringing the tables up to date, as the role that owns them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError

from beffroi.server.refusal import ServerRefusal
from beffroi.server.roles import grant_application_rights

#: Two processes that start at once migrate one after the other.
MIGRATION_LOCK = 0x4D494752  # "MIGR"


def migrate_if_needed() -> None:
    """Apply what is missing, then give the application its rights anew."""
    try:
        if not _pending():
            return
    except OperationalError as error:
        raise ServerRefusal(
            "La base ne répond pas : " + " ".join(str(error).split()) + "."
        ) from error
    with owner_connection() as owner:
        owner.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        with as_owner():
            if _pending():
                call_command("migrate", verbosity=0, interactive=False)
        grant_application_rights(owner, settings.DATABASES["default"]["USER"])


def _pending() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def owner_connection() -> Iterator[psycopg.Connection]:
    """A connection of the owner's, apart from Django's."""
    owner = settings.DATABASE_OWNER
    address = {
        "host": owner["HOST"],
        "port": owner["PORT"],
        "user": owner["USER"],
        "password": owner["PASSWORD"],
        "dbname": connection.settings_dict["NAME"],
    }
    given = {name: value for name, value in address.items() if value}
    with psycopg.connect(**given, autocommit=True) as opened:
        yield opened


@contextmanager
def as_owner() -> Iterator[None]:
    """Django's default connection is the owner's for the duration of the block."""
    before = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    connections.close_all()
    connection.settings_dict.update(
        {name: settings.DATABASE_OWNER[name] for name in ("USER", "PASSWORD")}
    )
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict.update(before)
