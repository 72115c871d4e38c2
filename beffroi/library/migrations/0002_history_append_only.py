from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = append_only("library_documentevent", "library_articleevent")
