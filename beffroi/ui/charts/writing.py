"""How a chart writes its figures: as its table does."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from beffroi.ui import figures
from beffroi.ui.charts.declaring import Chart
from beffroi.ui.columns import Column, Row
from beffroi.ui.figures import Style, Unit


@dataclass(frozen=True, slots=True)
class Writing:
    """The language's way with numbers, and the unit of the amounts (``None`` for counts)."""

    style: Style
    unit: Unit | None

    @classmethod
    def of(cls, chart: Chart) -> Writing:
        """That of a chart's table."""
        drawn = chart.series
        money = bool(drawn) and drawn[0].kind == "amount"
        return cls(figures.style(), chart.table.unit_of(drawn[0]) if money else None)

    def short(self, value: int | None) -> str:
        """A figure in the drawing."""
        if self.unit is None:
            return figures.SILENT if value is None else figures.integer(value, self.style)
        return figures.amount(value, self.unit, self.style)

    def tick(self, value: int) -> str:
        """A round figure along the scale, without useless decimals."""
        if self.unit is None or value % self.unit.cents:
            return self.short(value)
        return figures.integer(value // self.unit.cents, self.style)

    def exact(self, value: int | None) -> str:
        """A figure to the cent, with its unit: under the pointer, and for screen readers."""
        return (
            self.short(value) if self.unit is None else figures.money(value, Unit.EURO, self.style)
        )

    def said(self, chart: Chart, row: Row, column: Column) -> str:
        """A figure of the drawing, with the cells that could not be read beneath it."""
        shown = self.short(chart.value(row, column))
        return self.with_unread(shown, chart.cell(row, column).unread)

    @staticmethod
    def with_unread(text: str, cells: int) -> str:
        """Words, and how many cells beneath could not be read."""
        return f"{text} ({figures.unread(cells)})" if cells else text

    def title(self, chart: Chart, row: Row, column: Column) -> str:
        """« Axe 1, Programmé : 12,00 € »: what a shape stands for."""
        text = _("%(line)s, %(column)s : %(figure)s") % {
            "line": chart.name(row),
            "column": column.label,
            "figure": self.exact(chart.value(row, column)),
        }
        return self.with_unread(text, chart.cell(row, column).unread)

    def unit_said(self) -> str:
        """The unit, once."""
        if self.unit is None:
            return ""
        unit = _("en %(unit)s") % {"unit": self.style.symbol(self.unit)}
        return f' <span class="unit">{unit}</span>'
