from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReconciliationConfig(AppConfig):
    name = "beffroi.reconciliation"
    label = "reconciliation"
    verbose_name = "Rapprochement"
    append_only_tables = [
        "reconciliation_signoff",
        "reconciliation_validation",
        "reconciliation_snapshot",
        "reconciliation_tolerance",
        "reconciliation_agreement",
        "reconciliation_turn",
    ]

    def ready(self) -> None:
        """Offer the tab of reconciliation, and the figures that were signed."""
        from beffroi.contracts.pages.situation import register_snapshots
        from beffroi.contracts.pages.tabs import Tab, register_tab
        from beffroi.reconciliation.snapshots import snapshot_named

        register_tab(Tab(50, "reconciliation", _("Rapprochement"), "reconciliation:gaps"))
        register_snapshots(snapshot_named)
