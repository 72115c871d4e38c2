from django.db import migrations

from beffroi.server.append_only import append_only

# Shares are those of their charge's posting: added later, they would change answers given.
NOTHING_ADDED = """
CREATE FUNCTION refuse_known_charge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM added a
               JOIN ledger_charge c ON c.id = a.charge_id
               JOIN journal_posting p ON p.id = c.posting_id) THEN
        RAISE EXCEPTION 'Cette imputation est déjà connue : aucune part ne s''y ajoute.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER nothing_added_to_the_known AFTER INSERT ON ledger_chargeshare
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION refuse_known_charge();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0010_charge_shares")]

    operations = [
        migrations.RemoveField("charge", "contract"),
        migrations.RunSQL(
            NOTHING_ADDED,
            "DROP TRIGGER nothing_added_to_the_known ON ledger_chargeshare;"
            "DROP FUNCTION refuse_known_charge();",
        ),
        *append_only("ledger_chargeshare"),
    ]
