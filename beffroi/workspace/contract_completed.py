"""What a contract begun by its name alone is told next: its programme, who signs it."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beffroi.contracts.abilities import MANAGE
from beffroi.contracts.actions import ContractRefused, add_signatories, write_programme
from beffroi.contracts.pages.frame import Page, contract_action
from beffroi.ui.components import Link
from beffroi.workspace.contract_fields import programme_field, signatories_field


class ProgrammeForm(forms.Form):
    """The tree of a contract that has none."""

    programme = programme_field(gettext_lazy("Axes et objectifs"), required=True)


class SignatoriesForm(forms.Form):
    """Organisations that sign."""

    signatories = signatories_field(required=True)


@contract_action(MANAGE)
def programme(request: HttpRequest, page: Page) -> HttpResponse:
    """Write the programme of a contract that has none yet."""
    form = ProgrammeForm(request.POST or None)

    def write() -> None:
        write_programme(page.contract, form.cleaned_data["programme"])
        messages.success(request, _("Le programme est connu."))

    return _told(request, page, form, write, _("Écrire le programme"))


@contract_action(MANAGE)
def signatories(request: HttpRequest, page: Page) -> HttpResponse:
    """Name organisations that sign the contract."""
    form = SignatoriesForm(request.POST or None)

    def add() -> None:
        add_signatories(page.contract, list(form.cleaned_data["signatories"]))
        messages.success(request, _("Les signataires sont nommés."))

    return _told(request, page, form, add, _("Nommer les signataires"))


def _told(
    request: HttpRequest, page: Page, form: forms.Form, write: Callable[[], None], title: str
) -> HttpResponse:
    """Write what a valid form says, then back to the contract; else the form says why not."""
    if request.method == "POST" and form.is_valid():
        try:
            write()
        except ContractRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("workspace:contract", page.contract.slug)
    context = page.context("contract", [Link(title)]) | {"form": form, "title": title}
    status = 400 if form.errors else 200
    return render(request, "workspace/contract_completed.html", context, status=status)
