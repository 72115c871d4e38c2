"""The sheet of a return as it came, with what is remarked and asked of its cells; its threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from beffroi.contracts.pages.situation import others_of
from beffroi.returns.actors import DEPOSIT, REVIEW
from beffroi.returns.models import Query, Return
from beffroi.returns.pages.desk import Desk, desk_action
from beffroi.returns.pages.returned import file_name, judged_today, shown_at, titled, trail_of
from beffroi.returns.reading.workbook import Sheet, UnreadableFile
from beffroi.returns.reviews.abilities import abilities
from beffroi.returns.reviews.actions import ReviewRefused, answer, close, open_query
from beffroi.returns.reviews.forms import CloseForm, MessageForm, QueryForm
from beffroi.returns.reviews.remarks import set_aside
from beffroi.returns.reviews.standing import standing_now, standing_of
from beffroi.returns.reviews.threads import Thread, threads_of
from beffroi.returns.reviews.windows import Remark, remarks_on, window
from beffroi.returns.sheets import draw_around, kept_workbook, position_of
from beffroi.ui.components import Link


@desk_action
def return_sheet(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """A part of one sheet; a cell of it is queried here."""
    submitted = desk.returned(number)
    sheets = _sheets(submitted)
    sheet = _asked_for(request, sheets)
    cell = request.GET.get("cellule", "")
    form = QueryForm(initial={"cell": cell})
    if request.method == "POST":
        desk.refuse_unless(REVIEW, submitted)
        form = QueryForm(request.POST)
        query = _queried(desk, submitted, sheet, form)
        if query is not None:
            messages.success(request, _("La question est posée : le partenaire est averti."))
            return HttpResponseRedirect(desk.address("query", number=number, query=query.pk))
    threads = threads_of(submitted)
    groups = judged_today(desk, submitted).groups
    remarks = remarks_on(
        sheet.name, [found for group in groups for found in group.findings], threads
    )

    def leads_to(remark: Remark) -> str:
        if remark.thread:
            return desk.address("query", number=number, query=remark.thread.query.pk)
        return f"#{remark.anchor}"

    row = _row_asked(request, sheet)
    here = position_of(cell)
    if here and here[0] >= len(sheet.rows):
        here = None
    shown = window(sheet, remarks, set_aside(submitted.not_data), row=row, here=here, href=leads_to)
    title = titled(submitted)
    context = desk.context(trail_of(desk, submitted, Link(_("La feuille")))) | {
        "title": title,
        "submitted": submitted,
        "can": abilities(desk.actor, submitted, standing_of(submitted)),
        "sheets": [each.name for each in sheets],
        "sheet": sheet.name,
        "window": shown,
        "before": _rows_from(request, sheet, shown.before),
        "after": _rows_from(request, sheet, shown.after),
        "beside_sheet": others_of(request, "feuille", "ligne", "cellule"),
        "drawn": shown.drawn,
        "remarks": [(each, leads_to(each) if each.thread else "") for each in shown.remarks],
        "form": form,
    }
    return render(request, "returns/return_sheet.html", context)


@desk_action
def query(request: HttpRequest, desk: Desk, number: int, query: int) -> HttpResponse:
    """One thread, with the sheet around its cell: answered and closed here."""
    submitted = desk.returned(number)
    thread = _thread(submitted, query)
    standing = standing_of(submitted)
    form, closing = MessageForm(), CloseForm()
    if request.method == "POST":
        if DEPOSIT not in desk.actor.abilities(submitted):
            raise PermissionDenied
        if request.POST.get("do") == "close":
            closing = CloseForm(request.POST)
            done = _done(closing, lambda text: close(desk.actor, thread.query, text))
        else:
            form = MessageForm(request.POST)
            done = _done(form, lambda text: answer(desk.actor, thread.query, text))
        if done:
            return HttpResponseRedirect(desk.address("query", number=number, query=query))
        standing = standing_now(submitted)
        thread = _thread(submitted, query)
    title = titled(submitted)
    here = Link(_("Question sur %(where)s") % {"where": thread.where})
    context = desk.context(trail_of(desk, submitted, here)) | {
        "title": title,
        "submitted": submitted,
        "thread": thread,
        "can": abilities(desk.actor, submitted, standing),
        "form": form,
        "closing": closing,
        "drawn": draw_around(submitted.file_id, thread.query.sheet, thread.query.cell),
        "sheet": shown_at(desk, submitted, thread.where),
    }
    return render(request, "returns/query.html", context)


def _sheets(submitted: Return) -> Sequence[Sheet]:
    """The sheets that have anything in them. Raises ``BadRequest`` where the file is not read."""
    try:
        workbook = kept_workbook(submitted.file_id, file_name(submitted))
    except UnreadableFile as error:
        raise BadRequest(str(error)) from error
    return list(workbook.sheets_with_content())


def _asked_for(request: HttpRequest, sheets: Sequence[Sheet]) -> Sheet:
    name = request.GET.get("feuille")
    found = sheets[0] if name is None else next((s for s in sheets if s.name == name), None)
    if found is None:
        raise Http404
    return found


def _row_asked(request: HttpRequest, sheet: Sheet) -> int:
    """The row, from 0, from which to draw the sheet."""
    asked = request.GET.get("ligne", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 8):
        return 0
    return min(max(int(asked) - 1, 0), len(sheet.rows) - 1)


def _rows_from(request: HttpRequest, sheet: Sheet, row: int | None) -> str:
    """The address of this page, from that row on."""
    beside = others_of(request, "feuille", "ligne", "cellule")
    return "?" + urlencode([*beside, ("feuille", sheet.name), ("ligne", row or 1)])


def _queried(desk: Desk, submitted: Return, sheet: Sheet, form: QueryForm) -> Query | None:
    """The query that a form asks for; ``None`` where the form says why there is none."""
    if not form.is_valid():
        return None
    try:
        return open_query(
            desk.actor,
            submitted,
            sheet=sheet.name,
            cell=form.cleaned_data["cell"],
            text=form.cleaned_data["text"],
        )
    except ReviewRefused as refusal:
        form.add_error(None, str(refusal))
        return None


def _thread(submitted: Return, query: int) -> Thread:
    found = next((each for each in threads_of(submitted) if each.query.pk == query), None)
    if found is None:
        raise Http404
    return found


def _done(form: forms.Form, act: Callable[[str], object]) -> bool:
    """Whether what a form asks for was done; else it says why."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data["text"])
    except ReviewRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
