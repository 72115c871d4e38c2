"""The pages of the workspace: from the portfolio to the cell a figure was read in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from beffroi.contracts.abilities import SEE, abilities
from beffroi.contracts.models import Contract
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.files.actions import path_of
from beffroi.files.models import StoredFile
from beffroi.ledger.queries import Scope, UnknownDimension, figures
from beffroi.ledger.tracing import TracedStatement, statement_named, statements_behind
from beffroi.partners.models import Organisation
from beffroi.ui.columns import Cell, Column, Rate, Row, Table
from beffroi.ui.components import Choice, Elapsed, Fact, Link, Progress, unit_choices
from beffroi.ui.figures import Unit, day, unit_from
from beffroi.workspace import maquette as framework
from beffroi.workspace.access import Page, contract_page
from beffroi.workspace.contract_sheet import contract_sheet
from beffroi.workspace.portfolio import portfolio_table
from beffroi.workspace.sheets import draw_around
from beffroi.workspace.situation import (
    day_asked,
    known_choices,
    postings_known,
    situation_of,
)

LONGEST_LIST = 200
"""How many statements a page shows at once."""

LABELS = ("axis", "objective", "measure", "funder", "scheme", "stage", "nature")
"""What an address may say of a figure, in the words of the query layer."""


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """The contracts one may see, real ones first, fictitious ones apart."""
    real, fictitious = portfolio_table(request.user)
    context = {
        "real": real,
        "fictitious": fictitious,
        "ordinary": reverse("workspace:ordinary"),
        "trail": [Link(_("Contrats"))],
    }
    return render(request, "workspace/portfolio.html", context)


@contract_page
def contract(request: HttpRequest, page: Page) -> HttpResponse:
    """What is known of a contract, each fact with its status and sources."""
    context = page.context("contract") | contract_sheet(page.contract, page.situation)
    return render(request, "workspace/contract.html", context)


@contract_page
def maquette(request: HttpRequest, page: Page) -> HttpResponse:
    """The financial framework as of a date: tree × funder × stage."""
    parameters = request.GET.dict()
    unit = unit_from(parameters.get("unite"), Unit.MILLION)
    stage = _stage(parameters.get("stade") or Stage.PROGRAMMED.value)
    nature = _nature(parameters.get("nature"))
    au, connu = page.situation.au, page.situation.connu
    found = framework.maquette(page.contract, au, connu, nature)
    names = _funder_names(page.contract, found)
    funder = parameters.get("financeur") or None
    if funder and funder not in names:
        raise BadRequest(_("Le financeur « %(slug)s » est inconnu ici.") % {"slug": funder[:60]})
    link = _figure_link(page, nature)
    fictitious = page.contract.fictitious
    context = page.context("maquette", [Link(_("Maquette"))]) | {
        "tables": [
            framework.by_tree(found, link, funder=funder, unit=unit, fictitious=fictitious),
            framework.by_funder(found, link, names, unit=unit, fictitious=fictitious),
            framework.by_axis_and_funder(
                found, link, names, stage=stage, unit=unit, fictitious=fictitious
            ),
        ],
        "changes": _changes(request, page, found, nature, unit),
        "since": parameters.get("depuis", ""),
        "units": unit_choices(unit, _rest(request, "unite")),
        "stages": _choices(request, "stade", stage, {s: s.label for s in framework.STAGES}),
        "natures": _choices(request, "nature", nature, {n: Nature(n).label for n in found.natures}),
        "funders": names,
        "funder": funder or "",
        "period": _period(page),
        "bars": _bars(found, unit, link),
        "silent": [name for slug, name in names.items() if not found.speaks(slug)],
        "unread": sum(p.value.unread for p in found.positions),
        "kept": [(k, v) for k, v in parameters.items() if k in ("au", "connu", "unite")],
    }
    return render(request, "workspace/maquette.html", context)


@contract_page
def figure(request: HttpRequest, page: Page) -> HttpResponse:
    """The statements that add up to one figure."""
    where = {name: request.GET[name] for name in LABELS if request.GET.get(name)}
    if "stage" not in where:
        raise BadRequest(_("Un chiffre a un stade : des stades différents ne s'ajoutent pas."))
    _stage(where["stage"])
    try:
        found = statements_behind(
            Scope(page.contract), page.situation.au, page.situation.connu, where
        )
    except UnknownDimension as error:
        raise BadRequest(str(error)) from error
    listed = Paginator(found, LONGEST_LIST).get_page(request.GET.get("page"))
    context = page.context("maquette", [Link(_("Maquette"), _maquette(page)), Link(_("Chiffre"))])
    context |= {
        "total": sum(statement.cents for statement in found),
        "unread": sum(statement.unread for statement in found),
        "count": len(found),
        "where": _described(where),
        "listed": listed,
        "table": _statements_table(list(listed), page.contract.fictitious),
    }
    return render(request, "workspace/figure.html", context)


@require_safe
def ordinary(request: HttpRequest) -> HttpResponse:
    """State grants outside any contract, by perimeter and scheme: the real territory's baseline."""
    postings = postings_known()
    situation = situation_of(request.GET.dict(), postings)
    unit = unit_from(request.GET.get("unite"), Unit.MILLION)
    rows = [
        Row(
            {
                "perimeter": figure.labels["perimeter"],
                "scheme": figure.labels["scheme"],
                "year": str(figure.labels["year"]),
                "operations": figure.operations,
                "programmed": figure.value.cents,
            }
        )
        for figure in figures(
            Scope(None), situation.au, situation.connu, ["perimeter", "year", "scheme"]
        )
    ]
    table = Table(
        caption=_("Dotations de l'État programmées, par périmètre"),
        columns=[
            Column("perimeter", _("Périmètre")),
            Column("year", _("Exercice")),
            Column("scheme", _("Dispositif")),
            Column("operations", _("Opérations"), "count"),
            Column("programmed", Stage.PROGRAMMED.label, "amount"),
        ],
        rows=rows,
        unit=unit,
        id="droit-commun",
        notes=[
            _(
                "Une opération compte dans un périmètre quand toutes ses communes y sont. Les "
                "périmètres se recouvrent : leurs montants ne s'ajoutent pas."
            )
        ],
    )
    context = {
        "table": table,
        "situation": situation,
        "known": known_choices(postings),
        "connu": situation.asked.get("connu", ""),
        "units": unit_choices(unit, _rest(request, "unite")),
        "trail": [Link(_("Contrats"), reverse("workspace:portfolio")), Link(_("Droit commun"))],
    }
    return render(request, "workspace/ordinary.html", context)


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
        "facts": _statement_facts(found),
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
    stored = StoredFile.objects.get(pk=found.cells[0].sha256)
    return FileResponse(
        path_of(stored.sha256).open("rb"),
        as_attachment=True,
        filename=stored.name,
        content_type="application/octet-stream",
    )


