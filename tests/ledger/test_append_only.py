"""Nothing written is ever changed: refused by the database, to the application and to the owner."""

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from django.db.utils import ProgrammingError

from beffroi.server.migrating import owner_connection
from beffroi.server.roles import append_only_tables

pytestmark = pytest.mark.django_db

#: Every append-only table, with one of its columns.
COLUMNS = {
    model._meta.db_table: next(f.column for f in model._meta.local_fields if f.column)
    for model in apps.get_models(include_auto_created=True)
    if model._meta.db_table in append_only_tables()
}
CHANGES = ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}", "TRUNCATE {table}"]

each_table = pytest.mark.parametrize("table", sorted(COLUMNS))


def refused(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("beffroi_app",)
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            cursor.execute(statement)


def test_every_table_of_the_ledger_and_the_journal_is_append_only():
    rooms = ("ledger", "journal")
    tables = {
        model._meta.db_table for room in rooms for model in apps.get_app_config(room).get_models()
    }
    assert tables <= set(append_only_tables()) == set(COLUMNS)


@each_table
@pytest.mark.parametrize(
    "statement",
    [
        *CHANGES,
        "TRUNCATE {table} CASCADE",
        "MERGE INTO {table} t USING {table} s ON false WHEN MATCHED THEN DELETE",
        "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ON CONSTRAINT {table}_pkey "
        "DO UPDATE SET {column} = EXCLUDED.{column}",
        "ALTER TABLE {table} DISABLE TRIGGER append_only",
        "ALTER TABLE {table} DISABLE TRIGGER ALL",
        "ALTER TABLE {table} DROP COLUMN {column}",
        "ALTER TABLE {table} OWNER TO beffroi_app",
        "DROP TRIGGER append_only ON {table}",
        "CREATE RULE silence AS ON INSERT TO {table} DO INSTEAD NOTHING",
        "GRANT UPDATE ON {table} TO beffroi_app; UPDATE {table} SET {column} = {column}",
        "DROP TABLE {table} CASCADE",
    ],
)
def test_the_application_cannot_change_what_was_written(statement, table):
    refused(statement.format(table=table, column=COLUMNS[table]))


@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = replica",
        "ALTER ROLE beffroi_app SET session_replication_role = replica",
        "SET ROLE beffroi_owner",
        "SET SESSION AUTHORIZATION beffroi_owner",
        "CREATE TABLE public.mine (a int)",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql "
        "AS 'BEGIN RETURN NULL; END'",
        "DROP FUNCTION refuse_change() CASCADE",
        "DROP OWNED BY beffroi_owner",
    ],
)
def test_the_application_cannot_lift_the_refusal(statement):
    refused(statement)


@each_table
@pytest.mark.parametrize("statement", CHANGES)
def test_a_slip_of_the_owner_is_refused_too(statement, table):
    if statement.startswith("TRUNCATE"):
        statement += " CASCADE"
    with owner_connection() as owner:
        owner.execute("SET lock_timeout = '5s'")
        with pytest.raises(psycopg.errors.RestrictViolation, match="on y ajoute seulement"):
            owner.execute(statement.format(table=table, column=COLUMNS[table]))
