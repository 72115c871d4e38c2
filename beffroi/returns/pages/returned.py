"""The page of a posted return: what it says, what is doubtful, where it stands; its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from beffroi.files.answers import kept_file
from beffroi.returns.actors import REVIEW
from beffroi.returns.checking.severities import Judged, judged
from beffroi.returns.models import Return
from beffroi.returns.pages.desk import Desk, desk_action, desk_page
from beffroi.returns.reading.findings import FindingGroup
from beffroi.returns.reading.workbook import UnreadableFile
from beffroi.returns.reviews.abilities import abilities
from beffroi.returns.reviews.actions import ReviewRefused, accept, withdraw
from beffroi.returns.reviews.copies import Remarks, copy_of
from beffroi.returns.reviews.forms import AcceptForm, WithdrawForm
from beffroi.returns.reviews.remarks import cell_of, findings_in, set_aside, why_set_aside
from beffroi.returns.reviews.said import amounts_said, sums_by_column, tables
from beffroi.returns.reviews.standing import Standing, standing_now, standing_of
from beffroi.returns.reviews.threads import threads_of
from beffroi.returns.templatetags.returns import finding_message
from beffroi.ui.components import Fact, Link
from beffroi.ui.figures import day, integer

MOST_MESSAGES, MOST_PLACES = 12, 40
"""How many messages of one kind, and how many cells under each, a page lists."""


EDITED_IN_PLACE = (".xlsx", ".xlsm", ".ods")
"""Of other files, the annotated copy is an XLSX made of their values."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where something stands: the first places, each with the page that shows it; how many more."""

    links: Sequence[Link]
    more: int


@dataclass(frozen=True, slots=True)
class Remarked:
    """The findings of one kind: each message, and where it stands; how many more messages."""

    group: FindingGroup
    messages: Sequence[tuple[str, Places]]
    more: int


