"""Gaps as tables: by cause and pair of partners, by axis, then one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.reconciliation.agreements.queries import Seen, State, waits_for
from beffroi.reconciliation.causes import Cause, Status
from beffroi.reconciliation.pages.words import CAUSES, STATES, STATUSES
from beffroi.reconciliation.queries import Gap
from beffroi.ui.columns import Cell, Column, Row, Sorting, Table, Value
from beffroi.ui.figures import Unit

STAGES = Stage.values
CHOSEN = "ecart"
"""Under what name a chosen gap is sent."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How a page shows gaps: the axis of each node, the unit, the address of a gap and that of the
    list filtered, for whom somebody speaks, whether their money is fictitious."""

    axes: Mapping[int | None, str]
    unit: Unit
    address: Callable[[Gap], str]
    filtered: Callable[[Mapping[str, str]], str]
    sides: Collection[int]
    fictitious: bool

    def axis(self, gap: Gap) -> str:
        """The axis that the claim charges its money to."""
        return self.axes.get(gap.node_id, "?")


def token(gap: Gap) -> str:
    """What a gap is called when it is sent: the statements that make it."""
    return "-".join(map(str, gap.statements))


def listing_token(gaps: Iterable[Gap]) -> str:
    """What a whole list of gaps is called: what is proposed of all is what was read."""
    return hashlib.sha256("|".join(map(token, gaps)).encode()).hexdigest()[:32]


def by_cause(found: Iterable[Seen], shown: Shown) -> Table:
    """How many gaps of each cause between whom, and how much: stage by stage, nature by nature."""
    groups = _grouped(
        found, lambda gap: (gap.cause.value, gap.source, gap.funder, gap.stage, gap.nature)
    )
    causes = [cause.value for cause in CAUSES]
    rows = [
        Row(
            {
                "cause": CAUSES[Cause(cause)],
                "source": together[0].names[0],
                "funder": together[0].names[1],
                **_sums(
                    together,
                    shown.filtered(
                        {"cause": cause, "source": source, "financeur": funder, "stade": stage}
                    ),
                ),
            }
        )
        for (cause, source, funder, stage, _nature), together in sorted(
            groups.items(), key=lambda group: (causes.index(group[0][0]), *_ranked(group[0][1:]))
        )
    ]
    return Table(
        caption=_("Écarts par cause probable"),
        columns=[
            Column("cause", _("Cause probable")),
            Column("source", _("Ce que dit")),
            Column("funder", _("de l'argent de")),
            *_sum_columns(groups),
        ],
        rows=rows,
        unit=shown.unit,
        id="causes",
        fictitious=shown.fictitious,
        empty=_("Aucun écart : ce que chacun dit de l'argent des autres est ce qu'ils en disent."),
    )


def by_axis(found: Iterable[Seen], shown: Shown) -> Table:
    """How many gaps of each axis, and how much: stage by stage, nature by nature."""
    groups = _grouped(found, lambda gap: (shown.axis(gap), gap.stage, gap.nature))
    rows = [
        Row(
            {"axis": axis, **_sums(together, shown.filtered({"axe": axis, "stade": stage}))},
        )
        for (axis, stage, _nature), together in sorted(
            groups.items(), key=lambda group: _ranked(group[0])
        )
    ]
    return Table(
        caption=_("Écarts par axe"),
        columns=[Column("axis", _("Axe")), *_sum_columns(groups)],
        rows=rows,
        unit=shown.unit,
        id="axes",
        fictitious=shown.fictitious,
    )


def unconfirmed(found: Iterable[Seen], shown: Shown) -> Table:
    """What is claimed of those who say nothing of it: nothing to compare, so apart."""
    groups: dict[tuple[str, ...], list[Gap]] = {}
    for gap in (seen.gap for seen in found):
        if gap.status == Status.UNCONFIRMED:
            groups.setdefault((gap.source, gap.funder, gap.stage, gap.nature), []).append(gap)
    rows = [
        Row(
            {
                "source": together[0].names[0],
                "funder": together[0].names[1],
                "stage": Stage(stage).label,
                "nature": Nature(nature).label,
                "count": Cell(
                    len(together),
                    href=shown.filtered(
                        {
                            "statut": Status.UNCONFIRMED.value,
                            "source": source,
                            "financeur": funder,
                            "stade": stage,
                        }
                    ),
                ),
                "claimed": sum(gap.claim_cents for gap in together),
            }
        )
        for (source, funder, stage, nature), together in sorted(
            groups.items(), key=lambda group: _ranked(group[0])
        )
    ]
    return Table(
        caption=_("Non confirmés : le financeur n'en dit rien"),
        columns=[
            Column("source", _("Ce que dit")),
            Column("funder", _("de l'argent de")),
            Column("stage", _("Stade")),
            *_nature_column(groups),
            Column("count", _("Montants"), "count"),
            Column("claimed", _("Annoncé"), "amount"),
        ],
        rows=rows,
        unit=shown.unit,
        id="non-confirmes",
        fictitious=shown.fictitious,
    )


def one_by_one(found: Sequence[Seen], shown: Shown, sorting: Sorting) -> Table:
    """Each claim beside the funder's word; both lead to their cells, the operation to the gap."""
    rows = [_row(seen, shown) for seen in found]
    may_choose = any(row.cell(CHOSEN).value for row in rows)
    return Table(
        caption=_("Ce que chacun dit de l'argent des autres"),
        columns=columns(with_choice=may_choose),
        rows=sorting.apply(rows),
        row_header="operation",
        unit=shown.unit,
        id="ecarts",
        sorting=sorting,
        fictitious=shown.fictitious,
        empty=_("Aucune ligne ne répond à ces choix : élargissez-les."),
    )


