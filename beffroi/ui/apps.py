from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "beffroi.ui"
    label = "ui"
    verbose_name = "Interface"
