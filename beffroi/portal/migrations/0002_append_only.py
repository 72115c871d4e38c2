from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]

    operations = append_only("portal_publication")
