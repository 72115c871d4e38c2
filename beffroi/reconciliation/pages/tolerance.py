"""What a contract takes for mere rounding, and who said so."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from beffroi.contracts.abilities import MANAGE, SEE
from beffroi.contracts.pages.frame import Page, contract_action
from beffroi.reconciliation.actions import SigningRefused, set_tolerance
from beffroi.reconciliation.causes import TOLERANCE
from beffroi.reconciliation.models import Tolerance
from beffroi.reconciliation.pages.agreeing_forms import ToleranceForm
from beffroi.reconciliation.pages.gaps import TAB, gaps_link
from beffroi.ui.columns import Column, Row, Table
from beffroi.ui.components import Link
from beffroi.ui.figures import Unit


@contract_action(SEE)
def tolerance(request: HttpRequest, page: Page) -> HttpResponse:
    """The tolerance of a contract; POST changes it, for those who manage the contract."""
    may_change = MANAGE in page.rights.can
    form = ToleranceForm(request.POST or None)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        if form.is_valid():
            try:
                set_tolerance(page.contract, form.cleaned_data["tolerance"], request.user)  # type: ignore[arg-type]
            except SigningRefused as refusal:
                form.add_error("tolerance", str(refusal))
            else:
                messages.success(request, _("Tolérance changée : les écarts en tiennent compte."))
                return redirect(request.get_full_path())
    chosen = list(Tolerance.objects.filter(contract=page.contract).select_related("author"))
    context = page.context(TAB, [gaps_link(page), Link(_("Tolérance"))]) | {
        "cents": chosen[-1].cents if chosen else TOLERANCE,
        "history": _history(page, chosen),
        "form": form if may_change else None,
    }
    status = 400 if form.errors else 200
    return render(request, "reconciliation/tolerance.html", context, status=status)


def _history(page: Page, chosen: list[Tolerance]) -> Table:
    return Table(
        caption=_("Qui l'a changée"),
        columns=[
            Column("on", _("Le"), "date"),
            Column("cents", _("Tolérance"), "amount"),
            Column("author", _("Par")),
        ],
        rows=[
            Row(
                {
                    "on": timezone.localtime(each.at).date(),
                    "cents": each.cents,
                    "author": str(each.author),
                }
            )
            for each in reversed(chosen)
        ],
        unit=Unit.EURO,
        id="tolerances",
        fictitious=page.contract.fictitious,
        empty=_("Personne ne l'a changée : c'est celle que Beffroi propose."),
    )
