"""The agreements of a contract: what waits for whom, what is agreed; many accepted at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beffroi.contracts.abilities import SEE
from beffroi.contracts.pages.frame import Page, contract_action
from beffroi.contracts.pages.situation import rest_of
from beffroi.contracts.vocabulary import Stage
from beffroi.reconciliation.agreements.actions import AgreementRefused, Voice, accept
from beffroi.reconciliation.agreements.queries import (
    State,
    every_agreement,
    last_turn,
    state_of,
    waits_for,
)
from beffroi.reconciliation.models import Agreement
from beffroi.reconciliation.pages.gaps import PAGE, TAB, agreement_address, gaps_link, sides_now
from beffroi.reconciliation.pages.words import STATES
from beffroi.reconciliation.queries import Gap
from beffroi.ui.columns import Cell, Column, Row, Sorting, Table
from beffroi.ui.components import Choice, Link, unit_choices
from beffroi.ui.exporting import PARAMETER, export, export_choices
from beffroi.ui.figures import Unit, unit_from

CHOSEN = "proposition"
MINE = "a-moi"
STATE = "etat"


@contract_action(SEE)
def agreements(request: HttpRequest, page: Page) -> HttpResponse:
    """What both sides of each gap said; POST accepts the proposals that are ticked."""
    refusal = ""
    if request.method == "POST":
        refusal = _accept(request, page)
        if not refusal:
            return redirect(request.get_full_path())
    every = every_agreement(page.contract, page.situation.connu)
    asked = request.GET.get(STATE, "")
    rows = [
        _row(page, agreement, gap)
        for agreement, gap in every
        if _answers(page, agreement, gap, asked)
    ]
    unit = unit_from(request.GET.get("unite"), Unit.EURO)
    table = _table(request, page, rows, unit)
    if PARAMETER in request.GET:
        name = f"{page.contract.slug}-accords"
        return export([table], request.GET[PARAMETER], name, page.about())
    paginator = Paginator(table.rows, PAGE)
    this_page = paginator.get_page(request.GET.get("page"))
    trail = [gaps_link(page), Link(_("Accords"))]
    context = page.context(TAB, trail) | {
        "refusal": refusal,
        "table": table.with_rows(list(this_page.object_list)),
        "pages": this_page,
        "units": unit_choices(unit, rest_of(request, "unite")),
        "states": _state_choices(request, asked),
        "exports": export_choices(rest_of(request, PARAMETER)),
        "may_accept": any(row.cell(CHOSEN).value for row in this_page.object_list),
    }
    status = 400 if refusal else 200
    return render(request, "reconciliation/agreements.html", context, status=status)


def _accept(request: HttpRequest, page: Page) -> str:
    """Accept what is ticked; why not, where it is refused."""
    voice = Voice(request.user, sides_now(page))  # type: ignore[arg-type]
    if not voice.sides:
        raise PermissionDenied
    try:
        made = accept(page.contract, _ticked(request.POST.getlist(CHOSEN)), voice)
    except AgreementRefused as refusal:
        return str(refusal)
    messages.success(
        request,
        ngettext(
            "%(n)s montant convenu : il vaut désormais pour tous.",
            "%(n)s montants convenus : ils valent désormais pour tous.",
            made,
        )
        % {"n": made},
    )
    return ""


def _ticked(tokens: Sequence[str]) -> Mapping[int, int]:
    """The rank of the proposal that was read, by agreement. Raises ``BadRequest``."""
    found = {}
    for token in tokens:
        number, _dash, rank = token.partition("-")
        if not (number + rank).isascii() or not (number.isdecimal() and rank.isdecimal()):
            raise BadRequest(_("Choisissez les propositions à accepter."))
        found[int(number[:18])] = int(rank[:4])
    return found


def _answers(page: Page, agreement: Agreement, gap: Gap | None, asked: str) -> bool:
    if not asked:
        return True
    if asked == MINE:
        return waits_for(agreement) in sides_now(page)
    if asked not in {state.value for state in State}:
        raise BadRequest(_("« %(state)s » n'est pas un état d'accord.") % {"state": asked[:40]})
    return state_of(agreement, gap) == asked


def _row(page: Page, agreement: Agreement, gap: Gap | None) -> Row:
    last, state = last_turn(agreement), state_of(agreement, gap)
    waited = waits_for(agreement)
    names = {side.pk: str(side) for side in (agreement.source, agreement.funder)}
    is_mine = gap is not None and last is not None and waited in sides_now(page)
    is_outdated = gap is None and state != State.REOPENED
    note = _("ce qui en est dit a changé depuis") if is_outdated else ""
    if state == State.PROPOSED and not is_outdated:
        note = _("à %s de répondre") % names[waited or 0]
    title = agreement.operation.title
    return Row(
        {
            CHOSEN: Cell(f"{agreement.pk}-{last.rank}", note=_("Accepter « %s »") % title)
            if is_mine and last
            else None,
            "operation": Cell(
                title,
                note=agreement.operation.code,
                href=agreement_address(agreement) if gap else "",
            ),
            "stage": Stage(agreement.stage).label,
            "source": names[agreement.source_id],
            "funder": names[agreement.funder_id],
            "on": agreement.on,
            "claim": agreement.claim_cents,
            "own": agreement.own_cents,
            "figure": _figure(agreement),
            "state": Cell(STATES[state], note=note) if state else None,
            "author": str(last.author) if last else None,
            "reason": _reason(agreement),
        }
    )


def _figure(agreement: Agreement) -> int | None:
    """The figure last proposed, in cents."""
    proposed = [turn.cents for turn in agreement.turns.all() if turn.cents is not None]
    return proposed[-1] if proposed else None


def _reason(agreement: Agreement) -> str:
    said = [turn.reason for turn in agreement.turns.all() if turn.reason]
    return said[-1] if said else ""


def _columns(*, with_choice: bool) -> list[Column]:
    choice = [Column(CHOSEN, _("Choix"), "choice")] if with_choice else []
    return [
        *choice,
        Column("operation", _("Opération"), sortable=True),
        Column("stage", _("Stade"), sortable=True),
        Column("source", _("Ce que dit"), sortable=True),
        Column("funder", _("de l'argent de"), sortable=True),
        Column("on", _("Situation au"), "date", sortable=True),
        Column("claim", _("Annoncé"), "amount"),
        Column("own", _("Le financeur dit"), "amount"),
        Column("figure", _("Proposé"), "amount", sortable=True),
        Column("state", _("État"), sortable=True),
        Column("author", _("Dernier à parler"), sortable=True),
        Column("reason", _("Raison")),
    ]


def _table(request: HttpRequest, page: Page, rows: Sequence[Row], unit: Unit) -> Table:
    columns = _columns(with_choice=any(row.cell(CHOSEN).value for row in rows))
    sorting = Sorting.asked(request.GET.dict(), columns)
    return Table(
        caption=_("Propositions et accords"),
        columns=columns,
        rows=sorting.apply(rows),
        row_header="operation",
        unit=unit,
        id="accords",
        sorting=sorting,
        fictitious=page.contract.fictitious,
        empty=_("Rien ici : on propose un montant depuis un écart du rapprochement."),
    )


def _state_choices(request: HttpRequest, asked: str) -> list[Choice]:
    rest = rest_of(request, STATE)
    labels = {"": _("tous"), MINE: _("à moi de répondre")}
    labels |= {state.value: str(label) for state, label in STATES.items()}
    return [
        Choice(label, f"?{rest}&{STATE}={value}" if rest else f"?{STATE}={value}", asked == value)
        for value, label in labels.items()
    ]
