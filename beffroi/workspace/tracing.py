"""From a figure to the statements that make it, and to the cells they were read in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from beffroi.contracts.abilities import SEE, abilities
from beffroi.contracts.models import Contract
from beffroi.contracts.pages.frame import Page, contract_page
from beffroi.contracts.pages.situation import Situation, situation_of, stage_named
from beffroi.contracts.tree import tree
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.files.answers import kept_file
from beffroi.ledger.adding import Label, refuse_unlike
from beffroi.ledger.models import Key, TaxBasis
from beffroi.ledger.placing import lying_in
from beffroi.ledger.queries import Scope
from beffroi.ledger.spreading import unplaced_operations
from beffroi.ledger.tracing import TracedStatement, statement_named, statements_behind
from beffroi.operations.models import Operation
from beffroi.reconciliation.agreements.queries import agreement_posted
from beffroi.reconciliation.pages.gaps import agreement_address
from beffroi.remarks.pages.fragment import remarks_shown
from beffroi.returns.sheets import draw_around
from beffroi.territories.finding import Territory
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.components import Choice, Fact, Link
from beffroi.ui.figures import Unit, day
from beffroi.workspace.figure_labels import (
    BASIS,
    EXTENT,
    LABELS,
    NODE,
    OPERATION,
    PERIMETER,
    UNKNOWN_BASIS,
    described,
    perimeter_asked,
)
from beffroi.workspace.ordinary import SCOPE, ordinary_context
from beffroi.workspace.remarked import figure_subject
from beffroi.workspace.territory_asked import TERRITORY, extent_asked, territory_asked

LONGEST_LIST = 200
"""How many statements a page shows at once."""


@contract_page
def figure(request: HttpRequest, page: Page) -> HttpResponse:
    """The statements that add up to one figure of a contract."""
    trail = [Link(_("Maquette"), _maquette(page)), Link(_("Chiffre"))]
    context = page.context("maquette", trail) | {"base": "contracts/contract_base.html"}
    context |= _behind(request, Scope(page.contract), page.situation)
    context |= remarks_shown(request, page, figure_subject(request.GET.dict()))
    return render(request, "workspace/figure.html", context)


@require_safe
def ordinary_figure(request: HttpRequest) -> HttpResponse:
    """The statements that add up to one figure of ordinary credit."""
    situation = situation_of(request.GET.dict())
    context = ordinary_context(request, situation, [Link(_("Chiffre"))])
    context |= {"base": "workspace/ordinary_base.html"} | _behind(request, SCOPE, situation)
    return render(request, "workspace/figure.html", context)


def _behind(request: HttpRequest, scope: Scope, situation: Situation) -> dict[str, Any]:
    """A figure and its statements, a page of them at a time."""
    where = {name: request.GET[name] for name in LABELS if request.GET.get(name)}
    if "stage" not in where:
        raise BadRequest(_("Un chiffre a un stade : des stades différents ne s'ajoutent pas."))
    stage_named(where["stage"])
    perimeter = perimeter_asked(request.GET.get(PERIMETER))
    place = territory_asked(request.GET.get(TERRITORY, ""), situation)
    found = statements_behind(
        scope,
        situation.au,
        situation.connu,
        {**where, **_year(where)},
        nodes=_branch(request.GET.get(NODE), scope, situation),
        perimeter=perimeter.slug if perimeter else None,
        operations=_kept(request, place, scope, situation),
    )
    found = _on_the_basis(found, request.GET.get(BASIS, ""))
    fictitious = bool(scope.contract and scope.contract.fictitious)
    refuse_unlike(
        Label(each.stage, each.nature, each.tax_basis, fictitious)
        for each in found
        if each.cents or each.unread
    )
    listed = Paginator(found, LONGEST_LIST).get_page(request.GET.get("page"))
    return {
        "total": sum(statement.cents for statement in found),
        "unread": sum(statement.unread for statement in found),
        "count": len(found),
        "where": described(where, perimeter.name if perimeter else place.name if place else ""),
        "listed": listed,
        "table": _statements_table(list(listed), fictitious),
    }


def _year(where: dict[str, str]) -> dict[str, int]:
    """The year as the query layer has it. Raises ``BadRequest`` with a sentence."""
    if "year" not in where:
        return {}
    if not (where["year"].isascii() and where["year"].isdecimal() and len(where["year"]) == 4):
        raise BadRequest(_("« %(year)s » n'est pas une année.") % {"year": where["year"][:40]})
    return {"year": int(where["year"])}


def _branch(node: str | None, scope: Scope, situation: Situation) -> set[int] | None:
    """A node of the tree with all that stands beneath it; ``None`` where none is asked for."""
    if not node:
        return None
    known = tree(scope.contract, situation.au, situation.connu) if scope.contract else []
    branch = {found.id for found in known if str(found.id) == node}
    if not branch:
        raise BadRequest(
            _("Le niveau « %(node)s » n'est pas dans le programme.") % {"node": node[:40]}
        )
    for found in known:  # each node comes after its parent
        if found.parent_id in branch:
            branch.add(found.id)
    return branch


def _on_the_basis(found: list[TracedStatement], basis: str) -> list[TracedStatement]:
    """The statements on a tax basis; all of them where the address names none."""
    if not basis:
        return found
    wanted = "" if basis == UNKNOWN_BASIS else basis
    if wanted not in TaxBasis.values:
        raise BadRequest(_("L'assiette « %(basis)s » est inconnue.") % {"basis": basis[:40]})
    return [each for each in found if each.tax_basis == wanted]


def _kept(
    request: HttpRequest, place: Territory | None, scope: Scope, situation: Situation
) -> set[int | None] | None:
    """The operations that the address keeps; ``None`` for all, ``None`` among them for money of no
    operation."""
    kept = _narrowed(place, request.GET.get(OPERATION, ""), scope, situation)
    extent = request.GET.get(EXTENT, "")
    if not extent:
        return kept
    level, reason = extent_asked(extent)
    found = unplaced_operations(scope.contract_id, level, reason, situation.au, situation.connu)
    return found if kept is None else found & kept


def _narrowed(
    place: Territory | None, code: str, scope: Scope, situation: Situation
) -> set[int | None] | None:
    """The operations that the address keeps, of a territory or of one code; ``None`` for all."""
    kept: set[int | None] | None = None
    if place:
        kept = set(lying_in(place.codes, scope.contract_id, situation.au, situation.connu))
    if code:
        money = Key.objects.filter(operation=OuterRef("pk"), heading__contract=scope.contract)
        held = Q(contract=scope.contract) | Q(Exists(money))
        if scope.contract:
            held |= Q(memberships__contract=scope.contract)
        named: set[int | None] = set(
            Operation.objects.filter(held, code=code).values_list("pk", flat=True)
        )
        if not named:
            raise BadRequest(_("L'opération « %(code)s » est inconnue.") % {"code": code[:40]})
        kept = named if kept is None else kept & named
    return kept


def _maquette(page: Page) -> str:
    return reverse("workspace:maquette", args=[page.contract.slug]) + page.situation.link()


@require_safe
def statement(request: HttpRequest, number: int) -> HttpResponse:
    """One statement, and the workbook opened at each of its cells."""
    found, contract = _statement_seen(request, number)
    cell = next(
        (cell for cell in found.cells if cell.where == request.GET.get("cellule")),
        found.cells[0] if found.cells else None,
    )
    drawn = draw_around(cell.sha256, cell.sheet, cell.cell) if cell else None
    trail = [Link(_("Contrats"), reverse("workspace:portfolio"))]
    if contract:
        trail.append(Link(contract.name, reverse("workspace:contract", args=[contract.slug])))
    context = {
        "statement": found,
        "contract": contract,
        "cell": cell,
        "drawn": drawn,
        "facts": _agreement_facts(found) or _statement_facts(found),
        "cells": [
            Choice(
                other.where, "?" + urlencode({"cellule": other.where}) + "#cellule", other is cell
            )
            for other in found.cells
        ],
        "download": reverse("workspace:statement-file", args=[number]),
        "trail": [*trail, Link(_("Déclaration"))],
    }
    return render(request, "workspace/statement.html", context)


@require_safe
def statement_file(request: HttpRequest, number: int) -> FileResponse:
    """The file a statement was read in, as the partner sent it."""
    found, _contract = _statement_seen(request, number)
    if not found.cells:
        raise Http404
    return kept_file(found.cells[0].sha256, found.cells[0].file)


def _statement_seen(request: HttpRequest, number: int) -> tuple[TracedStatement, Contract | None]:
    """A statement the person may see: one of a contract of theirs, or of ordinary credit."""
    found = statement_named(number)
    if found is None:
        raise Http404
    contract = Contract.objects.filter(pk=found.contract_id or 0).first()
    if contract is not None and SEE not in abilities(request.user, contract):
        raise Http404
    return found, contract


def _statements_table(statements: list[TracedStatement], fictitious: bool) -> Table:
    rows = []
    for found in statements:
        href = reverse("workspace:statement", args=[found.id]) + "#cellule"
        cells = ", ".join(cell.where for cell in found.cells[:3])
        if found.kind == "agreed":
            cells = _("convenu")
        if len(found.cells) > 3:
            cells += "…"
        rows.append(
            Row(
                {
                    "operation": found.operation or _("Montant sans opération"),
                    "code": found.operation_code or "",
                    "objective": found.labels.get("measure"),
                    "funder": found.labels.get("funder"),
                    "year": str(found.labels.get("year") or ""),
                    "amount": Cell(found.cents, href=href, unread=found.unread),
                    "on": found.on,
                    "posting": str(found.posting),
                    "cells": Cell(cells, href=href),
                }
            )
        )
    return Table(
        caption=_("Déclarations"),
        columns=[
            Column("operation", _("Opération")),
            Column("code", _("Code")),
            Column("objective", _("Objectif")),
            Column("funder", _("Financeur")),
            Column("year", _("Année")),
            Column("amount", _("Montant"), "amount", total=True),
            Column("on", _("Situation au"), "date"),
            Column("posting", _("Écriture")),
            Column("cells", _("Lue dans")),
        ],
        rows=rows,
        unit=Unit.EURO,
        id="declarations",
        fictitious=fictitious,
        empty=_("Personne ne déclare rien ici à ces dates : changez « situation au »."),
    ).with_total(_("Total de la page"))


def _agreement_facts(found: TracedStatement) -> list[Fact]:
    """What an agreement adds to the funder's word; nothing where the statement is none."""
    if found.kind != "agreed":
        return []
    agreement = agreement_posted(found.posting, found.operation_id, found.stage, found.nature)
    both = f"{agreement.source}, {agreement.funder}" if agreement else found.funder
    address = agreement_address(agreement) if agreement else ""
    operation, _declared, *rest = _statement_facts(found)
    note = _("s'ajoute à ce que dit le financeur")
    return [operation, Fact(_("Convenu entre"), both, href=address, note=note), *rest]


def _statement_facts(found: TracedStatement) -> list[Fact]:
    posted = timezone.localtime(found.posted_at)
    return [
        Fact(_("Opération"), found.operation or "", note=found.operation_code or ""),
        Fact(_("Déclaré par"), found.source),
        Fact(_("Argent de"), found.funder),
        Fact(_("Stade"), Stage(found.stage).label),
        Fact(_("Nature de crédit"), Nature(found.nature).label),
        Fact(_("Situation au"), day(found.on)),
        Fact(
            _("Connue par"),
            _("l'écriture n° %(number)s, le %(on)s")
            % {"number": found.posting, "on": day(posted.date())},
        ),
    ]
