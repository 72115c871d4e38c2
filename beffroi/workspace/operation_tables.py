"""The tables and charts of one operation's page."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from beffroi.contracts.pages.frame import Page
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.journal.models import PostingKind
from beffroi.ledger.models import TaxBasis
from beffroi.ledger.operation_history import History, Money, Written
from beffroi.ledger.positions import SILENT, Value
from beffroi.operations.sheet import OperationSheet
from beffroi.ui.charts.declaring import Chart, Form
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.figures import Unit
from beffroi.workspace.figure_labels import BASIS, OPERATION, UNKNOWN_BASIS
from beffroi.workspace.maquette import amount_cell

STAGES = (Stage.CONTRACTED, Stage.REQUESTED, Stage.PROGRAMMED, Stage.COMMITTED, Stage.PAID)
Kin = tuple[str, str]
"""A nature and a tax basis: amounts of unlike kin are never added."""


def own_figures(page: Page, found: OperationSheet, history: History, unit: Unit) -> Table:
    """What each funder says of its own money, at each stage that anything is said of; a total where
    all of it may be added."""
    said = {m: v for m, v in history.at(page.situation.au).items() if not m.is_claim}
    kin = sorted({(money.nature, money.tax_basis) for money in said})
    stages = [stage for stage in STAGES if any(money.stage == stage for money in said)]
    by_funder: dict[tuple[str, str, Kin], dict[str, Value]] = {}
    for money, value in said.items():
        labels = (money.funder_name, money.funder, (money.nature, money.tax_basis))
        by_funder.setdefault(labels, {})[money.stage] = value
    rows = [
        Row(
            {"name": Cell(name, note=_kin(which) if len(kin) > 1 else "")}
            | {
                stage.value: amount_cell(
                    values.get(stage), _behind(page, found, slug, stage, which)
                )
                for stage in stages
            }
        )
        for (name, slug, which), values in sorted(by_funder.items())
    ]
    table = Table(
        caption=_("Ce que chaque financeur dit de son argent"),
        columns=[
            Column("name", _("Financeur")),
            *(Column(stage.value, stage.label, "amount", total=True) for stage in stages),
        ],
        rows=rows,
        unit=unit,
        id="argent",
        fictitious=page.contract.fictitious,
        empty=_("Aucun financeur n'a encore rien dit de cette opération à ces dates."),
    )
    return table.with_total() if len(kin) == 1 and len(rows) > 1 else table


def _kin(which: Kin) -> str:
    nature, basis = which
    return f"{Nature(nature).label}, {TaxBasis(basis).label}"


def _behind(page: Page, found: OperationSheet, funder: str, stage: str, which: Kin) -> str:
    """Where the statements behind a figure are."""
    nature, basis = which
    labels = {
        OPERATION: found.code,
        "funder": funder,
        "stage": stage,
        "nature": nature,
        BASIS: basis or UNKNOWN_BASIS,
    }
    return reverse("workspace:figure", args=[page.contract.slug]) + page.situation.link(**labels)


def claims(page: Page, found: OperationSheet, history: History, unit: Unit) -> Table:
    """What partners say of others' money, beside what the funder says: shown, never added."""
    said = history.at(page.situation.au)
    own = {
        (money.funder, money.stage, money.nature, money.tax_basis): value
        for money, value in said.items()
        if not money.is_claim
    }
    rows = [
        Row(
            {
                "source": money.source_name,
                "funder": money.funder_name,
                "stage": Stage(money.stage).label,
                "claim": amount_cell(value, _gap(page, found, money) if not value.unread else ""),
                "own": amount_cell(
                    own.get((money.funder, money.stage, money.nature, money.tax_basis))
                ),
            }
        )
        for money, value in said.items()
        if money.is_claim
    ]
    return Table(
        caption=_("Ce que d'autres en disent"),
        columns=[
            Column("source", _("Déclaré par")),
            Column("funder", _("Argent de")),
            Column("stage", _("Stade")),
            Column("claim", _("Dit"), "amount"),
            Column("own", _("Le financeur dit"), "amount"),
        ],
        rows=rows,
        unit=unit,
        id="autres",
        fictitious=page.contract.fictitious,
        notes=[_("Ces montants se comparent à ceux du financeur ; ils ne s'y ajoutent jamais.")],
    )


