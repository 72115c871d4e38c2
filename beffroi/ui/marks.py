"""Small pieces of HTML, the same everywhere: an amount, a rate, a status, what is unread."""

from __future__ import annotations

from datetime import date

from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from beffroi.ui import figures
from beffroi.ui.columns import Rate
from beffroi.ui.figures import Style, Unit
from beffroi.ui.statuses import status


def silent() -> str:
    """Nobody said anything."""
    return (
        f'<span class="silent"><span aria-hidden="true">{figures.SILENT}</span>'
        f'<span class="unseen">{_("non renseigné")}</span></span>'
    )


def choice(name: str, value: str, label: str) -> str:
    """A box to tick for one line."""
    return (
        f'<input type="checkbox" name="{escape(name)}" value="{escape(value)}"'
        f' aria-label="{escape(label)}">'
    )


def exact(cents: int, unit: Unit, written: Style) -> str:
    """The amount to the cent where the one shown is rounded; nothing where it is exact already."""
    return "" if unit is Unit.EURO or cents == 0 else figures.money(cents, Unit.EURO, written)


def amount(cents: int, unit: Unit, written: Style, *, titled: bool = True) -> str:
    """An amount in a column, its cents kept for machines and for the pointer."""
    title = exact(cents, unit, written) if titled else ""
    shown = figures.amount(cents, unit, written)
    attribute = f' title="{title}"' if title else ""
    return f'<data value="{figures.decimal_euros(cents)}"{attribute}>{shown}</data>'


def money(cents: int | None, unit: Unit) -> SafeString:
    """An amount in a sentence, with its unit."""
    if cents is None:
        return mark_safe(silent())
    written = figures.style()
    title = exact(cents, unit, written)
    return format_html(
        '<data class="money" value="{}"{}>{}</data>',
        figures.decimal_euros(cents),
        format_html(' title="{}"', title) if title else "",
        figures.money(cents, unit, written),
    )


def parts(rate: Rate, unit: Unit, written: Style) -> str:
    """« 4 530,0 k€ sur 10 000,0 k€ »: what a rate is made of."""

    def part(value: int | None) -> str:
        if value is None:
            return figures.SILENT
        return figures.money(value, unit, written) if rate.money else figures.integer(value)

    return _("%(numerator)s sur %(denominator)s") % {
        "numerator": part(rate.numerator),
        "denominator": part(rate.denominator),
    }


def percent(rate: Rate, unit: Unit, written: Style) -> str:
    """A rate in a column, what it is made of under the pointer; none is said so."""
    if rate.numerator is None or not rate.denominator:
        why = _("pas de taux : il manque le numérateur ou le dénominateur")
        return (
            f'<span class="silent"><span aria-hidden="true">{figures.SILENT}</span>'
            f'<span class="unseen">{why}</span></span>'
        )
    shown = figures.percent(rate.numerator, rate.denominator, written)
    return f'<span title="{escape(parts(rate, unit, written))}">{shown}</span>'


def rate(numerator: int | None, denominator: int | None, unit: Unit) -> SafeString:
    """A rate in a sentence, with what it is made of."""
    made_of = Rate(numerator, denominator)
    written = figures.style()
    if numerator is None or not denominator:
        return format_html(
            '<span class="rate">{} <small>{}</small></span>',
            _("pas de taux"),
            parts(made_of, unit, written),
        )
    return format_html(
        '<span class="rate"><strong>{}</strong> <small>{}</small></span>',
        figures.percent(numerator, denominator, written),
        parts(made_of, unit, written),
    )


def unread(cells: int) -> str:
    """How many cells beneath could not be read; nothing where all were."""
    return f'<small class="unread">{figures.unread(cells)}</small>' if cells else ""


def badge(name: str) -> SafeString:
    """A status in words."""
    found = status(name)
    return format_html(
        '<span class="badge {}"><span aria-hidden="true">{}</span> {}</span>',
        found.tone,
        found.sign,
        found.label,
    )


def sign(name: str) -> str:
    """A status in a narrow place: its sign, its word under the pointer and for screen readers."""
    if not name:
        return ""
    found = status(name)
    label = escape(found.label)
    return (
        f'<span class="sign {found.tone}" title="{label}">'
        f'<span aria-hidden="true">{found.sign}</span><span class="unseen">{label}</span></span>'
    )


def fictitious() -> SafeString:
    """What stands beside anything that is not real."""
    return format_html('<span class="fictitious-mark">{}</span>', _("Données fictives"))


def plain(value: str | Promise | int | date | None, written: Style) -> str:
    """A text, a count or a date; silence is marked."""
    if value is None or value == "":
        return silent()
    if isinstance(value, date):
        return f'<time datetime="{value:%Y-%m-%d}">{figures.day(value, written)}</time>'
    if isinstance(value, int):
        return figures.integer(value, written)
    return escape(value)