@desk_action
def returned(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """One return; it is accepted here, or its acceptance taken back."""
    submitted = desk.returned(number)
    standing = standing_of(submitted)
    form = _form_for(standing)
    if request.method == "POST":
        desk.refuse_unless(REVIEW, submitted)
        form = _reviewed(request, desk, submitted)
        if form.is_valid():
            return HttpResponseRedirect(desk.address("return", number=number))
        standing = standing_now(submitted)
        if not isinstance(form, type(_form_for(standing))):  # somebody else was quicker
            for refusal in form.non_field_errors():
                messages.error(request, str(refusal))
            form = _form_for(standing)
    title = titled(submitted)
    amounts = amounts_said(submitted)
    context = desk.context(trail_of(desk, submitted)) | {
        "title": title,
        "submitted": submitted,
        "standing": standing,
        "can": abilities(desk.actor, submitted, standing),
        "form": form,
        "facts": _facts(desk, submitted, standing),
        "tables": tables(submitted, amounts),
        "threads": [
            (thread, desk.address("query", number=number, query=thread.query.pk))
            for thread in threads_of(submitted)
        ],
        "judged": (found := judged_today(desk, submitted)),
        "groups": [_remarked(desk, submitted, group) for group in found.groups],
        "aside": [
            (why_set_aside(what), len(places), _places(desk, submitted, places))
            for what, places in set_aside(submitted.not_data).items()
        ],
        "sheet": desk.address("return-sheet", number=number),
        "original": desk.address("return-file", number=number),
        "annotated": desk.address("return-annotated", number=number),
        "copied": not file_name(submitted).lower().endswith(EDITED_IN_PLACE),
    }
    return render(request, "returns/return.html", context)


def _form_for(standing: Standing) -> forms.Form:
    return WithdrawForm() if standing.is_accepted else AcceptForm()


def _reviewed(request: HttpRequest, desk: Desk, submitted: Return) -> forms.Form:
    """The form that was sent, valid where it was done."""
    accepting = request.POST.get("do") != "withdraw"
    form = AcceptForm(request.POST) if accepting else WithdrawForm(request.POST)
    if form.is_valid():
        try:
            if accepting:
                accept(desk.actor, submitted, form.cleaned_data["note"])
                messages.success(request, _("La remontée est acceptée : le partenaire est averti."))
            else:
                withdraw(desk.actor, submitted, form.cleaned_data["reason"])
                messages.success(
                    request, _("L'acceptation est retirée : le partenaire est averti.")
                )
        except ReviewRefused as refusal:
            form.add_error(None, str(refusal))
    return form


@desk_page
def return_file(request: HttpRequest, desk: Desk, number: int) -> FileResponse:
    """The file, as the partner sent it."""
    submitted = desk.returned(number)
    return kept_file(submitted.file_id, file_name(submitted))


@desk_page
def return_annotated(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """The partner's own workbook, annotated."""
    submitted = desk.returned(number)
    standing = standing_of(submitted)
    remarks = Remarks(
        facts=[(str(fact.label), str(fact.value)) for fact in _facts(desk, submitted, standing)],
        judged=judged_today(desk, submitted),
        set_aside=set_aside(submitted.not_data),
        columns=sums_by_column(submitted),
        threads=threads_of(submitted),
        fictitious=desk.contract.fictitious,
    )
    return annotated_file(submitted.file_id, file_name(submitted), remarks)


def annotated_file(sha256: str, name: str, remarks: Remarks) -> HttpResponse:
    """An annotated copy to be downloaded. Raises ``BadRequest`` with a sentence."""
    try:
        content, called = copy_of(sha256, name, remarks)
    except UnreadableFile as error:
        raise BadRequest(str(error)) from error
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, called) or ""
    return response


def titled(submitted: Return) -> str:
    """What a return is called: « Remontée au 31/12/2024 – Département du Nord »."""
    whose = f"{submitted.partner}, {submitted.service}" if submitted.service else submitted.partner
    said = {"whose": whose, "on": day(submitted.effective_on)}
    return _("Remontée au %(on)s – %(whose)s") % said


def trail_of(desk: Desk, submitted: Return, *more: Link) -> list[Link]:
    """Where the pages of a return stand."""
    above = [Link(_("Remontées"), desk.address("list"))] if desk.page else []
    href = desk.address("return", number=submitted.pk) if more else ""
    return [*above, Link(titled(submitted), href), *more]


def file_name(submitted: Return) -> str:
    """The name that the file was sent under."""
    delivery = getattr(submitted, "delivery", None)
    return delivery.file_name if delivery else submitted.file.name


def judged_today(desk: Desk, submitted: Return) -> Judged:
    """The findings as the contract judges them today."""
    return judged(
        findings_in(submitted.findings), desk.contract, submitted.partner, timezone.localdate()
    )


def _facts(desk: Desk, submitted: Return, standing: Standing) -> list[Fact]:
    posting = submitted.posting
    delivery = getattr(submitted, "delivery", None)
    sender = (delivery.sender if delivery else None) or posting.user
    on = day(timezone.localtime(posting.at).date())
    facts = [
        Fact(_("Situation au"), day(submitted.effective_on)),
        Fact(_("Contrat"), desk.contract.name),
        Fact(_("Envoyée par"), str(sender) if sender else ""),
        Fact(_("Fichier"), file_name(submitted)),
        Fact(_("Lignes lues"), integer(submitted.rows)),
        Fact(_("Mise en page"), submitted.layout),
        Fact(
            _("Prise en compte"),
            _("le %(on)s, écriture n° %(number)s") % {"on": on, "number": posting.number},
        ),
        Fact(
            _("Étendue"),
            _("complète : ce qui n'y est plus est retiré")
            if submitted.complete
            else _("partielle : ce qu'elle ne dit pas ne change pas"),
        ),
    ]
    for label, other in (
        (_("Prend la place de"), standing.supersedes),
        (_("Remplacée par"), standing.superseded_by),
    ):
        if other is not None:
            href = desk.address("return", number=other)
            facts.append(Fact(label, _("une autre remontée, n° %(id)s") % {"id": other}, href=href))
    return facts


def shown_at(desk: Desk, submitted: Return, where: str) -> str:
    """The address of the sheet, opened at a place."""
    sheet, cell = cell_of(where)
    asked = urlencode({"feuille": sheet, "cellule": cell} if sheet else {"cellule": cell})
    base = desk.address("return-sheet", number=submitted.pk)
    return f"{base}{'&' if '?' in base else '?'}{asked}#cellule"


def _places(desk: Desk, submitted: Return, places: Sequence[str]) -> Places:
    links = [Link(where, shown_at(desk, submitted, where)) for where in places[:MOST_PLACES]]
    return Places(links, max(len(places) - MOST_PLACES, 0))


def _remarked(desk: Desk, submitted: Return, group: FindingGroup) -> Remarked:
    by_message: dict[str, list[str]] = {}
    for found in group.findings:
        by_message.setdefault(finding_message(found), []).append(found.where)
    listed = [(message, _places(desk, submitted, places)) for message, places in by_message.items()]
    return Remarked(group, listed[:MOST_MESSAGES], max(len(listed) - MOST_MESSAGES, 0))
