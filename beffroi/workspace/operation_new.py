"""Naming an operation by hand."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beffroi.contracts.abilities import MANAGE
from beffroi.contracts.pages.frame import Page, contract_action
from beffroi.operations.actions import OperationRefused, create_operation
from beffroi.operations.identity import plain
from beffroi.operations.models import Operation
from beffroi.ui.components import Link
from beffroi.workspace.operation_addresses import TAB, list_link, operation_address

MOST_ALIKE = 10


class NewForm(forms.Form):
    """An operation named by hand: its title is enough."""

    title = forms.CharField(label=gettext_lazy("Intitulé"), max_length=500)
    owner = forms.CharField(
        label=gettext_lazy("Maître d'ouvrage, si on le connaît"), max_length=300, required=False
    )
    commune = forms.CharField(
        label=gettext_lazy("Commune (code INSEE), si on la connaît"), max_length=5, required=False
    )
    sure = forms.BooleanField(
        label=gettext_lazy("C'en est une autre : la créer quand même"), required=False
    )


@contract_action(MANAGE)
def operation_new(request: HttpRequest, page: Page) -> HttpResponse:
    """Name an operation of the contract; one that bears the same title is shown before."""
    form = NewForm(request.POST or None)
    alike: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        alike = [] if told["sure"] else _alike(page, told["title"])
        if not alike:
            try:
                made = create_operation(
                    page.contract,
                    told["title"],
                    owner_name=told["owner"],
                    commune=told["commune"].strip(),
                )
            except OperationRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("L'opération est créée."))
                return redirect(operation_address(page, made.code))
    if not alike:
        form.fields["sure"].widget = forms.HiddenInput()
    context = page.context(TAB, [list_link(page), Link(_("Nouvelle opération"))]) | {
        "form": form,
        "alike": alike,
    }
    status = 400 if form.errors or alike else 200
    return render(request, "workspace/operation_new.html", context, status=status)


def _alike(page: Page, title: str) -> list[tuple[str, str]]:
    """The operations of the contract that bear the same words, with where they are."""
    same = Operation.objects.filter(contract=page.contract, sort_key=plain(title)[:500])
    return [(each.title, operation_address(page, each.code)) for each in same[:MOST_ALIKE]]
