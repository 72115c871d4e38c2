from django.db import migrations

# Numbers and times only ever go forward, whoever writes. The lock of known time is held by whoever
# inserts: the maximum read here is the last committed posting.
IN_ORDER = """
CREATE FUNCTION refuse_past_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM journal_posting WHERE number >= NEW.number OR at >= NEW.at)
       OR NEW.at > clock_timestamp() + interval '1 day' THEN
        RAISE EXCEPTION 'Une écriture se connaît après toutes les autres : ni avant, ni entre.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER in_order BEFORE INSERT ON journal_posting
FOR EACH ROW EXECUTE FUNCTION refuse_past_posting();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            IN_ORDER,
            "DROP TRIGGER in_order ON journal_posting; DROP FUNCTION refuse_past_posting();",
        )
    ]
