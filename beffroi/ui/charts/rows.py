"""The forms whose lines go down the page: names at the left, bars at the right."""

from __future__ import annotations

from collections.abc import Iterable

from beffroi.ui.charts.canvas import Canvas
from beffroi.ui.charts.declaring import Chart
from beffroi.ui.charts.scale import Scale, scale_of
from beffroi.ui.charts.writing import Writing
from beffroi.ui.columns import Column, Row

WIDTH, NAMES, FIGURES = 760, 216, 116
LETTERS = 34
TOP = 24
BAR, GAP, LEAST_ROW = 16, 12, 36


def bars(chart: Chart, writing: Writing) -> str:
    """A group of bars a line, each with its figure at its end."""
    canvas, scale = _ground(chart, _values(chart))
    height = max(len(chart.series) * BAR + GAP, LEAST_ROW)
    bottom = _axis(canvas, scale, writing, len(chart.lines) * height)
    for rank, row in enumerate(chart.lines):
        top = TOP + rank * height
        canvas.wrapped(NAMES - 8, top + height / 2 + 4, chart.name(row), LETTERS)
        first = top + (height - len(chart.series) * BAR) / 2
        for ink, column in enumerate(chart.series):
            _bar(canvas, scale, writing, chart, row, column, first + ink * BAR, ink)
    return canvas.svg(bottom, str(chart.table.caption), str(chart.description))


def stacked(chart: Chart, writing: Writing) -> str:
    """One bar a line, cut into the columns; its sum at its end."""
    sums = {
        rank: [value for each in chart.series if (value := chart.value(row, each)) is not None]
        for rank, row in enumerate(chart.lines)
    }
    reached = [sum(v for v in found if v > 0) for found in sums.values()]
    below = [sum(v for v in found if v < 0) for found in sums.values()]
    canvas, scale = _ground(chart, [*reached, *below])
    bottom = _axis(canvas, scale, writing, len(chart.lines) * LEAST_ROW)
    for rank, row in enumerate(chart.lines):
        top = TOP + rank * LEAST_ROW
        canvas.wrapped(NAMES - 8, top + LEAST_ROW / 2 + 4, chart.name(row), LETTERS)
        _stack(canvas, scale, writing, chart, row, top + 8)
        total = sum(sums[rank]) if sums[rank] else None
        unread = sum(chart.cell(row, each).unread for each in chart.series)
        canvas.text(
            scale.at(reached[rank]) + 6,
            top + LEAST_ROW / 2 + 4,
            writing.with_unread(writing.short(total), unread),
        )
    return canvas.svg(bottom, str(chart.table.caption), str(chart.description))


def waterfall(chart: Chart, writing: Writing) -> str:
    """Totals stand on zero; between them each line starts where the one above ended."""
    (column,) = chart.series
    places = list(_falling(chart, column))
    canvas, scale = _ground(chart, [edge for place in places for edge in place])
    bottom = _axis(canvas, scale, writing, len(chart.lines) * LEAST_ROW)
    for rank, (row, (before, after)) in enumerate(zip(chart.lines, places, strict=True)):
        top = TOP + rank * LEAST_ROW
        canvas.wrapped(NAMES - 8, top + LEAST_ROW / 2 + 4, chart.name(row), LETTERS)
        left, right = sorted((scale.at(before), scale.at(after)))
        ink = 3 if row.kind == "total" else 2 if after >= before else 4
        canvas.bar(
            (left, top + 8, right - left, LEAST_ROW - 16),
            ink,
            writing.title(chart, row, column),
            chart.cell(row, column).href,
        )
        signed = row.kind != "total" and after > before
        shown = ("+" if signed else "") + writing.said(chart, row, column)
        canvas.text(right + 6, top + LEAST_ROW / 2 + 4, shown)
        if rank + 1 < len(places):
            edge = scale.at(after)
            canvas.line(edge, top + LEAST_ROW - 8, edge, top + LEAST_ROW + 8, "chart-link")
    return canvas.svg(bottom, str(chart.table.caption), str(chart.description))


def _falling(chart: Chart, column: Column) -> Iterable[tuple[int, int]]:
    """Where each line of a waterfall starts and ends."""
    level = 0
    for row in chart.lines:
        value = chart.value(row, column) or 0
        before = 0 if row.kind == "total" else level
        level = before + value
        yield before, level


def _values(chart: Chart) -> list[int]:
    found = (chart.value(row, each) for row in chart.lines for each in chart.series)
    return [value for value in found if value is not None]


def _ground(chart: Chart, values: list[int]) -> tuple[Canvas, Scale]:
    return Canvas(chart.id, WIDTH), scale_of(values, NAMES, WIDTH - NAMES - FIGURES)


def _axis(canvas: Canvas, scale: Scale, writing: Writing, height: float) -> float:
    """The scale above the lines and its rules through them; where the drawing ends."""
    bottom = TOP + height
    for tick in scale.ticks:
        style = "chart-zero" if tick == 0 else "chart-rule"
        canvas.line(scale.at(tick), TOP - 4, scale.at(tick), bottom, style)
        canvas.text(scale.at(tick), TOP - 9, writing.tick(tick), "soft", "middle")
    return bottom + 4


def _bar(
    canvas: Canvas,
    scale: Scale,
    writing: Writing,
    chart: Chart,
    row: Row,
    column: Column,
    top: float,
    ink: int,
) -> None:
    value = chart.value(row, column)
    left, right = sorted((scale.at(0), scale.at(value or 0)))
    if value is not None:
        canvas.bar(
            (left, top + 1, right - left, BAR - 2),
            ink,
            writing.title(chart, row, column),
            chart.cell(row, column).href,
        )
    canvas.text(right + 6, top + BAR - 4, writing.said(chart, row, column))


def _stack(
    canvas: Canvas, scale: Scale, writing: Writing, chart: Chart, row: Row, top: float
) -> None:
    above = below = 0
    for ink, column in enumerate(chart.series):
        value = chart.value(row, column)
        if not value:
            continue
        start = above if value > 0 else below
        left, right = sorted((scale.at(start), scale.at(start + value)))
        above, below = (above + value, below) if value > 0 else (above, below + value)
        canvas.bar(
            (left, top, right - left, LEAST_ROW - 16),
            ink,
            writing.title(chart, row, column),
            chart.cell(row, column).href,
        )