def columns(*, with_choice: bool = False) -> list[Column]:
    """The columns of the list of gaps, for the page and for its exports."""
    choice = [Column(CHOSEN, _("Choix"), "choice")] if with_choice else []
    return [
        *choice,
        Column("operation", _("Opération"), sortable=True),
        Column("axis", _("Axe"), sortable=True),
        Column("stage", _("Stade"), sortable=True),
        Column("source", _("Ce que dit"), sortable=True),
        Column("funder", _("de l'argent de"), sortable=True),
        Column("claim", _("Annoncé"), "amount", sortable=True),
        Column("own", _("Le financeur dit"), "amount", sortable=True),
        Column("gap", _("Écart"), "amount", sortable=True),
        Column("status", _("Ce qu'il en est"), sortable=True),
        Column("agreement", _("Accord"), sortable=True),
        Column("agreed", _("Convenu"), "amount", sortable=True),
        Column("where", _("Cellule")),
    ]


def _row(seen: Seen, shown: Shown) -> Row:
    gap = seen.gap
    claimed, own = (
        reverse("workspace:statement", args=[numbers[0]]) if numbers else ""
        for numbers in (gap.claimed, gap.own)
    )
    has_cause = gap.cause not in {Cause.NONE, Cause.ROUNDING, Cause.UNREAD}
    may_choose = seen.may_be_proposed_by(shown.sides)
    return Row(
        {
            CHOSEN: Cell(token(gap), note=_("Choisir « %s »") % gap.title) if may_choose else None,
            "operation": Cell(gap.title, note=gap.operation, href=shown.address(gap)),
            "axis": shown.axis(gap),
            "stage": Stage(gap.stage).label,
            "source": gap.names[0],
            "funder": gap.names[1],
            "claim": Cell(gap.claim_cents, href=claimed),
            "own": Cell(gap.own_cents, href=own if gap.own_cents is not None else ""),
            "gap": gap.gap_cents,
            "status": Cell(STATUSES[gap.status], note=CAUSES[gap.cause] if has_cause else ""),
            "agreement": _agreement(seen),
            "agreed": gap.agreed_cents,
            "where": gap.where,
        }
    )


def _agreement(seen: Seen) -> Cell | None:
    if seen.state is None or seen.agreement is None:
        return None
    who = dict(zip(seen.gap.sides, seen.gap.names, strict=True)).get(waits_for(seen.agreement) or 0)
    waiting = _("à %s de répondre") % who if seen.state == State.PROPOSED else ""
    return Cell(STATES[seen.state], note=waiting)


def _grouped(
    found: Iterable[Seen], key: Callable[[Gap], tuple[str, ...]]
) -> dict[tuple[str, ...], list[Gap]]:
    groups: dict[tuple[str, ...], list[Gap]] = {}
    for seen in found:
        if seen.gap.cause is not Cause.NONE:
            groups.setdefault(key(seen.gap), []).append(seen.gap)
    return groups


def _sums(together: Sequence[Gap], href: str) -> dict[str, Cell | Value]:
    """Over and under apart: what one claims too much does not make up for what another claims too
    little."""
    return {
        "stage": Stage(together[0].stage).label,
        "nature": Nature(together[0].nature).label,
        "count": Cell(len(together), href=href),
        "agreed": sum(gap.agreed_cents is not None for gap in together),
        "over": sum(max(gap.gap_cents or 0, 0) for gap in together) or None,
        "under": sum(min(gap.gap_cents or 0, 0) for gap in together) or None,
    }


def _sum_columns(groups: Iterable[tuple[str, ...]]) -> list[Column]:
    return [
        Column("stage", _("Stade")),
        *_nature_column(groups),
        Column("count", _("Écarts"), "count"),
        Column("agreed", _("dont convenus"), "count"),
        Column("over", _("En plus"), "amount", hint=_("annoncé au-delà")),
        Column("under", _("En moins"), "amount", hint=_("annoncé en deçà")),
    ]


def _nature_column(groups: Iterable[tuple[str, ...]]) -> list[Column]:
    """Natures of credit are told apart where there are several."""
    natures = {nature for *_others, nature in groups}
    return [Column("nature", _("Nature de crédit"))] if len(natures) > 1 else []


def _ranked(labels: Sequence[str]) -> tuple[str | int, ...]:
    """Labels that end with a stage and a nature, in the order of stages."""
    *others, stage, nature = labels
    return (*others, STAGES.index(stage), nature)
