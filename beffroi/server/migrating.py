"""Bringing the tables up to date, as the role that owns them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError, ProgrammingError

from beffroi.server.configuration import DATABASE_OWNER_URL, DATABASE_URL, database
from beffroi.server.refusal import ServerRefusal
from beffroi.server.roles import grant_application_rights, lacks_rights

#: Two processes that start at once migrate one after the other.
MIGRATION_LOCK = 0x4D494752  # "MIGR"

#: What PostgreSQL says of a connection it refuses, and what the operator reads.
_CAUSES = {
    "password authentication failed": "mot de passe ou rôle refusé",
    "no password supplied": "il manque un mot de passe",
    "Connection refused": "personne n'écoute à cette adresse",
    "No such file or directory": "personne n'écoute à cette adresse",
    "could not translate host name": "hôte inconnu",
    "Name or service not known": "hôte inconnu",
    "failed to resolve host": "hôte inconnu",
    "timeout expired": "pas de réponse à temps",
    "connection timeout": "pas de réponse à temps",
    "No space left": "son disque est plein",
}


def migrate_if_needed() -> None:
    """Apply what is missing, then give the application its rights anew."""
    role = settings.DATABASES["default"]["USER"]
    with _refusing(DATABASE_URL):
        if _up_to_date(role):
            return
    with _refusing(DATABASE_OWNER_URL), owner_connection() as owner:
        owner.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        with as_owner():
            if _pending():
                call_command("migrate", verbosity=0, interactive=False)
        grant_application_rights(owner, role)


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    """A database that does not answer is refused in a sentence that names its setting."""
    try:
        yield
    except (OperationalError, psycopg.OperationalError) as error:
        said = " ".join(str(error).split())
        cause = next((cause for words, cause in _CAUSES.items() if words in said), said)
        which = f"La base de {name}" if database(name) else "La base"
        raise ServerRefusal(f"{which} ne répond pas ({cause}).") from error
    except (ProgrammingError, psycopg.ProgrammingError, MigrationSchemaMissing) as error:
        if "permission denied" not in str(error) and "must be owner" not in str(error):
            raise
        raise ServerRefusal(
            f"Le rôle de {DATABASE_OWNER_URL} (à défaut, de {DATABASE_URL}) ne possède pas la base "
            "et ne peut pas y créer les tables : donnez le rôle qui la possède."
        ) from error


def _up_to_date(role: str) -> bool:
    """Whether the application finds every table, and may read them."""
    connection.ensure_connection()
    try:
        return not lacks_rights(connection.connection, role) and not _pending()
    except ProgrammingError:  # another process has just made the tables, rights are to come
        return False


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
        **owner["OPTIONS"],
    }
    given = {name: value for name, value in address.items() if value}
    with psycopg.connect(**given, autocommit=True) as opened:
        yield opened


@contextmanager
def as_owner() -> Iterator[None]:
    """Django's default connection is the owner's for the duration of the block."""
    swapped = ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    before = {name: connection.settings_dict[name] for name in swapped}
    connections.close_all()
    connection.settings_dict.update({name: settings.DATABASE_OWNER[name] for name in swapped})
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict.update(before)
