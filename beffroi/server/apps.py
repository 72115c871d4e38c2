from django.apps import AppConfig


class ServerConfig(AppConfig):
    name = "beffroi.server"
    label = "server"
    verbose_name = "Serveur"
