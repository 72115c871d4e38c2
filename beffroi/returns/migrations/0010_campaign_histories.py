from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("returns", "0009_campaigns")]

    operations = append_only(
        "returns_campaignevent", "returns_requestevent", "returns_depositlinkevent"
    )
