from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE journal_posting_id", "DROP SEQUENCE journal_posting_id"
        ),
        *append_only("journal_posting"),
    ]
