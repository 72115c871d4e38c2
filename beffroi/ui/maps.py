"""Maps: areas shaded by an amount, drawn as SVG in one pass. A map knows no territory: it is given
paths, values and words.

The table of the same figures stands under every map: it is what is read with a keyboard. Areas are
links; where they are many, they are no stops of the tab key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from beffroi.ui import figures
from beffroi.ui.map_classes import (
    NEGATIVE,
    SILENT,
    UNREAD,
    ZERO,
    Classes,
    MapClass,
    classes,
)

MOST_STOPS = 100
"""Beyond so many areas, the tab key passes over them all."""
SCALE_KILOMETRES = 20


@dataclass(frozen=True, slots=True)
class MapArea:
    """One area: its path (:func:`path`), its value in cents, where it leads.

    ``unread`` counts the cells that could not be read beneath it.
    """

    name: str
    path: str
    value: int | None = None
    unread: int = 0
    href: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper of a map: width and height in its unit, and what a unit is worth."""

    width: int
    height: int
    metres: float


@dataclass(frozen=True, slots=True)
class LegendLine:
    """A class as it is read: what it holds, how many areas."""

    key: str
    label: str
    count: str

    @property
    def fill(self) -> SafeString:
        """The attribute that hatches its swatch."""
        return mark_safe(hatching(self.key))


@dataclass(frozen=True, slots=True)
class AreaMap:
    """Areas shaded by class, lines above them, the outline of a territory over all."""

    title: str
    description: str
    """The contract, nature, tax basis, dates: what the figure is."""
    areas: Sequence[MapArea]
    sheet: Sheet
    lines: Sequence[str] = ()
    """Paths drawn above the areas."""
    around: str = ""
    """The path of a territory laid over."""
    around_name: str = ""
    legend_title: str = ""
    """What the bounds are of, and what is counted."""
    silent: str = ""
    """What the silent class is called, where it is more than silence."""
    credit: str = ""
    """Who made the outlines."""
    remark: str = ""
    """What of the money is on the map and what is not, for a file that stands alone."""
    table: str = "tableau"
    """The id of the table of the same figures."""
    fictitious: bool = False
    classes: Classes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "classes", classes(area.value for area in self.areas))

    def svg(self, place: str = "") -> SafeString:
        """The map alone; ``place`` are attributes that put it somewhere in another drawing."""
        return mark_safe(_drawn(self, place))

    def legend(self) -> list[LegendLine]:
        """What each shade and hatching means."""
        keys = (self.classes.key(area.value, area.unread) for area in self.areas)
        found = self.classes.legend(keys)
        return [
            LegendLine(each.key, _class_label(each, self.silent), figures.integer(each.count))
            for each in found
        ]


def locator(label: str, place: Iterable[str], lines: Iterable[str], sheet: Sheet) -> SafeString:
    """A small map that shows where a place lies: its paths, among lines."""
    inside = "".join(f'<path class="shade-4" d="{each}"/>' for each in place)
    return mark_safe(
        f'<svg class="map locator" role="img" viewBox="0 0 {sheet.width} {sheet.height}"'
        f' aria-label="{escape(label)}">{inside}<path class="lines" d="{"".join(lines)}"/></svg>'
    )


def path(rings: Iterable[Sequence[tuple[float, float]]]) -> str:
    """The path of some rings, to the nearest unit, in relative steps."""
    return "".join(map(_ring, rings))


def bound(cents: int) -> str:
    """A round amount in the largest unit that says it whole: ``1,5 M€``, ``20 k€``."""
    written = figures.style()
    for unit in (figures.Unit.MILLION, figures.Unit.THOUSAND, figures.Unit.EURO):
        tenths, rest = divmod(cents * 10, unit.cents)
        if tenths < 10 or rest:
            continue
        whole, part = divmod(tenths, 10)
        digits = figures.integer(whole, written) + (f"{written.point}{part}" if part else "")
        symbol = written.symbol(unit)
        if written.symbol_first:
            return f"{symbol[0]}{digits}{symbol[1:]}"
        return f"{digits}{figures.SPACE}{symbol}"
    return figures.money(cents, figures.Unit.EURO, written)


def _ring(points: Sequence[tuple[float, float]]) -> str:
    (x, y), *rest = [(round(x), round(y)) for x, y in points]
    steps = []
    start = f"M{x} {y}l"
    for next_x, next_y in rest[:-1]:
        if (next_x, next_y) != (x, y):
            steps.append(_step(next_x - x) + _step(next_y - y))
            x, y = next_x, next_y
    return f"{start}{''.join(steps).lstrip()}z" if steps else ""


