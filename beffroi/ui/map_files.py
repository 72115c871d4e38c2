"""A map as a file that stands on its own: what it is of, its legend and its source within it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from django.http import HttpResponse
from django.utils.html import escape
from django.utils.text import slugify
from django.utils.translation import gettext as _

from beffroi.ui.maps import AreaMap, Sheet

SVG = "svg"
_STATIC = Path(__file__).resolve().parent / "static" / "ui"
_TOKEN = re.compile(r"(--[\w-]+):\s*([^;]+);")
_USE = re.compile(r"var\((--[\w-]+)\)")
_LINE, _MARGIN, _LETTER = 140, 120, 48
"""Height of a line, margins, and the width a letter takes at most, in the unit of the paper."""


def svg_file(drawn: AreaMap, name: str) -> HttpResponse:
    """The map with its title, dates, legend and source. What is fictitious says so in its name and
    inside."""
    stem = slugify(f"{name}-fictif" if drawn.fictitious else name)
    response = HttpResponse(_standing_alone(drawn), content_type="image/svg+xml")
    response["Content-Disposition"] = f'attachment; filename="{stem}.{SVG}"'
    return response


def _standing_alone(drawn: AreaMap) -> str:
    """The drawing: links lead nowhere outside the site, and are left out."""
    sheet = drawn.sheet
    unlinked = replace(drawn, areas=[replace(area, href="") for area in drawn.areas])
    head = [("title", drawn.title), *(("", line) for line in _wrapped(drawn.description, sheet))]
    if drawn.fictitious:
        head.append(("fictitious", _("Données fictives")))
    top = _MARGIN + _LINE * len(head)
    legend, end = _legend(drawn, top + sheet.height + _LINE)
    foot = [*_wrapped(drawn.remark, sheet), *_wrapped(drawn.credit, sheet)]
    height = end + _LINE * (len(foot) + 1)
    words = "".join(
        f'<text class="{kind}" x="0" y="{_LINE * (rank + 1)}">{escape(text)}</text>'
        for rank, (kind, text) in enumerate(head)
    )
    source = "".join(
        f'<text class="credit" x="0" y="{end + _LINE * (rank + 1)}">{escape(text)}</text>'
        for rank, text in enumerate(foot)
    )
    place = f' x="0" y="{top}" width="{sheet.width}" height="{sheet.height}"'
    width = sheet.width + 2 * _MARGIN
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width // 4}" height="{height // 4}"'
        f' viewBox="{-_MARGIN} 0 {width} {height}"><style>{_style()}</style>'
        f'<rect class="paper" x="{-_MARGIN}" width="{width}" height="{height}"/>'
        f"{words}{unlinked.svg(place)}{legend}{source}</svg>\n"
    )


def _legend(drawn: AreaMap, top: int) -> tuple[str, int]:
    """What the bounds are of, one line a class, the territory laid over; and where they end."""
    lines = [f'<text x="0" y="{top}">{escape(drawn.legend_title)}</text>']
    y = top
    for line in drawn.legend():
        y += _LINE
        lines.append(
            f'<rect class="swatch {line.key}"{line.fill} y="{y - 80}" width="160" height="100"/>'
            f'<text x="220" y="{y}">{escape(line.label)} ({line.count})</text>'
        )
    if drawn.around:
        y += _LINE
        lines.append(
            f'<path class="around" d="M0 {y - 30}h160"/>'
            f'<text x="220" y="{y}">{escape(drawn.around_name)}</text>'
        )
    return f'<g class="map">{"".join(lines)}</g>', y


def _wrapped(text: str, sheet: Sheet) -> list[str]:
    """The text in lines that the paper holds; none of no text."""
    if not text:
        return []
    most = sheet.width // _LETTER
    lines = [""]
    for word in text.split(" "):
        if len(lines[-1]) + len(word) >= most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


@cache
def _style() -> str:
    """The style sheet of maps, with the light colours of the site in place of their names."""
    tokens = (_STATIC / "tokens.css").read_text(encoding="utf-8").partition("@media")[0]
    colours = dict(_TOKEN.findall(tokens))
    rules = (_STATIC / "map.css").read_text(encoding="utf-8")
    return _USE.sub(lambda found: colours[found[1]], rules)
