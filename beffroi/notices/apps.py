from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "beffroi.notices"
    label = "notices"
    verbose_name = "Avis"
