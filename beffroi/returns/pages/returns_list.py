"""The returns of a contract: what counts for each partner and date, and what is being handed in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from beffroi.returns.actors import DEPOSIT
from beffroi.returns.models import Delivery, DeliveryState, Return
from beffroi.returns.pages.desk import Desk, desk_page
from beffroi.returns.reviews.standing import standing_of, with_standing
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.components import Link

A_PAGE = 50


@desk_page
def returns(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is being handed in first, then what was submitted, the latest situation first."""
    waiting = [
        each
        for each in Delivery.objects.filter(contract=desk.contract)
        .exclude(state__in=[DeliveryState.SUBMITTED, DeliveryState.WITHDRAWN])
        .select_related("partner", "service")
        .defer("findings", "not_data", "preview")
        if desk.actor.may(DEPOSIT, each)
    ]
    listed = Paginator(_posted(desk), A_PAGE).get_page(request.GET.get("page"))
    context = desk.context([Link(_("Remontées"))]) | {
        "waiting": _waiting(desk, waiting) if waiting else None,
        "posted": _table(desk, listed),
        "listed": listed,
        "campaigns": desk.address("campaigns"),
        "deposit": desk.address("deposit") if _may_deposit(desk) else "",
    }
    return render(request, "returns/list.html", context)


def _posted(desk: Desk) -> QuerySet[Return]:
    """Every return of the contract, read with where it stands (``standing_of``)."""
    return (
        with_standing(Return.objects.filter(contract=desk.contract))
        .select_related("partner", "service", "posting", "delivery", "file")
        .defer(
            *("findings", "not_data", "delivery__findings", "delivery__not_data"),
            "delivery__preview",
        )
        .order_by("-effective_on", "partner__sort_key", "-posting__number")
    )


def _may_deposit(desk: Desk) -> bool:
    rights = desk.actor.rights
    return bool({"manage", "contribute"} & rights.can)


def _waiting(desk: Desk, deliveries: Iterable[Delivery]) -> Table:
    labels = {
        DeliveryState.RECEIVED: _("lecture en cours"),
        DeliveryState.REFUSED: _("illisible"),
        DeliveryState.LAYOUT: _("mise en page à confirmer"),
        DeliveryState.MATCHING: _("opérations à décider"),
        DeliveryState.READY: _("prêt à soumettre"),
    }
    rows = [
        Row(
            {
                "partner": Cell(_who(each), href=desk.address("delivery", number=each.pk)),
                "on": each.effective_on,
                "file": each.file_name,
                "received": timezone.localtime(each.received_at).date(),
                "by": each.sender_name,
                "state": labels[DeliveryState(each.state)],
            }
        )
        for each in deliveries
    ]
    return Table(
        _("En cours de dépôt"),
        [
            Column("partner", _("Partenaire")),
            Column("on", _("Situation au"), "date"),
            Column("file", _("Classeur")),
            Column("received", _("Reçu le"), "date"),
            Column("by", _("Déposé par")),
            Column("state", _("État")),
        ],
        rows,
        id="en-cours",
        fictitious=desk.contract.fictitious,
    )


def _table(desk: Desk, posted: Iterable[Return]) -> Table:
    rows = []
    for submitted in posted:
        delivery: Any = getattr(submitted, "delivery", None)
        name = delivery.file_name if delivery else submitted.file.name
        standing = standing_of(submitted)
        is_reviewed = standing.is_accepted or standing.open_queries
        rows.append(
            Row(
                {
                    "partner": Cell(
                        _who(submitted), href=desk.address("return", number=submitted.pk)
                    ),
                    "on": submitted.effective_on,
                    "rows": submitted.rows,
                    "posting": f"n° {submitted.posting.number}",
                    "submitted": timezone.localtime(submitted.posting.at).date(),
                    "file": Cell(
                        name,
                        href=desk.address("delivery", number=delivery.pk) if delivery else "",
                    ),
                    "counts": _("remplacée") if standing.superseded_by else _("en vigueur"),
                    "review": standing.status if is_reviewed else "",
                },
                kind="muted" if standing.superseded_by else "",
            )
        )
    return Table(
        _("Remontées soumises"),
        [
            Column("partner", _("Partenaire")),
            Column("on", _("Situation au"), "date"),
            Column("counts", _("État")),
            Column("review", _("Revue"), "status"),
            Column("file", _("Classeur")),
            Column("rows", _("Lignes"), "count"),
            Column("submitted", _("Soumise le"), "date"),
            Column("posting", _("Écriture")),
        ],
        rows,
        id="soumises",
        empty=_("Aucune remontée n'a encore été soumise pour ce contrat."),
        fictitious=desk.contract.fictitious,
    )


def _who(each: Delivery | Return) -> str:
    return f"{each.partner}, {each.service}" if each.service else str(each.partner)
