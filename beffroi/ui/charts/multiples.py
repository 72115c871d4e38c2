"""Small charts side by side, on one scale."""

from __future__ import annotations

from beffroi.ui.charts.canvas import Canvas
from beffroi.ui.charts.declaring import Chart
from beffroi.ui.charts.scale import scale_of
from beffroi.ui.charts.writing import Writing

ACROSS, PANEL, BETWEEN = 3, 240, 20
HEAD, BAR, FOOT = 38, 18, 18
FIGURES = 96
LETTERS = 34


def multiples(chart: Chart, writing: Writing) -> str:
    """A panel for each line of the table: its name, then a bar for each column."""
    found = (chart.value(row, each) for row in chart.lines for each in chart.series)
    scale = scale_of([v for v in found if v is not None], 0, PANEL - FIGURES)
    height = HEAD + len(chart.series) * BAR + FOOT
    canvas = Canvas(chart.id, ACROSS * PANEL + (ACROSS - 1) * BETWEEN)
    for rank, row in enumerate(chart.lines):
        left = rank % ACROSS * (PANEL + BETWEEN)
        top = rank // ACROSS * height
        canvas.wrapped(left, top + HEAD / 2, chart.name(row), LETTERS, "start")
        zero = left + scale.at(0)
        for ink, column in enumerate(chart.series):
            y = top + HEAD + ink * BAR
            value = chart.value(row, column)
            x1, x2 = sorted((zero, left + scale.at(value or 0)))
            if value is not None:
                canvas.bar(
                    (x1, y + 1, x2 - x1, BAR - 4),
                    ink,
                    writing.title(chart, row, column),
                    chart.cell(row, column).href,
                )
            canvas.text(x2 + 6, y + BAR - 6, writing.said(chart, row, column))
        canvas.line(zero, top + HEAD - 2, zero, top + HEAD + len(chart.series) * BAR, "chart-zero")
    panels = -(-len(chart.lines) // ACROSS)
    return canvas.svg(panels * height, str(chart.table.caption), str(chart.description))
