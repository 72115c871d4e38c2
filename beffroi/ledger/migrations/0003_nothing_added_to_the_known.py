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
    ]
