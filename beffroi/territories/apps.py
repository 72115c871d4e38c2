from django.apps import AppConfig


class TerritoriesConfig(AppConfig):
    name = "beffroi.territories"
    label = "territories"
    verbose_name = "Territoires"
    append_only_tables = [
        "territories_perimeterversion",
        "territories_perimeterversion_communes",
    ]
