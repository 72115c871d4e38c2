"""The role the application runs as owns nothing, and cannot become who does."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from beffroi.server.roles import APPLICATION, OWNER
from tests.server.instance import Instance


@pytest.fixture(scope="module")
def running(template: Instance) -> Iterator[Instance]:
    """The template, running, only looked at."""
    with template.cluster.running():
        yield template


@pytest.fixture
def application(running: Instance) -> Iterator[psycopg.Connection]:
    """A connection as the application."""
    with running.connect(APPLICATION) as connection:
        yield connection


@pytest.mark.parametrize(
    ("catalogue", "owner"),
    [
        ("pg_class", "relowner"),
        ("pg_namespace", "nspowner"),
        ("pg_proc", "proowner"),
        ("pg_type", "typowner"),
        ("pg_database", "datdba"),
        ("pg_extension", "extowner"),
        ("pg_largeobject_metadata", "lomowner"),
        ("pg_default_acl", "defaclrole"),
    ],
)
def test_it_owns_nothing(application: psycopg.Connection, catalogue: str, owner: str) -> None:
    owned = application.execute(
        f"SELECT count(*) FROM {catalogue} WHERE {owner}::regrole::text = %s",
        [APPLICATION],
    ).fetchone()
    assert owned == (0,)


def test_it_has_no_power_and_belongs_to_no_role(application: psycopg.Connection) -> None:
    powers = application.execute(
        "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
        " FROM pg_roles WHERE rolname IN (%s, %s)",
        [APPLICATION, OWNER],
    ).fetchall()
    assert powers == [(False,) * 5] * 2
    belongs = application.execute(
        "SELECT count(*) FROM pg_auth_members WHERE member::regrole::text = %s", [APPLICATION]
    ).fetchone()
    assert belongs == (0,)


def test_it_may_create_in_no_schema(application: psycopg.Connection) -> None:
    open_ones = application.execute(
        "SELECT nspname FROM pg_namespace WHERE has_schema_privilege(oid, 'CREATE')"
        " AND nspname NOT LIKE 'pg\\_temp%' AND nspname NOT LIKE 'pg\\_toast\\_temp%'"
    ).fetchall()
    assert open_ones == []


@pytest.mark.parametrize(
    "statement",
    [
        f"SET ROLE {OWNER}",
        f"SET SESSION AUTHORIZATION {OWNER}",
        "SET ROLE beffroi_admin",
        "SET session_replication_role = replica",
        "CREATE TABLE mine (a int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA mine",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        "CREATE EXTENSION hstore",
        "ALTER TABLE files_storedfile DISABLE TRIGGER ALL",
        "DROP TRIGGER append_only ON files_storedfile",
        "DROP TABLE files_storedfile",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN RETURN NEW; END'",
        "UPDATE files_storedfile SET name = ''",
        "DELETE FROM files_storedfile",
        "TRUNCATE files_storedfile",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
        "DELETE FROM django_migrations",
        "GRANT ALL ON files_storedfile TO PUBLIC",
        "COPY files_storedfile TO PROGRAM 'cat'",
        "SELECT pg_read_file('PG_VERSION')",
    ],
)
def test_it_is_refused(application: psycopg.Connection, statement: str) -> None:
    expected = (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidParameterValue)
    if statement.startswith("GRANT"):  # PostgreSQL only warns, and grants nothing
        application.execute(statement)
        rights = application.execute(
            "SELECT count(*) FROM information_schema.role_table_grants"
            " WHERE grantee = 'PUBLIC' AND table_schema = 'public'"
        ).fetchone()
        assert rights == (0,)
        return
    with pytest.raises(expected):
        application.execute(statement)


def test_the_owner_owns_all_that_the_migrations_made(running: Instance) -> None:
    with running.connect() as administrator:
        owners = administrator.execute(
            "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        assert owners == [(OWNER,)]
        base = administrator.execute(
            "SELECT datdba::regrole::text FROM pg_database WHERE datname = 'beffroi'"
        ).fetchone()
        assert base == (OWNER,)


def test_even_the_owner_does_not_change_what_is_append_only(running: Instance) -> None:
    with running.connect(OWNER) as owner, pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute("UPDATE files_storedfile SET name = ''")


def test_nobody_listens_on_the_network(running: Instance) -> None:
    with running.connect() as administrator:
        assert administrator.execute("SHOW listen_addresses").fetchone() == ("",)
    assert running.cluster.socket.stat().st_mode & 0o777 == 0o700
