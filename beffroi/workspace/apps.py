from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "beffroi.workspace"
    label = "workspace"
    verbose_name = "Espace de travail"
