from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_charges")]

    operations = append_only("ledger_charge")
