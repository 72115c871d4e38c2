"""All the remarks of a contract; writing one, resolving it, taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from beffroi.accounts.models import User
from beffroi.contracts.abilities import CONTRIBUTE, who_sees
from beffroi.contracts.models import Contract
from beffroi.contracts.pages.frame import Page, contract_action, contract_page
from beffroi.contracts.pages.situation import choices_of
from beffroi.remarks import actions
from beffroi.remarks.models import Remark
from beffroi.remarks.pages.forms import RemarkForm
from beffroi.remarks.queries import open_first, remarks_of, resolved, still_open, telling
from beffroi.remarks.subjects import Subject, subject_address, subject_named
from beffroi.ui.components import Link

TAB = "contract"
PAGE = 40
STATE, TOLD, ME = "etat", "pour", "moi"
ALL, OPEN, RESOLVED = "toutes", "ouvertes", "resolues"


@contract_page
def remarks(request: HttpRequest, page: Page) -> HttpResponse:
    """The remarks of a contract, open ones first."""
    state = _one_of(request, STATE, {ALL, OPEN, RESOLVED}) or ALL
    told = _one_of(request, TOLD, {ME})
    found = remarks_of(page.contract)
    if state != ALL:
        found = still_open(found) if state == OPEN else resolved(found)
    if told:
        found = telling(found, _person(request))
    listed = Paginator(open_first(found), PAGE).get_page(request.GET.get("page"))
    states = {ALL: _("toutes"), OPEN: _("ouvertes"), RESOLVED: _("résolues")}
    context = page.context(TAB, [Link(_("Remarques"))]) | {
        "listed": listed,
        "remarks": [(each, _address(page.contract, each)) for each in listed],
        "states": choices_of(request, STATE, state, states),
        "whose": choices_of(request, TOLD, told, {"": _("tout le monde"), ME: _("moi")}),
        "may_write": CONTRIBUTE in page.rights.can,
        "reader": request.user.pk,
    }
    return render(request, "remarks/remarks.html", context)


@contract_page
def remark(request: HttpRequest, page: Page, number: int) -> HttpResponse:
    """Lead to a remark, on the page of what it is about."""
    found = _found(page, number)
    return redirect(_address(page.contract, found))


@contract_action(CONTRIBUTE)
def write(request: HttpRequest, page: Page) -> HttpResponse:
    """Write a remark on what the address names."""
    subject = subject_named(request.GET.get("sujet", ""), page.contract, page.situation)
    if subject is None:
        raise Http404
    people = who_sees(page.contract).exclude(pk=_person(request).pk)
    form = RemarkForm(people, request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = actions.write(
                page.contract,
                subject.written,
                page.situation,
                told["text"],
                _person(request),
                told=told["told"],
            )
        except actions.RemarkRefused as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("La remarque est écrite."))
            return redirect(_address(page.contract, made))
    context = page.context(TAB, [_list_link(page), Link(_("Écrire"))]) | {
        "form": form,
        "subject": subject,
        "back": _subject_address(page, subject),
    }
    return render(request, "remarks/write.html", context, status=400 if form.errors else 200)


@require_POST
@contract_action(CONTRIBUTE)
def act(request: HttpRequest, page: Page, number: int) -> HttpResponse:
    """Resolve a remark, or take back one's own."""
    found = _found(page, number)
    do = request.POST.get("do", "")
    if do not in {"resolve", "withdraw"}:
        raise BadRequest(_("On ne sait que résoudre une remarque, ou la retirer."))
    try:
        if do == "resolve":
            actions.resolve(found, _person(request))
        else:
            actions.withdraw(found, _person(request))
    except actions.RemarkRefused as refusal:
        messages.error(request, str(refusal))
    else:
        done = _("La remarque est résolue.") if do == "resolve" else _("La remarque est retirée.")
        messages.success(request, done)
    return redirect(_address(page.contract, found))


def _one_of(request: HttpRequest, name: str, known: set[str]) -> str:
    """What the address asks for, among what is offered. Raises ``BadRequest`` with a sentence."""
    asked = request.GET.get(name, "")
    if asked and asked not in known:
        raise BadRequest(
            _("« %(asked)s » n'est pas un tri proposé : choisissez sur la page.")
            % {"asked": asked[:40]}
        )
    return asked


def _found(page: Page, number: int) -> Remark:
    found = remarks_of(page.contract).filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _person(request: HttpRequest) -> User:
    """Who is signed in: nobody else sees a contract's pages."""
    assert isinstance(request.user, User)
    return request.user


def _address(contract: Contract, remark: Remark) -> str:
    """Where a remark is read, at the situation that its author saw, as it is known today."""
    where = subject_address(contract.slug, remark.kind, remark.key, au=remark.au.isoformat())
    return f"{where}#remarque-{remark.pk}"


def _subject_address(page: Page, subject: Subject) -> str:
    asked: dict[str, Any] = dict(page.situation.asked)
    return subject_address(page.contract.slug, subject.kind, subject.key, **asked)


def _list_link(page: Page) -> Link:
    where = reverse("remarks:remarks", args=[page.contract.slug])
    return Link(_("Remarques"), where + page.situation.link())
