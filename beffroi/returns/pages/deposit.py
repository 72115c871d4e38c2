"""Handing in a workbook: it is kept, its reading asked for, and the page answers at once."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from beffroi.files.actions import keep_chunks
from beffroi.files.uploads import is_too_large
from beffroi.returns.actors import DEPOSIT
from beffroi.returns.deliveries.actions import Arrival, DeliveryRefused, receive
from beffroi.returns.models import OPEN, Delivery, Request
from beffroi.returns.pages.deposit_form import DepositForm
from beffroi.returns.pages.desk import Desk, desk_action
from beffroi.returns.pages.prefilled import prefilled_links
from beffroi.ui.components import Link


@desk_action
def deposit(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The form; on POST, the workbook comes in."""
    asked = _asked(request, desk)
    form = DepositForm(
        desk,
        request.POST or None,
        request.FILES or None,
        asked=asked,
        too_large=is_too_large(request),
    )
    if asked is None and not form.fields["whose"].choices:  # type: ignore[attr-defined]
        raise PermissionDenied
    already: Delivery | None = None
    if request.method == "POST" and form.is_valid():
        try:
            delivery = _received(desk, form)
        except DeliveryRefused as refusal:
            form.add_error(None, str(refusal))
            already = _already_open(desk, form)
        else:
            return redirect(desk.address("delivery", number=delivery.pk))
    context = desk.context([Link(_("Déposer un classeur"))]) | {
        "form": form,
        "asked": asked,
        "prefilled": prefilled_links(desk, asked) if asked else [],
        "already": desk.address("delivery", number=already.pk) if already else "",
    }
    return render(request, "returns/deposit.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _received(desk: Desk, form: DepositForm) -> Delivery:
    upload: UploadedFile[bytes] = form.cleaned_data["file"]
    name = upload.name or _("classeur")
    arrival = Arrival(
        desk.contract,
        form.partner,
        form.date,
        keep_chunks(upload.chunks(), name[:255]),
        name,
        service=form.service,
        complete=form.cleaned_data["complete"],
        request=form.asked or _asked_of(desk, form),
    )
    return receive(arrival, desk.actor)


def _already_open(desk: Desk, form: DepositForm) -> Delivery | None:
    return Delivery.objects.filter(
        contract=desk.contract,
        partner=form.partner,
        service=form.service,
        effective_on=form.date,
        state__in=OPEN,
    ).first()


def _asked(request: HttpRequest, desk: Desk) -> Request | None:
    """The request of a campaign that one answers: the link's, or the one that the address names."""
    if desk.actor.link is not None:
        return desk.actor.link.request
    number = request.GET.get("demande", "")
    if not number.isdecimal():
        return None
    found = (
        Request.objects.filter(pk=int(number[:18]), campaign__contract=desk.contract)
        .select_related("campaign", "partner", "service")
        .first()
    )
    if found is None:
        raise Http404
    desk.refuse_unless(DEPOSIT, found)
    return found


def _asked_of(desk: Desk, form: DepositForm) -> Request | None:
    """The request that such a workbook answers, where a campaign is open for it."""
    return Request.objects.filter(
        campaign__contract=desk.contract,
        campaign__effective_on=form.date,
        campaign__closed_at__isnull=True,
        partner=form.partner,
        service=form.service,
    ).first()
