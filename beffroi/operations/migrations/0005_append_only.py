from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("operations", "0004_recognition")]

    operations = append_only("operations_assignment", "operations_judgement")
