"""Figures as they are written: integers in, text out, never a float on the way.

Amounts are integer cents. In euros they are written to the cent; in thousands and millions they
are rounded half up, away from zero. ``0`` is said by somebody; ``—`` (:data:`SILENT`) by nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import get_language, ngettext

SILENT = "—"
MINUS = "\u2212"
NARROW_SPACE = "\u202f"
SPACE = "\u00a0"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class Unit(StrEnum):
    """What one is in a column of amounts. The value is what addresses carry (``?unite=keur``)."""

    EURO = "eur"
    THOUSAND = "keur"
    MILLION = "meur"

    @property
    def cents(self) -> int:
        """How many cents one unit is worth."""
        return {Unit.EURO: 100, Unit.THOUSAND: 100_000, Unit.MILLION: 100_000_000}[self]

    @property
    def decimals(self) -> int:
        """How many are written; never none, so that a small amount is not read as zero."""
        return {Unit.EURO: 2, Unit.THOUSAND: 1, Unit.MILLION: 2}[self]


@dataclass(frozen=True, slots=True)
class Style:
    """How one language writes numbers."""

    thousands: str
    point: str
    symbols: tuple[str, str, str]
    symbol_first: bool

    def symbol(self, unit: Unit) -> str:
        """The unit's name in a header: ``k€``."""
        return self.symbols[list(Unit).index(unit)]


FRENCH = Style(NARROW_SPACE, ",", ("€", "k€", "M€"), symbol_first=False)
ENGLISH = Style(",", ".", ("€", "€k", "€M"), symbol_first=True)


def style(language: str | None = None) -> Style:
    """The style of that language, by default the reader's."""
    return ENGLISH if (language or get_language() or "fr").startswith("en") else FRENCH


def unit_from(text: str | None, default: Unit = Unit.THOUSAND) -> Unit:
    """The unit an address asks for; the default where it asks for none that exists."""
    try:
        return Unit(text or "")
    except ValueError:
        return default


def rounded(numerator: int, denominator: int) -> int:
    """The nearest integer to a positive quotient, halves up."""
    return (2 * numerator + denominator) // (2 * denominator)


def integer(value: int, written: Style | None = None) -> str:
    """``1 234``."""
    written = written or style()
    text = f"{abs(value):,}".replace(",", written.thousands)
    return MINUS + text if value < 0 else text


def amount(cents: int | None, unit: Unit = Unit.EURO, written: Style | None = None) -> str:
    """``1 234,56``: the unit is said once, by the table. Zero is ``0``, silence is ``—``."""
    if cents is None:
        return SILENT
    if cents == 0:
        return "0"
    written = written or style()
    scale = 10**unit.decimals
    whole, part = divmod(rounded(abs(cents) * scale, unit.cents), scale)
    sign = MINUS if cents < 0 else ""
    digits = f"{whole:,}".replace(",", written.thousands)
    return f"{sign}{digits}{written.point}{part:0{unit.decimals}d}"


def money(cents: int | None, unit: Unit = Unit.EURO, written: Style | None = None) -> str:
    """``1 234,56 €``: an amount that stands alone says its unit."""
    if cents is None:
        return SILENT
    written = written or style()
    text, symbol = amount(cents, unit, written), written.symbol(unit)
    if not written.symbol_first:
        return f"{text}{SPACE}{symbol}"
    sign = MINUS if text.startswith(MINUS) else ""
    return f"{sign}{symbol[0]}{text.removeprefix(MINUS)}{symbol[1:]}"


def decimal_euros(cents: int) -> str:
    """``-1234.56``: for machines."""
    euros, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{euros}.{part:02d}"


def percent(numerator: int | None, denominator: int | None, written: Style | None = None) -> str:
    """``45,3 %``. Without numerator or denominator there is no rate: ``—``."""
    if numerator is None or not denominator:
        return SILENT
    written = written or style()
    negative = (numerator < 0) != (denominator < 0) and numerator != 0
    whole, part = divmod(rounded(abs(numerator) * 1000, abs(denominator)), 10)
    digits = f"{whole:,}".replace(",", written.thousands)
    sign = MINUS if negative else ""
    return f"{sign}{digits}{written.point}{part}" + ("%" if written.symbol_first else f"{SPACE}%")


def day(value: date | None, written: Style | None = None) -> str:
    """``31/12/2024``, in English ``31 Dec 2024``."""
    if value is None:
        return SILENT
    if (written or style()).symbol_first:
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return f"{value.day:02d}/{value.month:02d}/{value.year}"


def unread(cells: int) -> str:
    """« 3 cellules non lues »."""
    text = ngettext("%(cells)s cellule non lue", "%(cells)s cellules non lues", cells)
    return text % {"cells": integer(cells)}
