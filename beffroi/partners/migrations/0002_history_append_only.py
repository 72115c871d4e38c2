from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]

    operations = append_only(
        "partners_organisationevent",
        "partners_successionevent",
        "partners_serviceevent",
        "partners_membershipevent",
    )
