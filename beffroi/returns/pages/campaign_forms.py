"""The forms of campaigns and of their requests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beffroi.contracts.models import Contract
from beffroi.partners.models import Organisation, Service
from beffroi.returns.campaigns.actions import Asked, Terms
from beffroi.returns.models import Campaign
from beffroi.returns.models.campaigns import USUAL_REMINDERS

MINUS = "\u2212"
LONGEST = 200


class DateInput(forms.DateInput):
    """A date, as browsers ask for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class RemindersField(forms.Field):
    """« J-15, J-3, J+1 »: days from the due date."""

    def to_python(self, value: Any) -> list[int]:
        """The days, negative before the date."""
        text = str(value or "")[:LONGEST].replace(MINUS, "-").upper().replace("J", " ")
        words = [word for word in re.split(r"[\s,;]+", text) if word]
        if not all(re.fullmatch(r"[+-]?\d{1,3}", word) for word in words):
            raise ValidationError(
                _("Écrivez des nombres de jours, par exemple : J-15, J-3, J+1, J+8.")
            )
        return sorted({int(word) for word in words})

    def prepare_value(self, value: Any) -> Any:
        """As it is read back."""
        return reminders_text(value) if isinstance(value, list | tuple) else value


def reminders_text(days: Sequence[int]) -> str:
    """« J-15, J-3, J+1 »."""
    return ", ".join(f"J{day:+d}" for day in sorted(days)).replace("J+0", "J")


class TermsForm(forms.Form):
    """What a campaign says."""

    title = forms.CharField(label=gettext_lazy("Intitulé"), max_length=200)
    effective_on = forms.DateField(
        label=gettext_lazy("Situation au"),
        help_text=gettext_lazy("La date que les classeurs doivent décrire."),
        widget=DateInput,
    )
    due_on = forms.DateField(label=gettext_lazy("À envoyer au plus tard le"), widget=DateInput)
    message = forms.CharField(
        label=gettext_lazy("Message aux contributeurs"),
        help_text=gettext_lazy(
            "Il ouvre le premier courriel : pourquoi cette remontée, ce qui est nouveau. Beffroi "
            "ajoute ce qui est attendu de chacun, la date et le lien."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        max_length=5000,
    )
    reminders = RemindersField(
        label=gettext_lazy("Rappels"),
        help_text=gettext_lazy(
            "En jours autour de l'échéance ; ils ne partent qu'à ceux dont la remontée manque, les "
            "jours ouvrés. Laissez vide pour n'en envoyer aucun."
        ),
        required=False,
        initial=list(USUAL_REMINDERS),
    )

    def terms(self) -> Terms:
        """What was said, once valid."""
        said = self.cleaned_data
        return Terms(
            title=said["title"],
            effective_on=said["effective_on"],
            due_on=said["due_on"],
            message=said["message"],
            reminders=tuple(said["reminders"]),
        )


def said_by(campaign: Campaign) -> dict[str, Any]:
    """What a campaign says, to be changed in the form."""
    return {
        "title": campaign.title,
        "effective_on": campaign.effective_on,
        "due_on": campaign.due_on,
        "message": campaign.message,
        "reminders": list(campaign.reminders),
    }


class PartnersField(forms.MultipleChoiceField):
    """Partners of a contract, whole or by service: ``12`` or ``12:3``."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, contract: Contract, **rest: Any) -> None:
        partners = (
            Organisation.objects.filter(participations__contract=contract)
            .distinct()
            .prefetch_related(Prefetch("services", Service.objects.order_by("name")))
        )
        self.asked: dict[str, Asked] = {}
        choices: list[tuple[str, str]] = []
        for partner in partners:
            self.asked[str(partner.pk)] = (partner, None)
            choices.append((str(partner.pk), partner.name))
            for service in partner.services.all():
                value = f"{partner.pk}:{service.pk}"
                self.asked[value] = (partner, service)
                choices.append((value, f"{partner.name}, {service.name}"))
        super().__init__(choices=choices, **rest)


class CampaignForm(TermsForm):
    """A new campaign: what it says, and whom it asks."""

    def __init__(self, contract: Contract, *arguments: Any, **rest: Any) -> None:
        super().__init__(*arguments, **rest)
        self.partners = PartnersField(
            contract,
            label=gettext_lazy("Qui est sollicité"),
            error_messages={"required": gettext_lazy("Choisissez au moins un partenaire.")},
        )
        self.fields["asked"] = self.partners

    def asked(self) -> list[Asked]:
        """The partners chosen, once valid."""
        return [self.partners.asked[value] for value in self.cleaned_data["asked"]]


class AskForm(forms.Form):
    """One more partner, or service of a partner, to ask."""

    def __init__(self, contract: Contract, *arguments: Any, **rest: Any) -> None:
        super().__init__(*arguments, **rest)
        partners = PartnersField(contract)
        self.partners = partners.asked
        self.fields["who"] = forms.ChoiceField(
            label=gettext_lazy("Partenaire ou service"), choices=partners.choices
        )

    def asked(self) -> Asked:
        """The partner chosen, once valid."""
        return self.partners[self.cleaned_data["who"]]


class RecipientForm(forms.Form):
    """One more person to write to."""

    address = forms.EmailField(
        label=gettext_lazy("Adresse électronique"),
        error_messages={
            "invalid": gettext_lazy("Ce n'est pas une adresse électronique : vérifiez-la.")
        },
    )
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=150, required=False)


class ExtensionForm(forms.Form):
    """A later date, and why."""

    due_on = forms.DateField(label=gettext_lazy("Nouvelle échéance"), widget=DateInput)
    reason = forms.CharField(label=gettext_lazy("Parce que"), max_length=300)


class ReasonForm(forms.Form):
    """Why nothing is expected."""

    reason = forms.CharField(label=gettext_lazy("Parce que"), max_length=300)
