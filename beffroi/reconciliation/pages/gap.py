"""One gap: both figures, why they differ, what both sides say of it, and what they may do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from beffroi.contracts.abilities import SEE
from beffroi.contracts.pages.frame import Page, contract_action, contract_page
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.files.actions import keep_chunks
from beffroi.files.answers import kept_file
from beffroi.ledger.queries import Scope
from beffroi.reconciliation.agreements.actions import (
    AgreementRefused,
    Document,
    Voice,
    accept,
    leave_open,
    propose,
)
from beffroi.reconciliation.agreements.queries import Seen, State, seen, waits_for
from beffroi.reconciliation.models import Turn
from beffroi.reconciliation.pages.agreeing_forms import AnswerForm, LeavingForm, ProposalForm
from beffroi.reconciliation.pages.gap_tables import token
from beffroi.reconciliation.pages.gaps import TAB, gaps_link, sides_now
from beffroi.reconciliation.pages.words import CAUSES, REASONS, STATES, STATUSES
from beffroi.reconciliation.queries import gaps
from beffroi.ui.components import Fact, Link, Source
from beffroi.ui.figures import money


@contract_action(SEE)
def gap(
    request: HttpRequest,
    page: Page,
    operation: int,
    source: str,
    funder: str,
    stage: str,
    nature: str,
) -> HttpResponse:
    """A gap; POST proposes a figure for it, accepts the one proposed, or leaves it open."""
    found = _asked(page, (operation, source, funder, stage, nature))
    forms = _forms(request, found)
    if request.method == "POST" and (done := _act(request, page, found, forms)):
        messages.success(request, done)
        return redirect(request.get_full_path())
    refused = any(form.errors for form in forms.values())
    context = (
        page.context(TAB, [gaps_link(page), Link(found.gap.title)]) | _shown(page, found) | forms
    )
    return render(request, "reconciliation/gap.html", context, status=400 if refused else 200)


@contract_page
def document(request: HttpRequest, page: Page, number: int) -> FileResponse:
    """The document that a turn rests on, as it was handed in."""
    turn = Turn.objects.filter(agreement__contract=page.contract, pk=number).first()
    if turn is None or turn.document_id is None:
        raise Http404
    return kept_file(turn.document_id, turn.document_name)


def _asked(page: Page, key: tuple[int, str, str, str, str]) -> Seen:
    found = gaps(Scope(page.contract), page.situation.au, page.situation.connu)
    for each in found:
        if (each.operation_id, each.source, each.funder, each.stage, each.nature) == key:
            return seen(page.contract, [each])[0]
    raise Http404


def _forms(request: HttpRequest, found: Seen) -> dict[str, Form]:
    """What may be filled in, by what is done with it; the one that was sent holds what it says."""
    asked = request.POST.get("do")

    def sent(act: str) -> dict[str, Any]:
        return {"data": request.POST, "files": request.FILES} if asked == act else {}

    return {
        "propose": ProposalForm(found.gap, **sent("propose")),
        "accept": AnswerForm(**sent("accept"), prefix="accepter"),
        "leave_open": LeavingForm(**sent("leave_open"), prefix="laisser"),
    }


def _act(request: HttpRequest, page: Page, found: Seen, forms: dict[str, Form]) -> str:
    """Do what is asked; the sentence that says what was done, empty where the form says why not."""
    voice = Voice(request.user, sides_now(page))  # type: ignore[arg-type]
    if voice.sides.isdisjoint(found.gap.sides):
        raise PermissionDenied
    asked = request.POST.get("do", "")
    if asked not in forms:
        raise BadRequest(
            _("Proposez un montant, acceptez celui qui est proposé, ou laissez l'écart ouvert.")
        )
    form = forms[asked]
    if not form.is_valid():
        return ""
    if asked == "propose" and request.POST.get("stands") != token(found.gap):
        form.add_error(
            None,
            _("Ce qui est dit de « %(operation)s » a changé depuis : relisez l'écart.")
            % {"operation": found.gap.title},
        )
        return ""
    rank = request.POST.get("seen", "")
    read = int(rank) if rank.isascii() and rank.isdecimal() and len(rank) < 5 else -1
    try:
        return _ACTS[asked](page, found, form, voice, read)
    except AgreementRefused as refusal:
        form.add_error(None, str(refusal))
        return ""


def _propose(page: Page, found: Seen, form: Form, voice: Voice, read: int) -> str:
    assert isinstance(form, ProposalForm)
    handed = form.cleaned_data["document"]
    document = None
    if handed:
        kept = keep_chunks(handed.chunks(), handed.name)
        document = Document(kept.sha256, handed.name[-200:])
    propose(
        page.contract,
        found.gap,
        form.cents,
        voice,
        reason=form.cleaned_data["reason"],
        seen=read,
        document=document,
    )
    return _("Votre proposition est faite : c'est à l'autre partenaire de répondre.")


def _accept(page: Page, found: Seen, form: Form, voice: Voice, read: int) -> str:
    if found.agreement is None:
        raise AgreementRefused(_("Il n'y a pas de proposition à accepter."))
    accept(page.contract, {found.agreement.pk: read}, voice, reason=form.cleaned_data["reason"])
    return _("C'est convenu : ce montant vaut désormais pour tous.")


def _leave_open(page: Page, found: Seen, form: Form, voice: Voice, read: int) -> str:
    if found.agreement is None:
        raise AgreementRefused(_("Il n'y a pas de proposition à laisser ouverte."))
    leave_open(page.contract, found.agreement, voice, reason=form.cleaned_data["reason"], seen=read)
    return _("L'écart reste ouvert, avec votre raison.")


_ACTS = {"propose": _propose, "accept": _accept, "leave_open": _leave_open}


def _shown(page: Page, found: Seen) -> dict[str, object]:
    sides = sides_now(page)
    gap, last = found.gap, found.last
    is_party = not sides.isdisjoint(gap.sides)
    proposed = last.cents if last and found.state == State.PROPOSED else None
    answers = found.agreement is not None and waits_for(found.agreement) in sides
    return {
        "gap": gap,
        "facts": _facts(found),
        "both": _both(found),
        "turns": found.turns,
        "seen": last.rank if last else 0,
        "stands": token(gap),
        "proposed": proposed,
        "may_accept": is_party and answers,
        "may_leave_open": is_party and proposed is not None,
        "may_propose": is_party,
        "reason_of_gap": REASONS.get(gap.cause, ""),
    }


def _both(found: Seen) -> list[Fact]:
    """Both figures, each with the cell it is read in."""
    gap = found.gap
    claim, own = (
        Source(_("sa remontée"), reverse("workspace:statement", args=[numbers[0]]), on)
        if numbers and on
        else None
        for numbers, on in ((gap.claimed, gap.claim_on), (gap.own, gap.own_on))
    )
    said = money(gap.own_cents) if gap.own_cents is not None else ""
    facts = [
        Fact(_("%s annonce") % gap.names[0], money(gap.claim_cents), source=claim),
        Fact(_("%s dit de son argent") % gap.names[1], said, source=own),
    ]
    if gap.gap_cents is not None:
        facts.append(Fact(_("Écart"), money(gap.gap_cents)))
    if gap.agreed_cents is not None:
        facts.append(Fact(_("Convenu"), money(gap.agreed_cents)))
    return facts


def _facts(found: Seen) -> list[Fact]:
    gap = found.gap
    state = str(STATES[found.state]) if found.state else str(_("rien de proposé"))
    cause = str(CAUSES[gap.cause]) if gap.cause in CAUSES else ""
    return [
        Fact(_("Stade"), Stage(gap.stage).label),
        Fact(_("Nature de crédit"), Nature(gap.nature).label),
        Fact(_("Ce qu'il en est"), STATUSES[gap.status]),
        *([Fact(_("Cause probable"), cause)] if cause else []),
        Fact(_("Accord"), state),
    ]
