from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "beffroi.files"
    label = "files"
    verbose_name = "Fichiers"
    append_only_tables = ["files_storedfile"]
