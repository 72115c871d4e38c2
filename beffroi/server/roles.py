"""Two roles: one owns and migrates, the one the application runs as owns nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from django.apps import apps
from psycopg import sql

if TYPE_CHECKING:
    from pathlib import Path

OWNER = "beffroi_owner"
APPLICATION = "beffroi_app"
BASE = "beffroi"
#: Two processes that start at once make the roles one after the other.
ROLES_LOCK = 0x524F4C45  # "ROLE"


def create_roles_and_base(socket: Path, administrator: str) -> None:
    """On an embedded cluster, make the two roles and the base where they do not exist yet."""
    with psycopg.connect(
        host=str(socket), user=administrator, dbname="postgres", autocommit=True
    ) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [ROLES_LOCK])
        existing = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        for role in (OWNER, APPLICATION):
            if role not in existing:
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE").format(
                        sql.Identifier(role)
                    )
                )
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [BASE]
        ).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(BASE), sql.Identifier(OWNER)
                )
            )


def append_only_tables() -> list[str]:
    """The tables that rooms declare append-only (``append_only_tables`` of their AppConfig), and
    those that keep the history of the others: its triggers could be switched off by a session."""
    from pghistory.models import Event  # models exist once the settings that import us are read

    declared = [
        table
        for config in apps.get_app_configs()
        for table in getattr(config, "append_only_tables", [])
    ]
    histories = [model._meta.db_table for model in apps.get_models() if issubclass(model, Event)]
    return sorted([*declared, *histories])


def lacks_rights(connection: psycopg.Connection, role: str) -> bool:
    """Whether a migration was cut off before the application got its rights on what it made."""
    found = connection.execute(
        """
        SELECT count(*) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
          AND NOT has_table_privilege(%s, oid, 'SELECT')
        """,
        [role],
    ).fetchone()
    return found is not None and found[0] > 0


def grant_application_rights(connection: psycopg.Connection, role: str = APPLICATION) -> None:
    """Let the application read and write, and only add to the append-only tables.

    ``connection`` is the owner's. Given anew after each migration, all together.
    """
    to = sql.Identifier(role)
    everything = (
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        "REVOKE UPDATE ON ALL SEQUENCES IN SCHEMA public FROM {}",  # no setval
    )
    with connection.transaction():
        for grant in everything:
            connection.execute(sql.SQL(grant).format(to))
        if functions := _own_functions(connection):
            grant_execute = sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}")
            connection.execute(grant_execute.format(sql.SQL(", ").join(functions), to))
        for table in [*append_only_tables(), "django_migrations"]:
            rights = "REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}"
            connection.execute(sql.SQL(rights).format(sql.Identifier(table), to))
        connection.execute(sql.SQL("REVOKE INSERT ON django_migrations FROM {}").format(to))


def _own_functions(connection: psycopg.Connection) -> list[sql.SQL]:
    """The functions that migrations made; those of extensions are open to all, and not ours to
    give."""
    found = connection.execute(
        """
        SELECT oid::regprocedure::text FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
          AND proowner = current_user::regrole
        """
    )
    return [sql.SQL(signature) for (signature,) in found]
