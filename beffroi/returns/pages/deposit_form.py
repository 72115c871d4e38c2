"""The form by which a workbook is handed in."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beffroi.contracts.models import Contract
from beffroi.partners.models import Organisation, Service
from beffroi.returns.models import Campaign, Request
from beffroi.returns.pages.desk import Desk
from beffroi.ui import figures

FORMATS = ".xlsx,.xlsm,.xls,.ods,.csv,.tsv,.txt,.html,.htm"


class DepositForm(forms.Form):
    """Whose word, of which date, and the workbook.

    Whoever holds a deposit link, or follows a request of a campaign, is not asked what it tells.
    """

    whose = forms.ChoiceField(label=gettext_lazy("Pour"))
    on = forms.DateField(
        label=gettext_lazy("Situation au"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("La date que décrivent les montants, par exemple le 31/12/2024."),
    )
    complete = forms.BooleanField(
        label=gettext_lazy("Remontée complète"),
        required=False,
        help_text=gettext_lazy(
            "À cocher si le classeur contient toutes vos opérations : celles qu'il ne contient "
            "plus vaudront zéro, et l'aperçu vous les montrera avant. Sinon, elles gardent leurs "
            "derniers montants."
        ),
    )
    # Last in the form: what comes before it is read even where the file is too large.
    file = forms.FileField(
        label=gettext_lazy("Classeur"),
        widget=forms.ClearableFileInput(attrs={"accept": FORMATS}),
        error_messages={
            "required": gettext_lazy("Choisissez un fichier."),
            "empty": gettext_lazy("Ce fichier est vide : vérifiez qu'il est bien enregistré."),
        },
    )

    def __init__(
        self,
        desk: Desk,
        *args: Any,
        asked: Request | None = None,
        too_large: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        if too_large:
            self.fields["file"].error_messages["required"] = _(
                "Ce fichier dépasse %(size)s Mo : supprimez-en les images et les feuilles "
                "inutiles, ou envoyez-le en plusieurs fichiers."
            ) % {"size": settings.LARGEST_UPLOAD // 1_000_000}
        self.fields["file"].help_text = _(
            "Tel que vous le tenez : XLSX, XLS, ODS ou CSV, jusqu'à %(size)s Mo. Il est gardé tel "
            "quel et n'est jamais modifié."
        ) % {"size": settings.LARGEST_UPLOAD // 1_000_000}
        if asked is not None:
            del self.fields["whose"], self.fields["on"]
            return
        self.fields["whose"].choices = _whose(desk)  # type: ignore[attr-defined]
        self.fields["on"].initial = _date_of_open_campaign(desk.contract)

    def clean_on(self) -> datetime.date:
        """A situation is one that has come."""
        on: datetime.date = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise forms.ValidationError(
                _("Une remontée décrit une situation passée : le %(day)s est à venir.")
                % {"day": figures.day(on)}
            )
        return on

    @property
    def partner(self) -> Organisation:
        """Whose word it is."""
        if self.asked is not None:
            return self.asked.partner
        return Organisation.objects.get(pk=self.cleaned_data["whose"].partition(":")[0])

    @property
    def service(self) -> Service | None:
        """The service whose part it is; none for the whole partner."""
        if self.asked is not None:
            return self.asked.service
        service = self.cleaned_data["whose"].partition(":")[2]
        return Service.objects.get(pk=service) if service else None

    @property
    def date(self) -> datetime.date:
        """The situation described."""
        return self.asked.campaign.effective_on if self.asked else self.cleaned_data["on"]


def _whose(desk: Desk) -> Sequence[tuple[str, str]]:
    """The partners, and their services, for which one may hand in."""
    parties = (
        Organisation.objects.filter(participations__contract=desk.contract)
        .distinct()
        .order_by("sort_key")
        .prefetch_related("services")
    )
    choices: list[tuple[str, str]] = [("", _("choisissez"))]
    for partner in parties:
        if "deposit" in desk.actor.abilities_for(partner.pk):
            choices.append((str(partner.pk), str(partner)))
            choices += [
                (f"{partner.pk}:{service.pk}", f"{partner} – {service}")
                for service in partner.services.all()
            ]
    return choices if len(choices) > 2 else choices[1:]


def _date_of_open_campaign(contract: Contract) -> datetime.date | None:
    today = timezone.localdate()
    campaign = Campaign.objects.filter(
        contract=contract, closed_at__isnull=True, opens_on__lte=today, effective_on__lte=today
    ).first()
    return campaign.effective_on if campaign else None
