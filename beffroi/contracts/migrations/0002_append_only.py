from django.db import migrations

from beffroi.journal.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial"), ("journal", "0002_append_only")]

    operations = append_only(
        "contracts_node",
        "contracts_nodeversion",
    )
