"""The forms of layouts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from beffroi.partners.models import Organisation
from beffroi.returns.layouting.files import LARGEST_FILE, LayoutRefused, read_layout_file


class LayoutFileForm(forms.Form):
    """A layout that comes in as a file; its faults are told one by one."""

    file = forms.FileField(
        label=_("Fichier de mise en page"),
        help_text=_("Un fichier YAML, tel que Beffroi l'exporte."),
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml"}),
        error_messages={
            "required": _("Choisissez un fichier."),
            "empty": _("Le fichier est vide : choisissez celui que Beffroi a exporté."),
        },
    )
    note = forms.CharField(
        label=_("Ce qui a changé"),
        help_text=_("Une phrase pour ceux qui liront cette mise en page après vous."),
        max_length=300,
        required=False,
    )
    after = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def clean_file(self) -> dict[str, Any]:
        """The content of the layout."""
        file = self.cleaned_data["file"]
        organisations = list(Organisation.objects.values_list("slug", flat=True))
        try:
            return read_layout_file(file.read(LARGEST_FILE + 1), organisations)
        except LayoutRefused as refused:
            raise ValidationError(refused.faults) from None
