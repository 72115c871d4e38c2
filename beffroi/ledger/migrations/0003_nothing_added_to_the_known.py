from django.db import migrations

# A posting has its row only once its number is taken, as the last act before commit: what names a
# posting that already has one would change answers already given.
TABLES = ("ledger_statement", "ledger_entry")
FUNCTION = """
CREATE FUNCTION refuse_known_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT posting_id FROM added) a
               JOIN journal_posting p ON p.id = a.posting_id) THEN
        RAISE EXCEPTION 'Cette écriture est déjà connue : rien ne s''y ajoute.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
"""
# Evidence belongs to its statement's posting.
OF_EVIDENCE = """
CREATE FUNCTION refuse_known_evidence() RETURNS trigger LANGUAGE plpgsql
-- By the statements' key, one by one: the table they stand in is never read whole.
SET enable_hashjoin TO off SET enable_mergejoin TO off SET enable_seqscan TO off AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT statement_id FROM added) a
               JOIN ledger_statement s ON s.id = a.statement_id
               JOIN journal_posting p ON p.id = s.posting_id) THEN
        RAISE EXCEPTION 'Cette écriture est déjà connue : aucune preuve ne s''y ajoute.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER nothing_added_to_the_known AFTER INSERT ON ledger_evidence
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION refuse_known_evidence();
"""
# Balances are kept once the number is taken: that of the last posting, never an earlier one.
OF_BALANCES = """
CREATE FUNCTION refuse_known_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM added
               WHERE number IS DISTINCT FROM (SELECT max(number) FROM journal_posting)) THEN
        RAISE EXCEPTION 'Un cumul se tient avec son écriture, jamais après une autre.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT heading_id, number FROM added) a
               WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e
                                 JOIN journal_posting p ON p.id = e.posting_id
                                 WHERE e.heading_id = a.heading_id AND p.number = a.number)) THEN
        RAISE EXCEPTION 'Un cumul change avec les mouvements de son écriture, jamais sans eux.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER nothing_added_to_the_known AFTER INSERT ON ledger_balance
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION refuse_known_balance();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only"), ("journal", "0003_in_order")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION refuse_known_posting();"),
        *[
            migrations.RunSQL(
                f"""
                CREATE TRIGGER nothing_added_to_the_known AFTER INSERT ON {table}
                REFERENCING NEW TABLE AS added
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_known_posting();
                """,
                f"DROP TRIGGER nothing_added_to_the_known ON {table};",
            )
            for table in TABLES
        ],
        migrations.RunSQL(
            OF_EVIDENCE,
            "DROP TRIGGER nothing_added_to_the_known ON ledger_evidence;"
            "DROP FUNCTION refuse_known_evidence();",
        ),
        migrations.RunSQL(
            OF_BALANCES,
            "DROP TRIGGER nothing_added_to_the_known ON ledger_balance;"
            "DROP FUNCTION refuse_known_balance();",
        ),
    ]
