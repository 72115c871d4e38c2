"""Which operation each line is: the sure ones together, the doubtful ones one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beffroi.contracts.abilities import MANAGE
from beffroi.contracts.vocabulary import Stage
from beffroi.journal.actions import last_number
from beffroi.ledger.amounts import amounts_by_operation
from beffroi.ledger.recognition import RecognitionRefused
from beffroi.operations.presenting import Presented, presented
from beffroi.operations.proposals import Amounts, Money
from beffroi.operations.wording import sentence_of
from beffroi.partners.models import Organisation
from beffroi.returns.actors import DEPOSIT
from beffroi.returns.deliveries import actions
from beffroi.returns.deliveries.actions import DeliveryRefused
from beffroi.returns.deliveries.unmatching import last_decision, match_again, unmatch
from beffroi.returns.models import Delivery, DeliveryState, LineMatch
from beffroi.returns.pages.delivery import heading_of, steps_of, trail_of
from beffroi.returns.pages.desk import Desk, desk_action, desk_page
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.components import Choice, Link
from beffroi.ui.figures import Unit

A_PAGE = 50
MOST_CANDIDATES = 4
NEW = "new"
Standing = LineMatch.Standing


@desk_page
def operations(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """All the lines of a delivery with their operations; the next question first."""
    delivery = _matched(desk, number)
    counts = _counts(delivery)
    wanted = request.GET.get("etat", "")
    if wanted not in Standing.values:
        wanted = ""
    rows = LineMatch.objects.filter(delivery=delivery).select_related("operation").order_by("pk")
    listed = Paginator(rows.filter(standing=wanted) if wanted else rows, A_PAGE).get_page(
        request.GET.get("page")
    )
    asked = rows.filter(standing=Standing.ASKED).values_list("pk", flat=True).first()
    context = desk.context(trail_of(desk, delivery, Link(_("Opérations")))) | {
        "delivery": delivery,
        "heading": heading_of(delivery),
        "steps": steps_of(desk, delivery, "operations"),
        "counts": counts,
        "switch": _switch(desk, delivery, counts, wanted),
        "listed": listed,
        "table": _table(desk, delivery, listed),
        "next": desk.address("delivery-operation", number=number, match=asked) if asked else "",
        "act": desk.address("delivery-all-new", number=number),
        "may_decide": _may_decide(desk, delivery),
    }
    return render(request, "returns/operations.html", context)


@desk_action
def question(request: HttpRequest, desk: Desk, number: int, match: int) -> HttpResponse:
    """One question: the lines beside the operations they may be; on POST, the answer."""
    delivery = _matched(desk, number, DEPOSIT if request.method == "POST" else "")
    found = LineMatch.objects.filter(delivery=delivery, pk=match).first()
    may_undo = delivery.state == DeliveryState.SUBMITTED and _manages(desk)
    if request.method == "POST" and not may_undo:
        return _answered(request, desk, delivery, match)
    if found is None:
        raise Http404
    found.delivery = delivery
    if request.method == "POST":
        return _undone(request, desk, found)
    context = desk.context(
        trail_of(
            desk,
            delivery,
            Link(_("Opérations"), desk.address("delivery-operations", number=number)),
            Link(found.said["title"] or _("Ligne %(row)s") % {"row": found.row}),
        )
    ) | {
        "delivery": delivery,
        "match": found,
        "said": found.said,
        "total": delivery.summary["matches"]["asked"],
        "comparison": _comparison(desk, delivery, found),
        "may_decide": _may_decide(desk, delivery),
        "may_undo": may_undo and found.operation_id,
        "decision": last_decision(found) if may_undo else None,
        "chosen": found.operation_id,
        "later": desk.address("delivery-next", number=number, after=match),
    }
    return render(request, "returns/question.html", context)


@desk_page
def following(request: HttpRequest, desk: Desk, number: int, after: int) -> HttpResponse:
    """The next question without answer, from the first one again after the last."""
    delivery = _matched(desk, number)
    asked = list(
        LineMatch.objects.filter(delivery=delivery, standing=Standing.ASKED)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    match = next((pk for pk in asked if pk > after), None) or next(
        (pk for pk in asked if pk != after), None
    )
    if match is None:
        return redirect(desk.address("delivery-operations", number=number))
    return redirect(desk.address("delivery-operation", number=number, match=match))


@desk_action
def all_new(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """On POST, all that is still asked becomes new operations."""
    delivery = _matched(desk, number, DEPOSIT)
    if request.method == "POST":
        try:
            made = actions.decide_all_new(delivery, desk.actor)
        except DeliveryRefused as refusal:
            messages.error(request, str(refusal))
        else:
            said = ngettext("%(n)s opération nouvelle.", "%(n)s opérations nouvelles.", made)
            messages.success(request, said % {"n": made})
            return redirect(desk.address("delivery", number=number))
    return redirect(desk.address("delivery-operations", number=number))


def _answered(request: HttpRequest, desk: Desk, delivery: Delivery, match: int) -> HttpResponse:
    chosen = request.POST.get("operation", "")
    here = desk.address("delivery-operation", number=delivery.pk, match=match)
    if chosen != NEW and not (chosen.isdecimal() and len(chosen) < 18):
        messages.error(request, _("Choisissez une opération, ou « Nouvelle opération »."))
        return redirect(here)
    try:
        left = actions.decide(delivery, match, None if chosen == NEW else int(chosen), desk.actor)
    except DeliveryRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(here)
    if not left:
        messages.success(request, _("Toutes les lignes ont leur opération : l'aperçu se prépare."))
        return redirect(desk.address("delivery", number=delivery.pk))
    return redirect(desk.address("delivery-next", number=delivery.pk, after=match))


def _manages(desk: Desk) -> bool:
    return desk.page is not None and MANAGE in desk.page.rights.can


def _undone(request: HttpRequest, desk: Desk, match: LineMatch) -> HttpResponse:
    """Undo the match, or the last decision about it."""
    try:
        again = request.POST.get("action") == "again"
        number = match_again(match) if again else unmatch(match)
    except RecognitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("C'est fait : écriture n° %(number)s.") % {"number": number})
    return redirect(desk.address("delivery-operation", number=match.delivery_id, match=match.pk))


def _matched(desk: Desk, number: int, needs: str = "") -> Delivery:
    delivery = desk.delivery(number, needs) if needs else desk.delivery(number)
    if delivery.state not in {
        DeliveryState.MATCHING,
        DeliveryState.READY,
        DeliveryState.SUBMITTED,
    }:
        raise Http404
    return delivery


def _may_decide(desk: Desk, delivery: Delivery) -> bool:
    return delivery.state in {DeliveryState.MATCHING, DeliveryState.READY} and desk.actor.may(
        DEPOSIT, delivery
    )


def _counts(delivery: Delivery) -> dict[str, int]:
    counts = (
        LineMatch.objects.filter(delivery=delivery)
        .order_by()
        .values_list("standing")
        .annotate(Count("pk"))
    )
    return dict.fromkeys(Standing.values, 0) | dict(counts)


# The list


def _switch(desk: Desk, delivery: Delivery, counts: Mapping[str, int], wanted: str) -> list[Choice]:
    address = desk.address("delivery-operations", number=delivery.pk)
    joint = "&" if "?" in address else "?"
    labels = {
        "": _("toutes"),
        Standing.ASKED: _("à décider"),
        Standing.DECIDED: _("décidées"),
        Standing.SURE: _("reconnues"),
        Standing.NEW: _("nouvelles"),
    }
    return [
        Choice(
            f"{label} ({counts[standing] if standing else sum(counts.values())})",
            f"{address}{joint}etat={standing}" if standing else address,
            standing == wanted,
        )
        for standing, label in labels.items()
        if not standing or counts[standing] or standing == wanted
    ]


def _table(desk: Desk, delivery: Delivery, matches: Iterable[LineMatch]) -> Table:
    labels = {
        Standing.SURE: _("reconnue"),
        Standing.ASKED: _("à décider"),
        Standing.NEW: _("nouvelle"),
        Standing.DECIDED: _("décidée"),
    }
    stages = [stage for stage in Stage if stage.value in delivery.summary.get("sums", {})]
    rows = []
    for match in matches:
        href = desk.address("delivery-operation", number=delivery.pk, match=match.pk)
        own = {
            stage: (cents, unread)
            for stage, funder, cents, unread in match.said["amounts"]
            if funder == delivery.partner.slug
        }
        operation = match.operation.title if match.operation else _("opération nouvelle")
        rows.append(
            Row(
                {
                    "title": Cell(match.said["title"] or _where(match), href=href),
                    "where": Cell(_where(match)),
                    "standing": labels[Standing(match.standing)],
                    "operation": "" if match.standing == Standing.ASKED else operation,
                    **{
                        stage.value: Cell(own[stage.value][0], unread=own[stage.value][1])
                        for stage in stages
                        if stage.value in own
                    },
                }
            )
        )
    return Table(
        _("Lignes du classeur et opérations"),
        [
            Column("title", _("Ligne")),
            Column("where", _("Où")),
            Column("standing", _("Rapprochement")),
            Column("operation", _("Opération")),
            *(Column(stage.value, stage.label, "amount") for stage in stages),
        ],
        rows,
        unit=Unit.EURO,
        id="operations",
        empty=_("Aucune ligne ici."),
        fictitious=delivery.contract.fictitious,
        hide_caption=True,
    )


def _where(match: LineMatch) -> str:
    first = f"{match.sheet}!{match.row}" if match.sheet else str(match.row)
    others = len(match.lines) - 1
    return (
        _("%(first)s et %(others)s autres") % {"first": first, "others": others}
        if (others > 0)
        else first
    )


# One question, side by side


@dataclass(frozen=True, slots=True)
class Compared:
    """One amount of a candidate beside the line's: cents, and their difference."""

    label: str
    cents: int | None
    difference: int | None = None
    who: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """One operation that the lines may be, as its column shows it."""

    operation: Presented
    reasons: Sequence[tuple[str, bool]]
    amounts: Sequence[Compared]
    others: Sequence[Presented]
    chosen: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """A question: what the lines say, then each operation they may be."""

    amounts: Sequence[Compared]
    lines: Sequence[Mapping[str, Any]]
    candidates: Sequence[Beside]


