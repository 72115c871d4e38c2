"""The charts of a contract's overview."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from beffroi.contracts.vocabulary import Stage
from beffroi.ledger.positions import SILENT, Value
from beffroi.ledger.queries import UNPLACED
from beffroi.ui.charts.declaring import Chart, Form
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.figures import Unit, day
from beffroi.workspace.maquette import STAGES, Link, Maquette, amount_cell


class Look(NamedTuple):
    """The unit of the amounts, and whether they are invented."""

    unit: Unit
    fictitious: bool


Axis = tuple[str, str, int | None]
"""What an axis is called in addresses and on screen, and its node; ``None`` for the unplaced."""


def by_axis(found: Maquette, link: Link, look: Look) -> Chart:
    """Each axis at each stage, all on one scale."""
    rows = [
        _line(label, found, link, {"axis": code}, node=node) for code, label, node in axes(found)
    ]
    table = Table(
        _("Par axe"),
        [Column("name", _("Axe")), *_stage_columns()],
        rows,
        unit=look.unit,
        id="axes",
        fictitious=look.fictitious,
    )
    return Chart(
        Form.MULTIPLES,
        table,
        _("Ce qui est inscrit, programmé, engagé et payé sur chaque axe, à la même échelle."),
    )


def by_funder(found: Maquette, link: Link, names: Mapping[str, str], look: Look) -> Chart:
    """Each funder's own money at each stage, the largest first."""
    largest = sorted(
        names,
        key=lambda slug: -max(v.cents if (v := found.total(s, funder=slug)) else 0 for s in STAGES),
    )
    rows = [_line(names[slug], found, link, {"funder": slug}, funder=slug) for slug in largest]
    table = Table(
        _("Par financeur"),
        [Column("name", _("Financeur")), *_stage_columns()],
        rows,
        unit=look.unit,
        id="financeurs",
        fictitious=look.fictitious,
    )
    return Chart(
        Form.MULTIPLES,
        table,
        _("Ce que chaque financeur dit de son propre argent, à chaque stade."),
    )


def over_time(totals: Sequence[tuple[datetime.date, Mapping[str, Value]]], look: Look) -> Chart:
    """Every stage, half-year after half-year, as known at the posting shown."""
    rows = [
        Row({"on": on} | {stage: amount_cell(value) for stage, value in said.items()})
        for on, said in totals
    ]
    table = Table(
        _("Au fil du temps"),
        [Column("on", _("Situation au"), "date"), *_stage_columns()],
        rows,
        unit=look.unit,
        id="temps",
        fictitious=look.fictitious,
    )
    return Chart(
        Form.LINE,
        table,
        _("Les montants cumulés à la fin de chaque semestre, connus à l'écriture montrée."),
    )


def what_changed(
    before: Maquette,
    after: Maquette,
    stage: Stage,
    dates: tuple[datetime.date, datetime.date],
    look: Look,
) -> Chart:
    """From the total before to the total after, by what each axis added at one stage."""
    rows = [_level(_("Au %(day)s"), dates[0], before.total(stage))]
    for _code, label, node in axes(after, before):
        old, new = before.total(stage, node=node), after.total(stage, node=node)
        moved = (new or SILENT).minus(old or SILENT)
        if moved.cents or moved.unread:
            rows.append(
                Row({"name": label, "moved": Cell(moved.cents, unread=max(moved.unread, 0))})
            )
    rows.append(_level(_("Au %(day)s"), dates[1], after.total(stage)))
    table = Table(
        _("Ce qui a changé : %(stage)s") % {"stage": stage.label},
        [Column("name", _("Axe")), Column("moved", stage.label, "amount")],
        rows,
        unit=look.unit,
        id="changements",
        fictitious=look.fictitious,
    )
    return Chart(
        Form.WATERFALL, table, _("D'un total à l'autre, ce que chaque axe a ajouté ou ôté.")
    )


def axes(found: Maquette, beside: Maquette | None = None) -> list[Axis]:
    """The axes of the tree, then what is charged to an objective that nobody knows."""
    known: list[Axis] = [
        (node.axis, f"{node.code} {node.title}".strip(), node.id)
        for node in found.nodes
        if node.depth == 0
    ]
    if found.has_unplaced or (beside is not None and beside.has_unplaced):
        known.append((UNPLACED, _("? Objectif inconnu du contrat"), None))
    return known


def _level(label: str, on: datetime.date, value: Value | None) -> Row:
    cells: dict[str, Cell | str] = {"name": label % {"day": day(on)}, "moved": amount_cell(value)}
    return Row(cells, kind="total")


def _line(
    name: str,
    found: Maquette,
    link: Link,
    labels: Mapping[str, str],
    *,
    node: int | str | None = "all",
    funder: str | None = None,
) -> Row:
    cells: dict[str, Cell | str] = {"name": name}
    for stage in STAGES:
        href = link({**labels, "stage": stage.value})
        cells[stage.value] = amount_cell(found.total(stage, node=node, funder=funder), href)
    return Row(cells)


def _stage_columns() -> list[Column]:
    return [Column(stage.value, stage.label, "amount") for stage in STAGES]
