"""Lines over time."""

from __future__ import annotations

from datetime import date

from beffroi.ui import figures
from beffroi.ui.charts.canvas import DASHES, INKS, Canvas
from beffroi.ui.charts.declaring import Chart
from beffroi.ui.charts.scale import scale_of
from beffroi.ui.charts.writing import Writing

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 300, 88, 100, 16, 34
NEAREST = 74
"""How near two dates may be written."""
LEAST_STEP = 14
"""How near two figures may be written at the end of their lines."""


def lines(chart: Chart, writing: Writing) -> str:
    """A broken line for each column, through the dates at which something is said."""
    rows = sorted(chart.lines, key=chart.day)
    values = [
        v for row in rows for each in chart.series if (v := chart.value(row, each)) is not None
    ]
    scale = scale_of(values, HEIGHT - BOTTOM, TOP + BOTTOM - HEIGHT)
    first, last = chart.day(rows[0]), chart.day(rows[-1])
    canvas = Canvas(chart.id, WIDTH)
    for tick in scale.ticks:
        y = scale.at(tick)
        canvas.line(LEFT, y, WIDTH - RIGHT, y, "chart-zero" if tick == 0 else "chart-rule")
        canvas.text(LEFT - 8, y + 4, writing.tick(tick), "soft", "end")
    written = -float(NEAREST)
    for row in rows:
        x = _across(chart.day(row), first, last)
        if x - written >= NEAREST:
            canvas.text(x, HEIGHT - BOTTOM + 20, figures.day(chart.day(row)), "soft", "middle")
            written = x
    ends: list[tuple[float, str]] = []
    for ink, column in enumerate(chart.series):
        said = [row for row in rows if chart.value(row, column) is not None]
        points = [
            (_across(chart.day(row), first, last), scale.at(chart.value(row, column) or 0))
            for row in said
        ]
        canvas.path(points, ink)
        for row, (x, y) in zip(said, points, strict=True):
            canvas.mark(x, y, ink, writing.title(chart, row, column), row.cell(column.key).href)
        if points:
            ends.append((points[-1][1], writing.short(chart.value(said[-1], column))))
    _name_ends(canvas, ends)
    return canvas.svg(HEIGHT, str(chart.table.caption), str(chart.description))


def swatch(ink: int) -> str:
    """A piece of a line, for the legend."""
    shade = Canvas.line_shade(ink)
    dashes = DASHES[ink % len(DASHES)]
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        '<svg class="swatch" viewBox="0 0 28 12" width="28" height="12" aria-hidden="true"'
        f' focusable="false"><line class="stroke-{shade}" x1="0" y1="6" x2="28" y2="6"'
        f' stroke="{INKS[shade]}" stroke-width="2"{dashed}/></svg>'
    )


def _across(day: date, first: date, last: date) -> float:
    """Where a date stands; a single date stands in the middle."""
    length = WIDTH - LEFT - RIGHT
    days = (last - first).days
    return LEFT + (length * (day - first).days / days if days else length / 2)


def _name_ends(canvas: Canvas, ends: list[tuple[float, str]]) -> None:
    """The last figure of each line beside it, one never over another."""
    lowest = -float(LEAST_STEP)
    for y, text in sorted(ends):
        lowest = max(y, lowest + LEAST_STEP)
        canvas.text(WIDTH - RIGHT + 10, lowest + 4, text)
