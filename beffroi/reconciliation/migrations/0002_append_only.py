from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0001_initial")]

    operations = append_only(
        "reconciliation_signoff",
        "reconciliation_validation",
        "reconciliation_snapshot",
    )
