"""``{% load ui %}``: the components, in templates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.utils import timezone
from django.utils.safestring import SafeString

from beffroi.ui import figures, marks, tables
from beffroi.ui.charts import drawing
from beffroi.ui.charts.declaring import Chart
from beffroi.ui.columns import Table
from beffroi.ui.components import Choice, Elapsed, Fact, Link, Progress, Source
from beffroi.ui.figures import Unit
from beffroi.ui.maps import AreaMap

register = template.Library()


@register.simple_tag
def table(value: Table) -> SafeString:
    """A :class:`Table`."""
    return tables.draw(value)


@register.inclusion_tag("ui/components/map.html", name="map")
def area_map(value: AreaMap, beside: Table | None = None) -> dict[str, Any]:
    """An :class:`AreaMap` with its legend, and a small table beside it."""
    return {"map": value, "beside": beside}


@register.simple_tag
def chart(value: Chart) -> SafeString:
    """A :class:`Chart`, and its table one key away."""
    return drawing.draw(value)


@register.simple_tag
def money(cents: int | None, unit: Unit | str = Unit.EURO) -> SafeString:
    """An amount that stands alone: ``{% money cents "keur" %}``."""
    return marks.money(cents, Unit(unit))


@register.simple_tag
def rate(
    numerator: int | None, denominator: int | None, unit: Unit | str = Unit.EURO
) -> SafeString:
    """A rate with what it is made of."""
    return marks.rate(numerator, denominator, Unit(unit))


@register.simple_tag
def unread(cells: int) -> SafeString:
    """« n cellules non lues », or nothing."""
    return SafeString(marks.unread(cells))


@register.simple_tag
def status(name: str) -> SafeString:
    """A status in words."""
    return marks.badge(name)


@register.simple_tag
def fictitious() -> SafeString:
    """The mark of what is not real."""
    return marks.fictitious()


@register.filter
def day(value: date | None) -> str:
    """A date, or the day of a moment, as it is written everywhere."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return figures.day(value)


@register.filter
def number(value: int) -> str:
    """A count as it is written everywhere."""
    return figures.integer(value)


@register.inclusion_tag("ui/components/breadcrumbs.html")
def breadcrumbs(trail: Sequence[Link]) -> dict[str, Any]:
    """Where one is; the last step is the page itself."""
    return {"before": list(trail)[:-1], "here": trail[-1] if trail else None}


@register.inclusion_tag("ui/components/tabs.html")
def tabs(links: Sequence[Link], label: str) -> dict[str, Any]:
    """The pages of one object."""
    return {"links": links, "label": label}


@register.inclusion_tag("ui/components/switch.html")
def switch(choices: Sequence[Choice], label: str) -> dict[str, Any]:
    """A few answers to one question, each its own address."""
    return {"choices": choices, "label": label}


@register.inclusion_tag("ui/components/facts.html")
def facts(items: Sequence[Fact]) -> dict[str, Any]:
    """A list of facts, each with its status and its source."""
    return {"items": items}


@register.inclusion_tag("ui/components/provenance.html")
def provenance(source: Source) -> dict[str, Any]:
    """Where something comes from, in one line."""
    return {"source": source}


@register.inclusion_tag("ui/components/elapsed.html")
def elapsed(period: Elapsed, bars: Sequence[Progress] = ()) -> dict[str, Any]:
    """The elapsed-time line, and rates drawn against it."""
    return {"period": period, "bars": bars}


@register.simple_tag
def progress_rate(bar: Progress) -> SafeString:
    """The rate of a bar, in words."""
    written = figures.style()
    return SafeString(
        marks.percent(bar.rate, bar.unit, written)
        + f" <small>{marks.parts(bar.rate, bar.unit, written)}</small>"
    )


@register.inclusion_tag("ui/components/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A field with its label, hint and errors, tied together for screen readers."""
    return {
        "bound": bound,
        "box": getattr(bound.field.widget, "input_type", "") == "checkbox",
        "group": bound.field.widget.use_fieldset,
    }


@register.inclusion_tag("ui/components/purpose.html")
def purpose(text: str) -> dict[str, Any]:
    """« À quoi sert cette page », in two or three plain sentences, closed until it is asked."""
    return {"text": text}


@register.inclusion_tag("ui/components/pager.html", takes_context=True)
def pager(context: dict[str, Any], page: Page[Any]) -> dict[str, Any]:
    """Pages of a long list; the rest of the address is kept."""
    return {"page": page, "request": context.get("request")}
