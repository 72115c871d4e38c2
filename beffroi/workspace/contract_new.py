"""Beginning a contract: a name and a kind; everything else may come later."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from beffroi.accounts.models import User
from beffroi.contracts.abilities import may_create_contracts
from beffroi.contracts.actions import ContractRefused, NewContract, create_contract
from beffroi.contracts.models import Contract
from beffroi.ui.components import Link
from beffroi.workspace.contract_fields import programme_field, signatories_field
from beffroi.workspace.portfolio import KINDS

OFFERED = [(kind, label) for kind, label in KINDS.items() if kind != "neighbour"]
LONGEST_LEVEL = 80


class NewContractForm(forms.Form):
    """A contract that begins: its name and its kind are enough."""

    name = forms.CharField(
        label=gettext_lazy("Nom du contrat"),
        help_text=gettext_lazy("Tel que ses partenaires le nomment, avec ses années."),
        max_length=250,
    )
    kind = forms.ChoiceField(label=gettext_lazy("Genre"), choices=OFFERED)
    fictitious = forms.BooleanField(
        label=gettext_lazy("C'est un essai"),
        help_text=gettext_lazy(
            "Ses montants sont marqués fictifs partout, et ne s'ajoutent jamais aux vrais."
        ),
        required=False,
    )
    start = forms.DateField(
        label=gettext_lazy("Début, si on le connaît"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    end = forms.DateField(
        label=gettext_lazy("Fin, si on la connaît"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    programme = programme_field(gettext_lazy("Programme, si on l'a sous la main"), required=False)
    levels = forms.CharField(
        label=gettext_lazy("Noms des niveaux"),
        help_text=gettext_lazy("De haut en bas, séparés par des virgules : axe, objectif."),
        max_length=300,
        required=False,
    )
    signatories = signatories_field(required=False)

    def clean_levels(self) -> list[str]:
        """The names, one a level."""
        names = [" ".join(name.split()) for name in self.cleaned_data["levels"].split(",")]
        if any(len(name) > LONGEST_LEVEL for name in names):
            raise forms.ValidationError(
                _("Le nom d'un niveau dépasse %(most)s caractères.") % {"most": LONGEST_LEVEL}
            )
        return [name for name in names if name]

    @property
    def precise(self) -> list[forms.BoundField]:
        """What makes the contract more precise, and may come later."""
        return [self[name] for name in ("start", "end", "levels", "signatories")]

    @property
    def has_precise_errors(self) -> bool:
        """Whether something is wrong in it."""
        return any(bound.errors for bound in self.precise)

    def said(self) -> NewContract:
        """What the form says, once valid."""
        told = self.cleaned_data
        return NewContract(
            name=" ".join(told["name"].split()),
            kind=told["kind"],
            fictitious=told["fictitious"],
            start=told["start"],
            end=told["end"],
            levels=told["levels"],
            signatories=[each.slug for each in told["signatories"]],
            programme=told["programme"],
        )


@require_http_methods(["GET", "HEAD", "POST"])
def contract_new(request: HttpRequest) -> HttpResponse:
    """Begin a contract, for whoever may; they run it from then on."""
    user = _creator(request)
    form = NewContractForm(request.POST or None)
    made = _made(user, form) if request.method == "POST" and form.is_valid() else None
    if made is not None:
        messages.success(request, _("Le contrat est créé, et vous le pilotez."))
        return redirect("workspace:contract", made.slug)
    context: dict[str, Any] = {
        "form": form,
        "trail": [
            Link(_("Contrats"), reverse("workspace:portfolio")),
            Link(_("Nouveau contrat")),
        ],
    }
    status = 400 if form.errors else 200
    return render(request, "workspace/contract_new.html", context, status=status)


def _creator(request: HttpRequest) -> User:
    if not request.user.is_authenticated or not may_create_contracts(request.user):
        raise PermissionDenied
    return request.user


def _made(user: User, form: NewContractForm) -> Contract | None:
    """The contract; none where it is refused, and the form then says why."""
    try:
        return create_contract(user, form.said())
    except ContractRefused as refusal:
        form.add_error(None, str(refusal))
        return None
