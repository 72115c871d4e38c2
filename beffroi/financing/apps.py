from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FinancingConfig(AppConfig):
    name = "beffroi.financing"
    label = "financing"
    verbose_name = "Plans de financement"
    append_only_tables = ["financing_plan", "financing_planline", "financing_waiver"]

    def ready(self) -> None:
        """Offer the tab of financing plans."""
        from beffroi.contracts.pages.tabs import Tab, register_tab

        register_tab(Tab(45, "plans", _("Plans"), "financing:plans"))
