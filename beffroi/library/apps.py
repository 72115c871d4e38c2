from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    name = "beffroi.library"
    label = "library"
    verbose_name = "Documents et actualités"

    def ready(self) -> None:
        """Offer the tab of a contract's documents and news."""
        from beffroi.contracts.pages.tabs import Tab, register_tab

        register_tab(Tab(80, "library", _("Documents"), "library:documents"))
