from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "beffroi.contracts"
    label = "contracts"
    verbose_name = "Contrats"
    append_only_tables = ["contracts_node", "contracts_nodeversion"]
