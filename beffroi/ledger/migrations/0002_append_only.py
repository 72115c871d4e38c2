from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = append_only(
        "ledger_heading",
        "ledger_key",
        "ledger_statement",
        "ledger_evidence",
        "ledger_entry",
        "ledger_balance",
    )
