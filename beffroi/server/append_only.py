"""Append-only tables: refused by the database, whoever asks."""

from __future__ import annotations

from django.db.migrations import RunSQL

REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'La table % ne se modifie pas : on y ajoute seulement.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""


def append_only(*tables: str) -> list[RunSQL]:
    """Migration operations by which UPDATE, DELETE and TRUNCATE are refused on ``tables``.

    Grants already refuse them to the application's role; the triggers refuse them to the owner
    too, so that a repair is a decision (dropping a trigger) and never a slip.
    """
    triggers = [
        RunSQL(
            f"""
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            """,
            f"DROP TRIGGER append_only ON {table};",
        )
        for table in tables
    ]
    return [RunSQL(REFUSE_CHANGE, RunSQL.noop), *triggers]
