from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_moving")]

    operations = append_only("ledger_coverage", "ledger_part")
