from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("operations", "0001_initial")]

    operations = append_only(
        "operations_reference",
        "operations_location",
        "operations_cost",
    )
