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
        "ledger_coverage",
        "ledger_part",
        "ledger_arbitration",
        "ledger_settled",
        "ledger_charge",
        "ledger_chargeshare",
        "ledger_entry",
        "ledger_balance",
    ]

    def ready(self) -> None:
        """Say which postings « connue au » offers."""
        from beffroi.contracts.pages.situation import register_postings
        from beffroi.ledger.queries import Scope, postings_of

        register_postings(lambda contract: postings_of(Scope(contract)))
