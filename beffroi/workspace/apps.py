from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkspaceConfig(AppConfig):
    name = "beffroi.workspace"
    label = "workspace"
    verbose_name = "Espace de travail"

    def ready(self) -> None:
        """Offer the tabs of the pages that show several rooms, what remarks are written on, and the
        steps of the first hour."""
        from beffroi.contracts.pages.tabs import Tab, register_tab
        from beffroi.remarks.subjects import register_kind
        from beffroi.workspace.first_steps import STEPS, register_step
        from beffroi.workspace.remarked import KINDS

        for kind in KINDS:
            register_kind(kind)

        register_tab(Tab(10, "contract", _("Vue d'ensemble"), "workspace:contract"))
        register_tab(Tab(15, "sheet", _("Le contrat"), "workspace:sheet"))
        register_tab(Tab(20, "maquette", _("Maquette"), "workspace:maquette"))
        register_tab(Tab(25, "operations", _("Opérations"), "workspace:operations"))
        register_tab(Tab(27, "map", _("Carte"), "workspace:map"))
        register_tab(Tab(60, "duplicates", _("Doublons"), "workspace:duplicates"))
        register_tab(Tab(55, "crossed", _("Comptes croisés"), "workspace:shared-lines"))
        for step in STEPS:
            register_step(step)
