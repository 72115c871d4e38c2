"""Operations of a contract that look like one: listed, reunited or told apart, and undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from beffroi.contracts.abilities import MANAGE, SEE, abilities_by_contract
from beffroi.contracts.pages.frame import Page, contract_action
from beffroi.contracts.vocabulary import Stage
from beffroi.ledger.amounts import amounts_by_operation
from beffroi.ledger.duplicates import Suspicion, contracts_of, reasons_of, suspected
from beffroi.ledger.recognition import (
    RecognitionRefused,
    decisions_of,
    merge,
    tell_apart,
    undo,
)
from beffroi.operations.models import Judgement, Operation, Verdict
from beffroi.operations.presenting import Presented, presented
from beffroi.operations.proposals import Amounts
from beffroi.operations.queries import judgements
from beffroi.operations.wording import sentence_of
from beffroi.partners.models import Organisation
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.components import Fact, Link
from beffroi.ui.figures import Unit

TAB = "duplicates"
PAGE = 100


@contract_action(SEE)
def duplicates(request: HttpRequest, page: Page) -> HttpResponse:
    """The pairs that look like one operation, and those that were reunited; POST undoes one."""
    may_decide = MANAGE in page.rights.can
    if request.method == "POST":
        if not may_decide:
            raise PermissionDenied
        _undo(request, page)
        return redirect(request.get_full_path())
    found = suspected(page.contract.pk, page.situation.au, page.situation.connu)
    paginator = Paginator(found, PAGE)
    this_page = paginator.get_page(request.GET.get("page"))
    context = page.context(TAB, [Link(_("Doublons"))]) | {
        "table": _suspicions_table(page, list(this_page.object_list)),
        "pages": this_page,
        "reunited": _merges(page)[:PAGE],
        "may_decide": may_decide and _is_now(page),
    }
    return render(request, "workspace/duplicates.html", context)


@contract_action(SEE)
def pair(request: HttpRequest, page: Page, one: int, other: int) -> HttpResponse:
    """Two operations side by side, with what speaks for their being one and against; POST reunites
    them, or says that they are two."""
    operations = {
        operation.pk: operation
        for operation in Operation.objects.filter(
            contract=page.contract, pk__in=[one, other]
        ).annotate(decided=Subquery(decisions_of(one, other).values("pk")[:1]))
    }
    if len(operations) < 2:
        raise Http404
    may_decide = MANAGE in page.rights.can
    refusal = ""
    if request.method == "POST":
        if not may_decide:
            raise PermissionDenied
        refusal = _decide(request, operations[one], operations[other])
        if not refusal:
            return redirect(_address(page, "duplicates"))
    situation = page.situation
    shown = presented([one, other])
    amounts = amounts_by_operation([one, other], situation.au, situation.connu)
    names = _names_of(amounts)
    reasons = reasons_of(page.contract.pk, one, other, amounts, situation.connu)
    trail = [Link(_("Doublons"), _address(page, "duplicates")), Link(operations[one].title)]
    context = page.context(TAB, trail) | {
        "sides": [(shown[each], _facts(shown[each])) for each in (one, other)],
        "amounts": _amounts_table(page, [shown[one], shown[other]], amounts, names),
        "reasons": [
            (sentence_of((reason.kind, reason.detail), names), reason.against) for reason in reasons
        ],
        "refusal": refusal,
        "seen": operations[one].decided or 0,
        "may_decide": may_decide and _is_now(page),
    }
    status = 400 if refusal else 200
    return render(request, "workspace/duplicate.html", context, status=status)


def _decide(request: HttpRequest, one: Operation, other: Operation) -> str:
    """What is asked of a pair; the sentence that refuses it, empty where it is done."""
    asked = request.POST.get("do", "")
    text = request.POST.get("seen", "")
    seen = int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else -1
    if not _manages_all(request, (one, other)):
        return _(
            "Ces opérations comptent aussi dans un contrat que vous ne gérez pas : demandez à qui "
            "le gère d'en décider."
        )
    try:
        if asked == "merge":
            kept, absorbed = sorted((one, other), key=lambda operation: operation.pk)
            number = merge(absorbed.pk, kept.pk, seen=seen)
            messages.success(
                request,
                _("Réunies par l'écriture n° %(number)s : on peut la défaire ici.")
                % {"number": number},
            )
        elif asked == "apart":
            tell_apart(one.pk, other.pk, seen=seen)
            messages.success(request, _("Ce sont deux opérations : la question ne revient plus."))
        else:
            raise BadRequest(_("Réunissez les deux opérations, ou dites que ce sont deux."))
    except RecognitionRefused as refusal:
        return str(refusal)
    return ""


def _manages_all(request: HttpRequest, operations: Iterable[Operation]) -> bool:
    """Whether the person manages every contract where these operations count, or have money."""
    may = abilities_by_contract(request.user)
    held = contracts_of({each.pk for each in operations})
    return all(MANAGE in may.get(contract_id, ()) for contract_id in held)


def _undo(request: HttpRequest, page: Page) -> None:
    text = request.POST.get("undo", "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0
    merged = [each for each in _merges(page) if each.posting.number == number]
    if not merged:
        raise BadRequest(_("Cette écriture n'a rien réuni dans ce contrat."))
    pairs = [operation for each in merged for operation in (each.operation, each.other)]
    if not _manages_all(request, pairs):
        raise PermissionDenied
    try:
        made = undo(number)
    except RecognitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("Écriture n° %(number)s défaite par l'écriture n° %(made)s.")
            % {"number": number, "made": made},
        )


def _merges(page: Page) -> list[Judgement]:
    """The reunions that still stand, the latest first."""
    same = Judgement.objects.filter(
        verdict=Verdict.SAME,
        operation__contract=page.contract,
        posting__number__lte=page.situation.connu,
    ).select_related("operation", "other", "posting")
    absorbed = judgements(page.contract.pk, page.situation.connu).absorbed
    latest = {each.operation_id: each for each in same.order_by("posting__number")}
    standing = [each for operation, each in latest.items() if operation in absorbed]
    return sorted(standing, key=lambda each: -each.posting.number)


def _suspicions_table(page: Page, found: Sequence[Suspicion]) -> Table:
    shown = presented({operation for each in found for operation in (each.one, each.other)})
    names = {each.pk: str(each) for each in Organisation.objects.all()} if found else {}
    rows = []
    for each in found:
        one, other = shown[each.one], shown[each.other]
        address = _address(page, "duplicate", each.one, each.other)
        sentences = [sentence_of((r.kind, r.detail), names) for r in each.reasons if not r.against]
        against = [sentence_of((r.kind, r.detail), names) for r in each.reasons if r.against]
        rows.append(
            Row(
                {
                    "one": Cell(one.title, note=one.code, href=address),
                    "other": Cell(other.title, note=other.code, href=address),
                    "owner": Cell(
                        one.owner or None, note="" if one.owner == other.owner else other.owner
                    ),
                    "for": " ".join(sentences) or None,
                    "against": " ".join(against) or None,
                    "points": each.points,
                }
            )
        )
    return Table(
        caption=_("Opérations qui se ressemblent"),
        columns=[
            Column("one", _("L'une")),
            Column("other", _("L'autre")),
            Column("owner", _("Maître d'ouvrage")),
            Column("for", _("Ce qui les rapproche")),
            Column("against", _("Ce qui les sépare")),
            Column("points", _("Points"), "count", hint=_("16 : sûr, 10 : possible")),
        ],
        rows=rows,
        id="doublons",
        fictitious=page.contract.fictitious,
        empty=_("Aucune opération ne ressemble à une autre au point de poser la question."),
    )


def _facts(shown: Presented) -> list[Fact]:
    owner = f"{shown.owner} ({shown.siret})" if shown.siret else shown.owner
    facts = [
        Fact(_("Code"), shown.code),
        Fact(_("Maître d'ouvrage"), owner),
        Fact(_("Lieu"), ", ".join(shown.places)),
        Fact(_("Objectif"), ", ".join(shown.objectives)),
    ]
    return [
        *facts,
        *(
            Fact(_("Pour %s") % each.partner, ", ".join(each.codes) or "—")
            for each in shown.named_by
        ),
    ]


def _amounts_table(
    page: Page,
    sides: Sequence[Presented],
    amounts: Mapping[int, Amounts],
    names: Mapping[int, str],
) -> Table:
    """What each source says of both, money by money."""
    every = sorted({money for found in amounts.values() for money in found})
    rows = [
        Row(
            {
                "source": names.get(money.source_id, "?"),
                "funder": names.get(money.funder_id, "?"),
                "stage": Stage(money.stage).label,
                **{side.code: amounts.get(side.id, {}).get(money) for side in sides},
            }
        )
        for money in every
    ]
    return Table(
        caption=_("Ce qui en est dit"),
        columns=[
            Column("source", _("Déclaré par")),
            Column("funder", _("Argent de")),
            Column("stage", _("Stade")),
            *(Column(side.code, side.code, "amount") for side in sides),
        ],
        rows=rows,
        unit=Unit.EURO,
        id="montants",
        fictitious=page.contract.fictitious,
        empty=_("Personne ne donne de montant de ces opérations à ces dates."),
    )


def _names_of(amounts: Mapping[int, Amounts]) -> dict[int, str]:
    asked = {
        number
        for found in amounts.values()
        for money in found
        for number in (money.source_id, money.funder_id)
    }
    return {each.pk: str(each) for each in Organisation.objects.filter(pk__in=asked)}


def _is_now(page: Page) -> bool:
    return not page.situation.snapshot and "connu" not in page.situation.asked


def _address(page: Page, name: str, *arguments: int) -> str:
    address = reverse(f"workspace:{name}", args=[page.contract.slug, *arguments])
    return address + page.situation.link()
