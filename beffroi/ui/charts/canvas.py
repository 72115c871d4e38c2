"""Pieces of SVG. Every shape bears a class for pages and a colour for paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from textwrap import wrap

from django.utils.html import escape

LINE_HEIGHT = 14
#: From light to dark, so that grey tells them apart; from the fifth on, the same ones hatched.
INKS = ("#f2d9d2", "#d39584", "#9b3d2e", "#4d1a12")
DASHES = ("", "7 3", "2 3", "9 3 2 3")


@dataclass(slots=True)
class Canvas:
    """A drawing being made, in units of one pixel at its full width."""

    id: str
    width: int
    pieces: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, style: str = "", anchor: str = "start") -> None:
        """Words; what they say is said to screen readers by the shapes' own titles."""
        names = f"chart-text {style}".strip()
        self.pieces.append(
            f'<text class="{names}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
            f' aria-hidden="true">{escape(text)}</text>'
        )

    def wrapped(self, x: float, y: float, text: str, letters: int, anchor: str = "end") -> None:
        """Words on one or two lines around a height, cut where they would take a third."""
        lines = wrap(text, letters) or [""]
        if len(lines) > 2:
            lines = [lines[0], lines[1][: letters - 1].rstrip() + "…"]
        first = y - (len(lines) - 1) * LINE_HEIGHT / 2
        for rank, line in enumerate(lines):
            self.text(x, first + rank * LINE_HEIGHT, line, anchor=anchor)

    def line(self, x1: float, y1: float, x2: float, y2: float, style: str) -> None:
        """A straight line."""
        self.pieces.append(
            f'<line class="{style}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
            ' stroke="#76838d"/>'
        )

    def bar(self, box: tuple[float, float, float, float], ink: int, title: str, href: str) -> None:
        """A rectangle (x, y, width, height) that says what it is, and leads there."""
        x, y, width, height = box
        place = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 1):.1f}" height="{height:.1f}"'
        shade = ink % len(INKS)
        shape = f'<rect class="ink-{shade}" {place} fill="{INKS[shade]}" stroke="#4a5862"/>'
        if ink >= len(INKS):
            shape += f'<rect {place} fill="url(#{self.id}-hatch)"/>'
        self.titled(shape, title, href)

    def mark(self, x: float, y: float, ink: int, title: str, href: str) -> None:
        """A point of a line."""
        shade = self.line_shade(ink)
        self.titled(
            f'<circle class="ink-{shade}" cx="{x:.1f}" cy="{y:.1f}" r="4"'
            f' fill="{INKS[shade]}" stroke="#4a5862"/>',
            title,
            href,
        )

    def path(self, points: list[tuple[float, float]], ink: int) -> None:
        """A broken line through these points; its dashes tell it from the others."""
        where = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        shade = self.line_shade(ink)
        dashes = DASHES[ink % len(DASHES)]
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        self.pieces.append(
            f'<polyline class="stroke-{shade}" points="{where}" fill="none"'
            f' stroke="{INKS[shade]}" stroke-width="2"{dashed}/>'
        )

    @staticmethod
    def line_shade(ink: int) -> int:
        """Lines are drawn in the darker inks alone: the lightest would be lost on paper."""
        return 3 - ink % 3

    def titled(self, shape: str, title: str, href: str) -> None:
        """A shape with its words, within its link where it has one."""
        named = f"<title>{escape(title)}</title>{shape}"
        if href:
            self.pieces.append(f'<a href="{escape(href)}">{named}</a>')
        else:
            self.pieces.append(f"<g>{named}</g>")

    def svg(self, height: float, title: str, description: str) -> str:
        """The whole drawing."""
        return (
            f'<svg class="chart" viewBox="0 0 {self.width} {height:.0f}" role="group"'
            f' aria-labelledby="{self.id}-title" aria-describedby="{self.id}-desc"'
            f' xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="12">'
            f'<title id="{self.id}-title">{escape(title)}</title>'
            f'<desc id="{self.id}-desc">{escape(description)}</desc>{self._hatch()}'
            f"{''.join(self.pieces)}</svg>"
        )

    def _hatch(self) -> str:
        return (
            f'<defs><pattern id="{self.id}-hatch" width="6" height="6"'
            ' patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            '<line class="hatch" x1="0" y1="0" x2="0" y2="6" stroke="#ffffff" stroke-width="3"/>'
            "</pattern></defs>"
        )
