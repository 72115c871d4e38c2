from django.db import migrations

from beffroi.journal.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("returns", "0001_initial"), ("journal", "0002_append_only")]

    operations = append_only(
        "returns_return",
    )
