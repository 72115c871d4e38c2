from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("returns", "0003_deliveries")]

    operations = append_only(
        "returns_storedlayout",
        "returns_acceptance",
        "returns_querymessage",
        "returns_ruleseverityevent",
        "returns_waiverevent",
    )