def _comparison(desk: Desk, delivery: Delivery, match: LineMatch) -> Comparison:
    kept = list(match.candidates[:MOST_CANDIDATES])
    known = {each["operation"] for each in kept}
    if match.operation_id and match.operation_id not in known:
        kept.append({"operation": match.operation_id, "reasons": [], "others": []})
    ids = {each["operation"] for each in kept} | {
        other for each in kept for other in each["others"]
    }
    connu = desk.page.situation.connu if desk.page else last_number()
    shown = presented(ids)
    amounts = amounts_by_operation(ids, delivery.effective_on, connu)
    organisations = {each.pk: each for each in Organisation.objects.all()}
    names = {pk: str(each) for pk, each in organisations.items()}
    slugs = {each.slug: str(each) for each in organisations.values()}
    ours = {(stage, funder): cents for stage, funder, cents, _unread in match.said["amounts"]}
    beside = [
        Beside(
            shown[each["operation"]],
            [(sentence_of(reason, names), bool(reason[2])) for reason in each["reasons"]],
            _compared(amounts.get(each["operation"], {}), ours, organisations),
            [shown[other] for other in each["others"] if other in shown],
            each["operation"] == match.operation_id,
        )
        for each in kept
        if each["operation"] in shown
    ]
    own = [
        Compared(_amount_label(stage, slugs.get(funder, funder)), cents)
        for (stage, funder), cents in ours.items()
    ]
    return Comparison(own, match.said.get("lines", ()), beside)


def _compared(
    theirs: Amounts,
    ours: Mapping[tuple[str, str], int],
    organisations: Mapping[int, Organisation],
) -> list[Compared]:
    """What is known of an operation, with the difference from the lines where both speak."""
    found = []
    stages = list(Stage.values)

    def ours_first(money: Money) -> tuple[bool, int, int, int]:
        said = (money.stage, organisations[money.funder_id].slug) in ours
        return not said, money.funder_id, stages.index(money.stage), money.source_id

    for money in sorted(theirs, key=ours_first):
        cents = theirs[money]
        funder, source = organisations[money.funder_id], organisations[money.source_id]
        mine = ours.get((money.stage, funder.slug))
        found.append(
            Compared(
                _amount_label(money.stage, str(funder)),
                cents,
                None if mine is None else mine - cents,
                str(source),
            )
        )
    return found


def _amount_label(stage: str, funder: str) -> str:
    return _("%(stage)s, %(funder)s") % {
        "stage": str(Stage(stage).label).capitalize(),
        "funder": funder,
    }
