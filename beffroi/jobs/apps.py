from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "beffroi.jobs"
    label = "jobs"
    verbose_name = "Tâches"
