from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReturnsConfig(AppConfig):
    name = "beffroi.returns"
    label = "returns"
    verbose_name = "Remontées"
    append_only_tables = [
        "returns_return",
        "returns_storedlayout",
        "returns_acceptance",
        "returns_querymessage",
    ]

    def ready(self) -> None:
        """Offer the tab of returns, the long work on deliveries, and deposit links in mails."""
        from beffroi.contracts.pages.tabs import Tab, register_tab
        from beffroi.jobs.kinds import Kind, register_kind
        from beffroi.notices.enclosures import register_enclosure
        from beffroi.returns.deliveries import work
        from beffroi.returns.deliveries.actions import PREPARE, SUBMIT
        from beffroi.returns.links import ENCLOSURE, write_link

        register_tab(Tab(40, "returns", _("Remontées"), "returns:list"))
        read = {work.READ: _("Lecture"), work.CHECK: _("Contrôle")}
        prepared = {work.MATCH: _("Rapprochement"), work.PREVIEW: _("Aperçu")}
        posted = {work.POST: _("Inscription au grand livre")}
        register_kind(Kind(PREPARE, _("Préparation de la remontée"), read | prepared, work.prepare))
        register_kind(Kind(SUBMIT, _("Soumission de la remontée"), read | posted, work.submit))
        register_enclosure(ENCLOSURE, write_link)
