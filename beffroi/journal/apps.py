from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "beffroi.journal"
    label = "journal"
    verbose_name = "Journal"
    append_only_tables = ["journal_posting"]
