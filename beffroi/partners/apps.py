from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "beffroi.partners"
    label = "partners"
    verbose_name = "Partenaires"
