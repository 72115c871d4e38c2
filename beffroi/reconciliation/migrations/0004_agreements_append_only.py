from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0003_agreements")]

    operations = append_only(
        "reconciliation_tolerance", "reconciliation_agreement", "reconciliation_turn"
    )
