"""The charts of a contract's overview."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from beffroi.contracts.vocabulary import Stage
from beffroi.ledger.positions import Value
from beffroi.ui.charts.declaring import Chart, Form
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.figures import Unit, day
from beffroi.workspace.maquette import STAGES, Link, Maquette, amount_cell, axes, moved


class Look(NamedTuple):
    """The unit of the amounts, and whether they are invented."""

    unit: Unit
    fictitious: bool


def by_axis(found: Maquette, link: Link, look: Look) -> Chart:
    """Each axis at each stage, all on one scale."""
    rows = [
        _line(label, found, link, {"axis": code}, node=node) for code, label, node in axes(found)
    ]
    said = _("Ce qui est inscrit, programmé, engagé et payé sur chaque axe, à la même échelle.")
    columns = [Column("name", _("Axe")), *_stage_columns()]
    return Chart(Form.MULTIPLES, _table(_("Par axe"), columns, rows, "axes", look), said)


def by_funder(found: Maquette, link: Link, names: Mapping[str, str], look: Look) -> Chart:
    """Each funder's own money at each stage, the largest first."""
    largest = sorted(
        names,
        key=lambda slug: -max(v.cents if (v := found.total(s, funder=slug)) else 0 for s in STAGES),
    )
    rows = [_line(names[slug], found, link, {"funder": slug}, funder=slug) for slug in largest]
    said = _("Ce que chaque financeur dit de son propre argent, à chaque stade.")
    columns = [Column("name", _("Financeur")), *_stage_columns()]
    table = _table(_("Par financeur"), columns, rows, "financeurs", look)
    return Chart(Form.MULTIPLES, table, said)


def over_time(totals: Sequence[tuple[datetime.date, Mapping[str, Value]]], look: Look) -> Chart:
    """Every stage, half-year after half-year, as known at the posting shown."""
    rows = [
        Row({"on": on} | {stage: amount_cell(value) for stage, value in said.items()})
        for on, said in totals
    ]
    said = _("Les montants cumulés à la fin de chaque semestre, connus à l'écriture montrée.")
    columns = [Column("on", _("Situation au"), "date"), *_stage_columns()]
    return Chart(Form.LINE, _table(_("Au fil du temps"), columns, rows, "temps", look), said)


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
        cell = moved(before, after, stage, node)
        if cell.value or cell.unread:
            rows.append(Row({"name": label, "moved": cell}))
    rows.append(_level(_("Au %(day)s"), dates[1], after.total(stage)))
    caption = _("Ce qui a changé : %(stage)s") % {"stage": stage.label}
    columns = [Column("name", _("Axe")), Column("moved", stage.label, "amount")]
    said = _("D'un total à l'autre, ce que chaque axe a ajouté ou ôté.")
    return Chart(Form.WATERFALL, _table(caption, columns, rows, "changements", look), said)


def _table(
    caption: str, columns: Sequence[Column], rows: Sequence[Row], name: str, look: Look
) -> Table:
    return Table(caption, columns, rows, unit=look.unit, id=name, fictitious=look.fictitious)


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
