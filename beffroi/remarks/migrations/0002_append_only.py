from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("remarks", "0001_initial")]

    operations = append_only("remarks_remark", "remarks_mention", "remarks_outcome")
