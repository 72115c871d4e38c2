from django.apps import AppConfig


class FrameworkConfig(AppConfig):
    name = "beffroi.framework"
    label = "framework"
    verbose_name = "Maquette"
