from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "beffroi.search"
    label = "search"
    verbose_name = "Recherche"

    def ready(self) -> None:
        """Find what the rooms below hold; rooms above register their own kinds."""
        from beffroi.search.finders import (
            contracts,
            operations,
            organisations,
            programme,
            returned,
            territories,
        )
        from beffroi.search.kinds import Kind, register_kind

        register_kind(Kind(10, "contrats", _("Contrats"), contracts.find))
        register_kind(Kind(20, "operations", _("Opérations"), operations.find))
        register_kind(Kind(30, "territoires", _("Territoires"), territories.find))
        register_kind(Kind(40, "organisations", _("Organisations"), organisations.find))
        register_kind(Kind(50, "programme", _("Programme et faits"), programme.find))
        register_kind(Kind(60, "remontees", _("Remontées"), returned.find))
