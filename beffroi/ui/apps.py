from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "beffroi.ui"
    label = "ui"
    verbose_name = "Interface"

    def ready(self) -> None:
        """Translations are made before the first page asks for them."""
        from beffroi.ui.catalogues import compile_stale

        compile_stale()
