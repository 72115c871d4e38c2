from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "beffroi.returns"
    label = "returns"
    verbose_name = "Remontées"
    append_only_tables = ["returns_return"]
