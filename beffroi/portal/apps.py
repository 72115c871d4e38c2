from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "beffroi.portal"
    label = "portal"
    verbose_name = "Portail public"
    append_only_tables = ["portal_publication"]

    def ready(self) -> None:
        """Offer the tab where a contract is published, and deciding it among the first steps."""
        from beffroi.contracts.abilities import MANAGE
        from beffroi.contracts.pages.tabs import Tab, register_tab
        from beffroi.portal.models import Publication
        from beffroi.workspace.first_steps import Step, register_step

        register_tab(Tab(95, "publication", _("Publication"), "portal:publication", MANAGE))
        register_step(
            Step(
                80,
                "publication",
                _("La publication est décidée"),
                _("Rien n'est public tant que qui pilote le contrat ne l'a pas dit."),
                Publication.objects.all,
                "portal:publication",
                _("Décider de la publication"),
            )
        )
