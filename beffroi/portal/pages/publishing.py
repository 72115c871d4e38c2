"""Where whoever runs a contract makes its facts public, or withdraws them."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beffroi.contracts.abilities import MANAGE
from beffroi.contracts.pages.frame import Page, contract_action
from beffroi.portal.actions import PublicationRefused, decide
from beffroi.portal.queries import publications
from beffroi.ui.components import Link

PUBLISH, WITHDRAW = "publish", "withdraw"


class DecisionForm(forms.Form):
    """What is decided, and why; ``seen`` is the rank of the decision that was read."""

    do = forms.ChoiceField(choices=[(PUBLISH, PUBLISH), (WITHDRAW, WITHDRAW)])
    seen = forms.IntegerField(min_value=0, max_value=10**6)
    reason = forms.CharField(
        label=gettext_lazy("Raison"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Elle reste avec la décision."),
    )


@contract_action(MANAGE)
def publication(request: HttpRequest, page: Page) -> HttpResponse:
    """Whether the contract is public, what was decided of it; POST decides."""
    made = publications(page.contract)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _decided(request, page, form):
        return redirect(request.get_full_path())
    context = page.context("publication", [Link(_("Publication"))]) | {
        "decisions": made,
        "is_public": bool(made and made[0].is_public),
        "seen": made[0].rank if made else 0,
        "form": form,
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "portal/publication.html", context, status=status)


def _decided(request: HttpRequest, page: Page, form: DecisionForm) -> bool:
    """Whether it was done; the form says why not."""
    told = form.cleaned_data
    try:
        decide(
            page.contract,
            is_public=told["do"] == PUBLISH,
            reason=told["reason"],
            by=request.user,  # type: ignore[arg-type]
            seen=told["seen"],
        )
    except PublicationRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    if told["do"] == PUBLISH:
        messages.success(request, _("Ce contrat est public."))
    else:
        messages.success(request, _("Ce contrat n'est plus public."))
    return True
