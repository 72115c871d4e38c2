from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("operations", "0006_membership")]

    operations = append_only("operations_membership")
