from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "beffroi.portal"
    label = "portal"
    verbose_name = "Portail public"
    append_only_tables = ["portal_publication"]

    def ready(self) -> None:
        """Offer the tab where a contract is published."""
        from beffroi.contracts.abilities import MANAGE
        from beffroi.contracts.pages.tabs import Tab, register_tab

        register_tab(Tab(95, "publication", _("Publication"), "portal:publication", MANAGE))