def _statement_seen(request: HttpRequest, number: int) -> tuple[TracedStatement, Contract | None]:
    """A statement the person may see: one of a contract of theirs, or of ordinary credit."""
    found = statement_named(number)
    if found is None:
        raise Http404
    contract = Contract.objects.filter(pk=found.contract_id or 0).first()
    if contract is not None and SEE not in abilities(request.user, contract):
        raise Http404
    return found, contract


def _stage(text: str) -> Stage:
    if text not in Stage.values:
        raise BadRequest(_("Le stade « %(stage)s » est inconnu.") % {"stage": text[:40]})
    return Stage(text)


def _nature(text: str | None) -> str:
    if text and text not in Nature.values:
        raise BadRequest(_("La nature « %(nature)s » est inconnue.") % {"nature": text[:40]})
    return text or Nature.CONTRACTUAL.value


def _funder_names(contract: Contract, found: framework.Maquette) -> dict[str, str]:
    """The funders of a contract in the order of its parties, then whoever else says something."""
    parties = (
        Organisation.objects.filter(participations__contract=contract)
        .order_by("participations__rank")
        .values_list("slug", "short_name", "name")
    )
    speaking = found.funders()
    names = {slug: short or name for slug, short, name in parties if slug in speaking}
    others = Organisation.objects.filter(slug__in=speaking - names.keys())
    return names | {other.slug: other.short_name or other.name for other in others}


def _figure_link(page: Page, nature: str) -> framework.Link:
    address = reverse("workspace:figure", args=[page.contract.slug])

    def link(labels: Any) -> str:
        return address + page.situation.link(**labels, nature=nature)

    return link


def _maquette(page: Page) -> str:
    return reverse("workspace:maquette", args=[page.contract.slug]) + page.situation.link()


def _rest(request: HttpRequest, without: str) -> str:
    """The rest of the address, for a switch that changes one parameter."""
    return urlencode([(k, v) for k, v in request.GET.items() if k != without])


def _choices(request: HttpRequest, name: str, current: str, labels: dict[Any, Any]) -> list[Choice]:
    rest = _rest(request, name)
    return [
        Choice(label, f"?{rest}&{name}={value}" if rest else f"?{name}={value}", value == current)
        for value, label in labels.items()
    ]


def _period(page: Page) -> Elapsed | None:
    contract = page.contract
    if contract.start is None or contract.end is None:
        return None
    return Elapsed(contract.start, contract.end, page.situation.au)


def _bars(found: framework.Maquette, unit: Unit, link: framework.Link) -> list[Progress]:
    labels = {
        "programming": _("Programmé, sur l'inscrit"),
        "commitment": _("Engagé, sur l'inscrit"),
        "payment": _("Payé, sur l'inscrit"),
    }
    bars = []
    for name, (numerator, denominator) in framework.RATES.items():
        above, below = found.total(numerator), found.total(denominator)
        rate = Rate(above.cents if above else None, below.cents if below else None)
        href = link({"stage": numerator.value}) if above else ""
        bars.append(Progress(labels[name], rate, unit, href, above.unread if above else 0))
    return bars


def _changes(
    request: HttpRequest, page: Page, found: framework.Maquette, nature: str, unit: Unit
) -> Table | None:
    since = day_asked(request.GET.dict(), "depuis")
    if since is None:
        return None
    before = framework.maquette(page.contract, since, page.situation.connu, nature)
    caption = _("Ce qui a changé du %(before)s au %(after)s") % {
        "before": day(since),
        "after": day(page.situation.au),
    }
    return framework.changes(
        before, found, unit=unit, fictitious=page.contract.fictitious, caption=caption
    )


def _described(where: dict[str, str]) -> list[Fact]:
    """What a figure is, label by label, in words."""
    titles = {
        "axis": _("Axe"),
        "objective": _("Objectif"),
        "measure": _("Mesure"),
        "funder": _("Financeur"),
        "scheme": _("Dispositif"),
        "stage": _("Stade"),
        "nature": _("Nature de crédit"),
    }
    words: dict[str, Any] = dict(where)
    words["stage"] = Stage(where["stage"]).label
    if where.get("nature") in Nature.values:
        words["nature"] = Nature(where["nature"]).label
    if "funder" in where:
        funder = Organisation.objects.filter(slug=where["funder"]).first()
        words["funder"] = funder.name if funder else where["funder"]
    return [Fact(titles[name], words[name]) for name in where]


def _statements_table(statements: list[TracedStatement], fictitious: bool) -> Table:
    rows = []
    for found in statements:
        href = reverse("workspace:statement", args=[found.id]) + "#cellule"
        cells = ", ".join(cell.where for cell in found.cells[:3])
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
