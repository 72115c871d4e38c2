"""A contract at a glance: where it stands, what moved, what rings, what comes next."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from beffroi.contracts.pages.frame import Page, contract_page
from beffroi.contracts.pages.situation import (
    SnapshotShown,
    choices_of,
    day_asked,
    others_of,
    rest_of,
    stage_named,
)
from beffroi.contracts.tree import TreeNode, tree
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.ledger.models import TaxBasis
from beffroi.ledger.positions import Value
from beffroi.ledger.queries import Scope
from beffroi.ledger.trends import Moment, Stood, stood_at
from beffroi.reconciliation.snapshots import last_signed
from beffroi.ui.components import unit_choices
from beffroi.ui.figures import Unit, unit_from
from beffroi.workspace.agenda import agenda_of, coming, latest, rings
from beffroi.workspace.figure_labels import BASIS, UNKNOWN_BASIS
from beffroi.workspace.first_steps import first_steps
from beffroi.workspace.maquette import STAGES, Link, Maquette, Position
from beffroi.workspace.money_asked import NATURE, STAGE
from beffroi.workspace.overview_charts import (
    Look,
    by_axis,
    by_funder,
    over_time,
    what_changed,
)
from beffroi.workspace.progress import bars, period_of

SINCE = "depuis"
WHOLE = 2
"""How many moments are told by node and funder: now, and before."""
MOST_SITUATIONS = 16
"""How many half-years the line over time shows at most: the last ones."""


@dataclass(frozen=True, slots=True)
class Before:
    """What the figures are compared with: a date as known now, or figures that were signed."""

    moment: Moment
    signed: SnapshotShown | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """The framework now and before, and the totals over time, of one nature and one tax basis.

    ``natures`` and ``bases`` are those that something is said of.
    """

    after: Maquette
    earlier: Maquette
    over_time: Sequence[tuple[datetime.date, Mapping[str, Value]]]
    names: Mapping[str, str]
    nature: str
    basis: str
    natures: Sequence[str]
    bases: Sequence[str]


@contract_page
def overview(request: HttpRequest, page: Page) -> HttpResponse:
    """The figures of a contract in a few charts, one nature of credit and one tax basis at a time,
    beside what waits for somebody and what comes next."""
    unit = unit_from(request.GET.get("unite"), Unit.MILLION)
    stage = stage_named(request.GET.get(STAGE) or Stage.PROGRAMMED.value)
    before = _before(request, page)
    found = _figures(request, page, before)
    look = Look(unit, page.contract.fictitious)
    link = _figure_link(page, found)
    charts = [by_axis(found.after, link, look), by_funder(found.after, link, found.names, look)]
    if len(found.over_time) > 1:
        charts.append(over_time(found.over_time, look))
    under_way = agenda_of(page)
    speaks = bool(found.after.positions)
    context = page.context("contract") | {
        "speaks": speaks,
        "steps": [] if speaks else first_steps(page),
        "period": period_of(page),
        "bars": bars(found.after, unit, link),
        "charts": charts,
        "changes": what_changed(
            found.earlier, found.after, stage, (before.moment.au, page.situation.au), look
        )
        if before
        else None,
        "signed": before.signed if before else None,
        "since": before.moment.au if before else None,
        "beside_since": others_of(request, SINCE),
        "rings": rings(page, found.after, found.names, under_way),
        "coming": coming(page, under_way),
        "latest": latest(page, under_way),
        "units": unit_choices(unit, rest_of(request, "unite")),
        "stages": choices_of(request, STAGE, stage, {s: s.label for s in STAGES}),
        "natures": choices_of(
            request, NATURE, found.nature, {n: Nature(n).label for n in found.natures}
        ),
        "bases": choices_of(
            request,
            BASIS,
            found.basis or UNKNOWN_BASIS,
            {b or UNKNOWN_BASIS: TaxBasis(b).label for b in found.bases},
        ),
    }
    return render(request, "workspace/overview.html", context)


def _figures(request: HttpRequest, page: Page, before: Before | None) -> Figures:
    now = Moment(page.situation.au, page.situation.connu)
    dates = half_years(page.contract.start, now.au)
    moments = [now, before.moment if before else now, *(Moment(on, now.connu) for on in dates)]
    stood = stood_at(Scope(page.contract), moments, WHOLE)
    nature, natures = _one_of(request, NATURE, _said(stood, "nature"), Nature.CONTRACTUAL.value)
    alike = [each for each in stood if each.nature == nature]
    basis, bases = _one_of(request, BASIS, _said(alike, "tax_basis"), "")
    kept = [each for each in alike if each.tax_basis == basis]
    nodes = tree(page.contract, now.au, now.connu) if kept else []
    after, earlier = (Maquette(nodes, _positions(kept, rank, nodes)) for rank in (0, 1))
    names = {s.funder: s.funder_name or "" for s in kept if s.moment == 0 and s.funder}
    return Figures(after, earlier, _totals(kept, dates), names, nature, basis, natures, bases)


def _figure_link(page: Page, found: Figures) -> Link:
    figure = reverse("workspace:figure", args=[page.contract.slug])
    labels = {"nature": found.nature, BASIS: found.basis or UNKNOWN_BASIS}
    return lambda more: figure + page.situation.link(**{**labels, **more})


def half_years(start: datetime.date | None, until: datetime.date) -> list[datetime.date]:
    """The ends of half-years from a contract's start, the last ones; then the day itself."""
    if start is None or start > until:
        return []
    ends = [
        datetime.date(year, month, day)
        for year in range(start.year, until.year + 1)
        for month, day in ((6, 30), (12, 31))
    ]
    return [*(end for end in ends if start <= end < until), until][-MOST_SITUATIONS:]


