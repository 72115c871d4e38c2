from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_agreed_figures")]

    operations = append_only("ledger_arbitration", "ledger_settled")