def _step(value: int) -> str:
    return f" {value}" if value >= 0 else str(value)


def _class_label(each: MapClass, silent: str) -> str:
    words = {
        SILENT: silent or _("— : personne ne dit rien"),
        ZERO: _("0 : quelqu'un dit zéro"),
        UNREAD: _("non lu : la cellule ne se lit pas"),
        NEGATIVE: _("moins de zéro"),
    }
    if each.key in words:
        return words[each.key]
    if each.low is None and each.high is None:
        return _("plus de zéro")
    if each.low is None:
        return _("moins de %(high)s") % {"high": bound(each.high or 0)}
    if each.high is None:
        return _("%(low)s et plus") % {"low": bound(each.low)}
    return _("de %(low)s à moins de %(high)s") % {
        "low": bound(each.low),
        "high": bound(each.high),
    }


def labelled(label: str, text: str) -> str:
    """« label : text »."""
    return f"{label}{_(' : ')}{text}"


def said(area: MapArea) -> str:
    """An area in words: its name, its exact amount, what is unread beneath."""
    words = labelled(area.name, figures.money(area.value))
    return f"{words} ({figures.unread(area.unread)})" if area.unread else words


def _drawn(drawn: AreaMap, place: str) -> str:
    sheet = drawn.sheet
    silent, spoken = [], []
    stop = "" if len(drawn.areas) <= MOST_STOPS else ' tabindex="-1"'
    for area in drawn.areas:
        key = drawn.classes.key(area.value, area.unread)
        words = escape(said(area))
        if key == SILENT:
            silent.append(f'<path d="{area.path}"><title>{words}</title></path>')
            continue
        shape = f'<path class="{key}"{hatching(key)} d="{area.path}"><title>{words}</title></path>'
        if area.href:
            href = escape(area.href)
            shape = f'<a href="{href}" aria-label="{words}"{stop}>{shape}</a>'
        spoken.append(shape)
    around = (
        f'<path class="halo" d="{drawn.around}"/>'
        f'<path class="around" d="{drawn.around}"><title>{escape(drawn.around_name)}</title></path>'
        if drawn.around
        else ""
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map" role="group"'
        f' viewBox="0 0 {sheet.width} {sheet.height}"{place}'
        ' aria-labelledby="map-title" aria-describedby="map-description">'
        f'<title id="map-title">{escape(drawn.title)}</title>'
        f'<desc id="map-description">{escape(drawn.description)}</desc>'
        f"{_patterns(sheet)}"
        f'<g class="silent" fill="url(#map-silent)" aria-hidden="true">{"".join(silent)}</g>'
        f"<g>{''.join(spoken)}</g>"
        f'<path class="lines" d="{"".join(drawn.lines)}"/>{around}{_scale(sheet)}</svg>'
    )


def hatching(key: str) -> str:
    """Where a class is hatched, its hatching; shades are those of the style sheet."""
    return "" if key.startswith("shade") else f' fill="url(#map-{key})"'


def _scale(sheet: Sheet) -> str:
    """The bar of the scale, at the bottom left."""
    length = round(SCALE_KILOMETRES * 1000 / sheet.metres)
    left, bottom, tick = sheet.width // 50, sheet.height - sheet.width // 50, sheet.width // 100
    return (
        f'<g class="scale" aria-hidden="true"><path d="M{left} {bottom - tick}v{tick}h{length}'
        f'v{-tick}"/><text x="{left + length // 2}" y="{bottom - 2 * tick}">'
        f"{SCALE_KILOMETRES}{figures.SPACE}km</text></g>"
    )


def _patterns(sheet: Sheet) -> str:
    """The hatchings, so that nothing is said by colour alone."""
    step = sheet.width // 80
    half = step // 2
    marks = {
        SILENT: f'<path class="hatch" d="M0 {step}L{step} 0"/>',
        ZERO: f'<circle class="dot" cx="{half}" cy="{half}" r="{step // 8}"/>',
        UNREAD: f'<path class="hatch strong" d="M0 {half}H{step}"/>',
        NEGATIVE: f'<path class="hatch strong" d="M0 0L{step} {step}M0 {step}L{step} 0"/>',
    }
    made = "".join(
        f'<pattern id="map-{key}" width="{step}" height="{step}" patternUnits="userSpaceOnUse">'
        f'<rect class="ground" width="{step}" height="{step}"/>{mark}</pattern>'
        for key, mark in marks.items()
    )
    return f"<defs>{made}</defs>"
