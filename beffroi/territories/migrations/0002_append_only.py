from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("territories", "0001_initial")]

    operations = append_only(
        "territories_perimeterversion",
        "territories_perimeterversion_communes",
    )
