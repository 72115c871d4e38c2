"""The first page behind a deposit link: for whom, what, by when, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from beffroi.returns.campaigns.progress import OF_DELIVERY, standing_of
from beffroi.returns.models import OPEN, Delivery, DeliveryState
from beffroi.returns.pages.desk import Desk, desk_page
from beffroi.returns.pages.prefilled import prefilled_links
from beffroi.ui.columns import Cell, Column, Row, Table


@desk_page
def home(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Where the return stands, the next step, and every workbook that was handed in."""
    link = desk.actor.link
    assert link is not None
    asked = link.request
    standing = standing_of(asked)
    deliveries = list(
        Delivery.objects.filter(request=asked)
        .exclude(state=DeliveryState.WITHDRAWN)
        .defer("findings", "not_data", "summary", "preview")
        .order_by("-received_at", "-pk")
    )
    going_on = next((each for each in deliveries if each.state in OPEN), None)
    context = desk.context() | {
        "asked": asked,
        "campaign": asked.campaign,
        "standing": standing,
        "late": standing.late(timezone.localdate()),
        "link": link,
        "going_on": desk.address("delivery", number=going_on.pk) if going_on else "",
        "deposit": desk.address("deposit"),
        "returned": desk.address("return", number=standing.submitted.pk)
        if standing.submitted
        else "",
        "prefilled": prefilled_links(desk, asked),
        "table": _handed_in(desk, deliveries),
    }
    return render(request, "returns/link_home.html", context)


def _handed_in(desk: Desk, deliveries: Iterable[Delivery]) -> Table | None:
    """The workbooks of the request, last first; nothing before the first."""
    rows = [
        Row(
            {
                "file": Cell(each.file_name, href=desk.address("delivery", number=each.pk)),
                "on": timezone.localdate(each.received_at),
                "who": each.sender_name,
                "state": OF_DELIVERY[DeliveryState(each.state)].value,
            }
        )
        for each in deliveries
    ]
    if not rows:
        return None
    return Table(
        _("Classeurs déposés"),
        [
            Column("file", _("Classeur")),
            Column("state", _("État"), "status"),
            Column("on", _("Reçu le"), "date"),
            Column("who", _("Déposé par")),
        ],
        rows,
        id="classeurs",
        fictitious=desk.contract.fictitious,
    )
