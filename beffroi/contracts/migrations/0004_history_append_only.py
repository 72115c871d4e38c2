from django.db import migrations

from beffroi.server.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("contracts", "0003_link_kind_known")]

    operations = append_only("contracts_contractevent", "contracts_accessevent")
