"""A chart on a page: its drawing, its legend, and its table one key away."""

from __future__ import annotations

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from beffroi.ui import marks, tables
from beffroi.ui.charts import lines, multiples, rows
from beffroi.ui.charts.canvas import INKS
from beffroi.ui.charts.declaring import Chart, Form
from beffroi.ui.charts.writing import Writing

DRAWN = {
    Form.BARS: rows.bars,
    Form.STACKED: rows.stacked,
    Form.WATERFALL: rows.waterfall,
    Form.LINE: lines.lines,
    Form.MULTIPLES: multiples.multiples,
}


def draw(chart: Chart) -> SafeString:
    """The figure: caption, drawing, legend, table. Without any value, the empty table alone."""
    if not chart.draws_something():
        return tables.draw(chart.table)
    return mark_safe(
        f'<figure class="chart-figure" id="{chart.id}">'
        f"<figcaption>{_caption(chart)}</figcaption>"
        f'<div class="chart-scroll" role="region" tabindex="0"'
        f' aria-label="{escape(chart.table.caption)}">{svg(chart)}</div>{_legend(chart)}'
        f'<details class="twin"><summary>{escape(_("Les chiffres, en tableau"))}</summary>'
        f"{tables.draw(chart.table)}</details></figure>"
    )


def svg(chart: Chart) -> str:
    """The drawing alone, whole in itself: for papers and files."""
    return DRAWN[chart.form](chart, Writing.of(chart))


def _caption(chart: Chart) -> str:
    made_up = f" {marks.fictitious()}" if chart.table.fictitious else ""
    unit = Writing.of(chart).unit_said()
    return (
        f"<strong>{escape(chart.table.caption)}</strong>{unit}{made_up}"
        f'<span class="note">{escape(chart.description)}</span>'
    )


def _legend(chart: Chart) -> str:
    """Which ink is which column; none for one column."""
    if len(chart.series) < 2:
        return ""
    keys = "".join(
        f"<li>{_swatch(chart, ink)} {escape(column.label)}</li>"
        for ink, column in enumerate(chart.series)
    )
    return f'<ul class="chart-legend">{keys}</ul>'


def _swatch(chart: Chart, ink: int) -> str:
    if chart.form is Form.LINE:
        return lines.swatch(ink)
    shade = ink % len(INKS)
    hatched = (
        f'<rect width="18" height="12" fill="url(#{chart.id}-hatch)"/>' if ink >= len(INKS) else ""
    )
    return (
        '<svg class="swatch" viewBox="0 0 18 12" width="18" height="12" aria-hidden="true"'
        f' focusable="false"><rect class="ink-{shade}" width="18" height="12"'
        f' fill="{INKS[shade]}" stroke="#4a5862"/>{hatched}</svg>'
    )
