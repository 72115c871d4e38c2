from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    name = "beffroi.reconciliation"
    label = "reconciliation"
    verbose_name = "Rapprochement"
