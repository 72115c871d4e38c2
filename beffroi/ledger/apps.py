from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "beffroi.ledger"
    label = "ledger"
    verbose_name = "Grand livre"
    append_only_tables = [
        "ledger_heading",
        "ledger_key",
        "ledger_statement",
        "ledger_evidence",
        "ledger_entry",
        "ledger_balance",
    ]
