"""The pre-filled workbook of a request, to download: for whoever keeps none."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from beffroi.returns.actors import DEPOSIT
from beffroi.returns.models import Request
from beffroi.returns.pages.desk import Desk, desk_page
from beffroi.returns.prefilled import ods, xlsx
from beffroi.returns.prefilled.columns import NAME
from beffroi.returns.prefilled.content import Prefilled, prefilled
from beffroi.ui.components import Link

FORMATS: dict[str, tuple[str, Callable[[Prefilled], bytes]]] = {
    "xlsx": (xlsx.MIME, xlsx.xlsx_of),
    "ods": (ods.MIME, ods.ods_of),
}


@desk_page
def download(request: HttpRequest, desk: Desk, number: int, kind: str) -> HttpResponse:
    """The workbook, in that format."""
    asked = (
        Request.objects.filter(pk=number, campaign__contract=desk.contract)
        .select_related("campaign__contract", "partner", "service")
        .first()
    )
    if asked is None or kind not in FORMATS:
        raise Http404
    desk.refuse_unless(DEPOSIT, asked)
    mime, written = FORMATS[kind]
    on = asked.campaign.effective_on
    name = f"{NAME}-{desk.contract.slug}-{asked.partner.slug}-{on:%Y-%m-%d}.{kind}"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(
        written(prefilled(asked)),
        content_type=mime,
        headers={"Content-Disposition": disposition or "attachment"},
    )


def prefilled_links(desk: Desk, asked: Request) -> list[Link]:
    """Where to download it, a format each."""
    return [
        Link(kind.upper(), desk.address("prefilled", number=asked.pk, kind=kind))
        for kind in FORMATS
    ]
