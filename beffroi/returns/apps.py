from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "beffroi.returns"
    label = "returns"
    verbose_name = "Remontées"
    append_only_tables = [
        "returns_return",
        "returns_storedlayout",
        "returns_acceptance",
        "returns_querymessage",
    ]
