from django.db import migrations

from beffroi.journal.append_only import REFUSE_CHANGE, append_only


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE journal_posting_id", "DROP SEQUENCE journal_posting_id"
        ),
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION journal_refuse_change()"),
        *append_only("journal_posting"),
    ]
