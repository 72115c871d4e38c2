from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "beffroi.operations"
    label = "operations"
    verbose_name = "Opérations"
    append_only_tables = [
        "operations_reference",
        "operations_assignment",
        "operations_judgement",
        "operations_location",
        "operations_cost",
        "operations_membership",
    ]
