"""Gaps as tables: by cause and pair of partners, then one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beffroi.contracts.vocabulary import Stage
from beffroi.reconciliation.causes import Cause, Status
from beffroi.reconciliation.queries import Gap
from beffroi.ui.columns import Cell, Column, Row, Sorting, Table
from beffroi.ui.figures import Unit

CAUSES = {
    Cause.ROUNDING: gettext_lazy("Arrondi de l'unité"),
    Cause.UNREAD: gettext_lazy("Cellule non lue chez le financeur"),
    Cause.STAGE: gettext_lazy("Un autre stade"),
    Cause.DATE: gettext_lazy("Une autre date de situation"),
    Cause.DUPLICATE: gettext_lazy("Montant compté deux fois"),
    Cause.LINES: gettext_lazy("Une opération, plusieurs lignes"),
    Cause.PRICE: gettext_lazy("Coût révisé de l'opération"),
    Cause.OBJECTIVE: gettext_lazy("Un autre objectif"),
    Cause.UNEXPLAINED: gettext_lazy("Inexpliqué"),
}
STATUSES = {
    Status.EQUAL: gettext_lazy("Égal"),
    Status.ROUNDING: gettext_lazy("Arrondi"),
    Status.DIFFERS: gettext_lazy("Différent"),
    Status.OWN_UNREAD: gettext_lazy("Financeur non lu"),
    Status.UNCONFIRMED: gettext_lazy("Non confirmé"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """How partners and nodes are called on the page; whether their money is fictitious."""

    partners: Mapping[str, str]
    axes: Mapping[int | None, str]
    fictitious: bool

    def partner(self, slug: str) -> str:
        """A partner's short name."""
        return self.partners.get(slug, slug)


def by_cause(gaps: Sequence[Gap], names: Names, unit: Unit) -> Table:
    """How many gaps of each cause between whom, and how much: over and under apart, since what one
    claims too much does not make up for what another claims too little."""
    groups: dict[tuple[Cause, str, str], list[Gap]] = {}
    for gap in gaps:
        if gap.cause is not Cause.NONE:
            groups.setdefault((gap.cause, gap.source, gap.funder), []).append(gap)
    order = {cause: rank for rank, cause in enumerate(CAUSES)}
    rows = [
        Row(
            {
                "cause": CAUSES[cause],
                "source": names.partner(source),
                "funder": names.partner(funder),
                "count": len(together),
                "over": sum(max(gap.gap_cents or 0, 0) for gap in together) or None,
                "under": sum(min(gap.gap_cents or 0, 0) for gap in together) or None,
            }
        )
        for (cause, source, funder), together in sorted(
            groups.items(), key=lambda group: (order[group[0][0]], *group[0][1:])
        )
    ]
    return Table(
        caption=_("Écarts par cause probable"),
        columns=[
            Column("cause", _("Cause probable")),
            Column("source", _("Ce que dit")),
            Column("funder", _("de l'argent de")),
            Column("count", _("Écarts"), "count", total=True),
            Column("over", _("En plus"), "amount", hint=_("annoncé au-delà")),
            Column("under", _("En moins"), "amount", hint=_("annoncé en deçà")),
        ],
        rows=rows,
        unit=unit,
        id="causes",
        fictitious=names.fictitious,
        empty=_("Aucun écart : ce que chacun dit de l'argent des autres est ce qu'ils en disent."),
    )


def one_by_one(gaps: Sequence[Gap], names: Names, unit: Unit, sorting: Sorting) -> Table:
    """Each claim beside the funder's word; both lead to their cells."""
    rows = [_row(gap, names) for gap in gaps]
    return Table(
        caption=_("Ce que chacun dit de l'argent des autres"),
        columns=columns(),
        rows=sorting.apply(rows),
        unit=unit,
        id="ecarts",
        sorting=sorting,
        fictitious=names.fictitious,
        empty=_("Aucune ligne ne répond à ces choix : élargissez-les."),
    )


def columns() -> list[Column]:
    """The columns of the list of gaps, for the page and for its exports."""
    return [
        Column("operation", _("Opération"), sortable=True),
        Column("axis", _("Axe"), sortable=True),
        Column("stage", _("Stade"), sortable=True),
        Column("source", _("Ce que dit"), sortable=True),
        Column("funder", _("de l'argent de"), sortable=True),
        Column("claim", _("Annoncé"), "amount", sortable=True),
        Column("own", _("Le financeur dit"), "amount", sortable=True),
        Column("gap", _("Écart"), "amount", sortable=True),
        Column("status", _("Ce qu'il en est"), sortable=True),
        Column("where", _("Cellule")),
    ]


def _row(gap: Gap, names: Names) -> Row:
    links = [reverse("workspace:statement", args=[number]) for number in gap.statements]
    status = STATUSES[gap.status]
    has_cause = gap.cause not in {Cause.NONE, Cause.ROUNDING, Cause.UNREAD}
    return Row(
        {
            "operation": Cell(gap.title, note=gap.operation),
            "axis": names.axes.get(gap.node_id, "?"),
            "stage": Stage(gap.stage).label,
            "source": names.partner(gap.source),
            "funder": names.partner(gap.funder),
            "claim": Cell(gap.claim_cents, href=links[0]),
            "own": Cell(gap.own_cents, href=links[-1] if gap.own_cents is not None else ""),
            "gap": gap.gap_cents,
            "status": Cell(status, note=CAUSES[gap.cause] if has_cause else ""),
            "where": gap.where,
        }
    )


@dataclass(frozen=True, slots=True)
class Filter:
    """One choice of the page: its parameter, its label, its answers, the one given."""

    name: str
    label: str
    choices: Sequence[tuple[str, object]]
    chosen: str


def page_of(table: Table, rows: Sequence[Row]) -> Table:
    """The same table, with some of its rows."""
    return replace(table, rows=rows)