def _before(request: HttpRequest, page: Page) -> Before | None:
    """The day asked; else the last signed figures; else the end of the year before.

    Raises ``BadRequest`` for a day that is none, or comes after the situation shown.
    """
    now = page.situation
    asked = day_asked(request.GET.dict(), SINCE)
    if asked is not None:
        if asked > now.au:
            raise BadRequest(
                _("« Depuis le » vient après la situation montrée : choisissez une date d'avant.")
            )
        return Before(Moment(asked, now.connu))
    signed = last_signed(page.contract, now.au, now.connu)
    if signed is not None:
        return Before(Moment(signed.au, signed.connu), signed)
    start = page.contract.start
    if start is None or start.year >= now.au.year:
        return None
    return Before(Moment(datetime.date(now.au.year - 1, 12, 31), now.connu))


def _said(stood: Iterable[Stood], label: str) -> list[str]:
    return sorted({getattr(each, label) for each in stood})


def _one_of(
    request: HttpRequest, name: str, said: Sequence[str], usual: str
) -> tuple[str, Sequence[str]]:
    """The label that the address asks for among those said; the usual one, else the first.

    Raises ``BadRequest`` for one that nobody says.
    """
    asked = request.GET.get(name, "").strip()
    wanted = "" if asked == UNKNOWN_BASIS else asked
    if asked and wanted not in said:
        raise BadRequest(
            _("« %(asked)s » n'est dit de rien ici : choisissez parmi ce qui est proposé.")
            % {"asked": asked[:40]}
        )
    if asked:
        return wanted, said
    return (usual if usual in said or not said else said[0]), said


def _positions(kept: Iterable[Stood], moment: int, nodes: Sequence[TreeNode]) -> list[Position]:
    placed = {node.id for node in nodes}
    return [
        Position(
            each.node_id if each.node_id in placed else None,
            each.funder or "",
            each.stage,
            each.value,
        )
        for each in kept
        if each.moment == moment
    ]


def _totals(
    kept: Iterable[Stood], dates: Sequence[datetime.date]
) -> list[tuple[datetime.date, dict[str, Value]]]:
    """The totals by stage at each date; the first two moments are told elsewhere."""
    found: dict[int, dict[str, Value]] = {rank: {} for rank in range(len(dates))}
    for each in kept:
        if each.moment >= WHOLE:
            found[each.moment - WHOLE][each.stage] = each.value
    return [(on, found[rank]) for rank, on in enumerate(dates)]
