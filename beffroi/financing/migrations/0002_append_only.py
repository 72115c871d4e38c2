from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("financing", "0001_initial")]

    operations = append_only("financing_plan", "financing_planline", "financing_waiver")