def _gap(page: Page, found: OperationSheet, money: Money) -> str:
    where = reverse(
        "reconciliation:gap",
        args=[page.contract.slug, found.id, money.source, money.funder, money.stage, money.nature],
    )
    return where + page.situation.link()


def over_time(history: History, au: datetime.date, unit: Unit, *, fictitious: bool) -> list[Chart]:
    """The stages at each date at which a funder spoke, one chart for each kin of amounts."""
    dates = history.dates(au)
    if len(dates) < 2:
        return []
    own = [money for money in history.moves if not money.is_claim]
    kin = sorted({(money.nature, money.tax_basis) for money in own})
    return [_line(history, dates, which, unit, fictitious, len(kin) > 1) for which in kin]


def _line(
    history: History,
    dates: Sequence[datetime.date],
    which: Kin,
    unit: Unit,
    fictitious: bool,
    several: bool,
) -> Chart:
    totals = {on: _by_stage(history.at(on), which) for on in dates}
    stages = [stage for stage in STAGES if any(stage in said for said in totals.values())]
    caption = _("Au fil des situations")
    table = Table(
        f"{caption} : {_kin(which)}" if several else caption,
        [
            Column("on", _("Situation au"), "date"),
            *(Column(stage.value, stage.label, "amount") for stage in stages),
        ],
        [
            Row({"on": on} | {stage: amount_cell(value) for stage, value in said.items()})
            for on, said in totals.items()
        ],
        unit=unit,
        id=f"temps-{which[0]}-{which[1] or UNKNOWN_BASIS}",
        fictitious=fictitious,
    )
    return Chart(Form.LINE, table, _("Ce que les financeurs disent en tout, à chaque date."))


def _by_stage(said: dict[Money, Value], which: Kin) -> dict[str, Value]:
    totals: dict[str, Value] = {}
    for money, value in said.items():
        if not money.is_claim and (money.nature, money.tax_basis) == which:
            totals[money.stage] = totals.get(money.stage, SILENT) + value
    return totals


def costs(found: OperationSheet, unit: Unit, *, fictitious: bool) -> Table:
    """What each source says that it costs in all."""
    return Table(
        caption=_("Coût total, selon chaque source"),
        columns=[
            Column("source", _("Source")),
            Column("on", _("Situation au"), "date"),
            Column("basis", _("Assiette")),
            Column("cost", _("Coût"), "amount"),
        ],
        rows=[
            Row(
                {
                    "source": each.source,
                    "on": each.on,
                    "basis": TaxBasis(each.tax_basis).label,
                    "cost": each.cents,
                }
            )
            for each in found.costs
        ],
        unit=unit,
        id="couts",
        fictitious=fictitious,
    )


def named_so(found: OperationSheet, *, fictitious: bool) -> Table:
    """How each partner names it."""
    return Table(
        caption=_("Comment chaque partenaire la nomme"),
        columns=[
            Column("partner", _("Partenaire")),
            Column("code", _("Code")),
            Column("title", _("Intitulé tel qu'il l'écrit")),
        ],
        rows=[
            Row({"partner": each.partner, "code": each.code or None, "title": each.title})
            for each in found.names
        ],
        id="noms",
        fictitious=fictitious,
        empty=_("Aucun partenaire ne l'a encore nommée dans une remontée."),
    )


def journal(page: Page, written: Iterable[Written]) -> Table:
    """What was written of it, the latest first."""
    words = {
        "made": _("créée"),
        "money": _("montants"),
        "place": _("lieu"),
        "name": _("nom"),
        "judgement": _("rapprochement"),
        "cost": _("coût"),
        "plan": _("plan de financement"),
    }
    return Table(
        caption=_("Journal"),
        columns=[
            Column("number", _("Écriture"), "count"),
            Column("on", _("Le"), "date"),
            Column("label", _("Ce qui l'a faite")),
            Column("what", _("Ce qu'elle dit de l'opération")),
        ],
        row_header="label",
        rows=[
            Row(
                {
                    "number": each.number,
                    "on": timezone.localtime(each.at).date(),
                    "label": Cell(
                        each.label or _("une remontée d'un autre contrat"),
                        note=str(PostingKind(each.kind).label),
                    ),
                    "what": ", ".join(words[name] for name in each.what),
                }
            )
            for each in written
        ],
        id="journal",
        fictitious=page.contract.fictitious,
    )
