from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial")]

    operations = append_only(
        "contracts_node",
        "contracts_nodeversion",
    )
