from django.apps import AppConfig


class RemarksConfig(AppConfig):
    name = "beffroi.remarks"
    label = "remarks"
    verbose_name = "Remarques"
    append_only_tables = ["remarks_remark", "remarks_mention", "remarks_outcome"]
