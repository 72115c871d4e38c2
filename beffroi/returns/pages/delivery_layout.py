"""How a delivered workbook is read, shown over its own sheet and corrected there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from beffroi.returns.actors import DEPOSIT
from beffroi.returns.deliveries.actions import DeliveryRefused
from beffroi.returns.layouting.confirming import Confirmed, confirm
from beffroi.returns.layouting.drafts import DraftMovedOn, keep_draft
from beffroi.returns.layouting.files import LayoutRefused
from beffroi.returns.layouting.gestures import GestureRefused, after_gesture
from beffroi.returns.layouting.posted import corrected
from beffroi.returns.layouting.reading import lacking
from beffroi.returns.layouting.storing import LayoutConflict
from beffroi.returns.models import DeliveryState
from beffroi.returns.pages.correcting import CHOSEN, COLUMN, ROW, Correcting, number_in
from beffroi.returns.pages.delivery import heading_of, steps_of, trail_of
from beffroi.returns.pages.desk import Desk, desk_action
from beffroi.returns.pages.layout_grid import (
    doubts_said,
    grid_of,
    pages_of,
    row_asked,
    sums_of,
)
from beffroi.returns.reading.proposing import SheetCorrection
from beffroi.returns.reading.workbook import UnreadableFile
from beffroi.ui.components import Link

SAVE, LEAVE, READ, FORGET, MAKE = "save", "leave", "read", "forget", "make:"
"""What a button asks for besides taking the corrections; ``make:`` opens a gesture at a row."""
NEXT, APART = "next", "neuve"
"""Of a workbook that changed: the box that makes the next version of its layout, and what keeps in
the address that it is to be a layout apart."""
LONGEST_TITLE = 120


@desk_action
def delivery_layout(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """The sheet, its columns and what they are read as; on POST, a correction, or its end."""
    found = desk.delivery(number, DEPOSIT)
    if found.state != DeliveryState.LAYOUT:
        return redirect(desk.address("delivery", number=number))
    correcting = Correcting(desk, found, request.GET)
    try:
        if not correcting.sheets:
            raise UnreadableFile(_("Ce classeur est vide."))
    except UnreadableFile as unreadable:
        messages.error(request, str(unreadable))
        return redirect(desk.address("delivery", number=number))
    if request.method == "POST":
        return _act(request, correcting)
    return render(request, "returns/delivery_layout.html", _context(correcting))


def _act(request: HttpRequest, correcting: Correcting) -> HttpResponse:
    """Take what the form says, then save where it is asked and nothing lacks any more."""
    action = request.POST.get("action", "")
    try:
        changed = _changed(correcting, request.POST, action)
        if changed == correcting.correction and action == SAVE:
            return _save(request, correcting)
        if changed != correcting.correction:
            _keep(correcting, changed, request.POST.get("revision", ""))
            if action == SAVE:
                messages.info(
                    request,
                    _(
                        "Vos corrections sont prises : regardez ce qu'elles changent, puis "
                        "enregistrez."
                    ),
                )
    except (GestureRefused, DraftMovedOn, LayoutConflict, DeliveryRefused, UnreadableFile) as why:
        messages.error(request, str(why))
    except LayoutRefused as refused:
        for fault in refused.faults:
            messages.error(request, fault)
    apart = {APART: "1"} if correcting.changed and NEXT not in request.POST else {}
    return redirect(correcting.address(**_kept(request.GET), **apart))


def _kept(asked: QueryDict) -> dict[str, str]:
    """The part of the sheet that a page shows, for the next one to show it too."""
    return {name: str(asked[name]) for name in (ROW, COLUMN) if name in asked}


def _changed(correcting: Correcting, form: QueryDict, action: str) -> SheetCorrection:
    """What is decided of the sheet once that is done. Raises :class:`GestureRefused`."""
    before, seen = correcting.correction, correcting.sheet
    if action == FORGET:
        return SheetCorrection()
    if action in {LEAVE, READ}:
        return replace(before, read=action == READ)
    if action.startswith(MAKE):
        row = number_in(form.get("row", ""))
        made = action.removeprefix(MAKE)
        return after_gesture(before, seen, made, -1 if row is None else row)
    said = {name: str(value) for name, value in form.items()}
    return corrected(before, seen, said, correcting.funders)


def _keep(correcting: Correcting, changed: SheetCorrection, seen: str) -> None:
    corrections = {**correcting.draft.corrections, correcting.sheet.name: changed}
    revision = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 8 else -1
    keep_draft(correcting.delivery, corrections, revision, correcting.desk.actor)


def _save(request: HttpRequest, correcting: Correcting) -> HttpResponse:
    if correcting.refusal:
        raise GestureRefused(correcting.refusal)
    if missing := lacking(correcting.proposal, correcting.funders):
        raise GestureRefused(" ".join(missing))
    title = " ".join(request.POST.get("title", "").split())[:LONGEST_TITLE]
    confirmed = Confirmed(
        correcting.workbook,
        correcting.proposal,
        correcting.draft,
        title or _default_title(correcting),
        replaces=correcting.changed.stored if correcting.changed and NEXT in request.POST else None,
    )
    stored = confirm(correcting.delivery, confirmed, correcting.funders, correcting.desk.actor)
    messages.success(
        request,
        _(
            "« %(title)s » est enregistrée : ce classeur est relu ainsi, et les prochains de même "
            "forme le seront."
        )
        % {"title": stored.content["title"]},
    )
    return redirect(correcting.desk.address("delivery", number=correcting.delivery.pk))


def _default_title(correcting: Correcting) -> str:
    if correcting.changed:
        return correcting.changed.title
    delivery = correcting.delivery
    return PurePath(delivery.file_name).stem[:LONGEST_TITLE] or str(delivery.partner)


def _context(correcting: Correcting) -> dict[str, Any]:
    desk, delivery = correcting.desk, correcting.delivery
    asked = correcting.asked.get(CHOSEN, "")
    return desk.context(trail_of(desk, delivery, Link(_("Mise en page")))) | {
        "heading": heading_of(delivery),
        "delivery": delivery,
        "steps": steps_of(desk, delivery, here="layout"),
        "tabs": _tabs(correcting),
        "sheet": correcting.sheet,
        "draft": correcting.draft,
        "refusal": correcting.refusal,
        "changed": correcting.changed,
        "missing": lacking(correcting.proposal, correcting.funders),
        "doubts": doubts_said(correcting),
        "sums": sums_of(correcting),
        "grid": grid_of(correcting),
        "pages": pages_of(correcting),
        "row": row_asked(correcting, number_in(asked)),
        "title": _default_title(correcting),
        "is_next": APART not in correcting.asked,
        "action": correcting.address(**_kept(correcting.asked)),
    }


def _tabs(correcting: Correcting) -> list[Link]:
    return [
        Link(
            sheet.name or correcting.delivery.file_name,
            correcting.address(feuille=rank + 1),
            rank == correcting.rank,
            sheet.rows,
        )
        for rank, sheet in enumerate(correcting.sheets)
    ]
