"""Figures: what is written can be read back to the same cents."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from beffroi.ui import figures
from beffroi.ui.figures import ENGLISH, FRENCH, Style, Unit

CENTS = st.integers(min_value=-(10**17), max_value=10**17)
STYLES = st.sampled_from([FRENCH, ENGLISH])
UNITS = st.sampled_from(list(Unit))


def as_decimal(text: str, written: Style) -> Decimal:
    """What a reader understands."""
    plain = text.replace(figures.MINUS, "-").replace(written.thousands, "")
    return Decimal(plain.replace(written.point, "."))


@given(CENTS, STYLES)
def test_euros_read_back_to_the_same_cents(cents: int, written: Style) -> None:
    assert as_decimal(figures.amount(cents, Unit.EURO, written), written) * 100 == cents


@given(CENTS, UNITS, STYLES)
def test_every_unit_is_rounded_half_up(cents: int, unit: Unit, written: Style) -> None:
    shown = as_decimal(figures.amount(cents, unit, written), written)
    step = Decimal(1).scaleb(-unit.decimals)
    assert shown == (Decimal(cents) / unit.cents).quantize(step, ROUND_HALF_UP)


@given(CENTS)
def test_machines_read_the_same_cents(cents: int) -> None:
    assert Decimal(figures.decimal_euros(cents)) * 100 == cents


@given(CENTS.filter(bool), UNITS, STYLES)
def test_zero_is_written_by_zero_alone(cents: int, unit: Unit, written: Style) -> None:
    assert figures.amount(cents, unit, written) not in {"0", figures.SILENT}


@pytest.mark.parametrize(
    ("cents", "unit", "french", "english"),
    [
        (123_456_789, Unit.EURO, "1 234 567,89 €", "€1,234,567.89"),
        (-123_456_789, Unit.EURO, "−1 234 567,89 €", "−€1,234,567.89"),
        (123_456_789, Unit.THOUSAND, "1 234,6 k€", "€1,234.6k"),
        (1_234_500_000, Unit.MILLION, "12,35 M€", "€12.35M"),
        (0, Unit.THOUSAND, "0 k€", "€0k"),
        (None, Unit.THOUSAND, "—", "—"),
    ],
)
def test_money_as_each_language_writes_it(
    cents: int | None, unit: Unit, french: str, english: str
) -> None:
    assert plain_spaces(figures.money(cents, unit, FRENCH)) == french
    assert plain_spaces(figures.money(cents, unit, ENGLISH)) == english


def plain_spaces(text: str) -> str:
    return text.replace(figures.NARROW_SPACE, " ").replace(figures.SPACE, " ")


def test_thousands_are_parted_by_a_narrow_space_that_does_not_break() -> None:
    assert figures.amount(100_000_000, Unit.EURO, FRENCH) == "1\u202f000\u202f000,00"


@given(CENTS, CENTS.filter(bool), STYLES)
def test_rates_are_rounded_half_up(numerator: int, denominator: int, written: Style) -> None:
    shown = figures.percent(numerator, denominator, written).rstrip("%").rstrip(figures.SPACE)
    exact = Decimal(rounded_away(numerator * 1000, denominator)) / 10
    assert as_decimal(shown, written) == exact


def rounded_away(numerator: int, denominator: int) -> int:
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    return sign * ((abs(numerator) * 2 + abs(denominator)) // (2 * abs(denominator)))


@pytest.mark.parametrize(("numerator", "denominator"), [(None, 1), (1, None), (1, 0)])
def test_no_rate_without_its_two_terms(numerator: int | None, denominator: int | None) -> None:
    assert figures.percent(numerator, denominator) == figures.SILENT


def test_the_reader_s_language_is_the_default() -> None:
    with override("en"):
        assert figures.day(date(2024, 12, 31)) == "31 Dec 2024"
        assert figures.unread(1) == "1 cell not read"
    with override("fr"):
        assert figures.day(date(2024, 2, 1)) == "01/02/2024"
        assert figures.unread(3) == "3 cellules non lues"


def test_an_unknown_unit_in_an_address_is_the_default() -> None:
    assert figures.unit_from("meur") is Unit.MILLION
    assert figures.unit_from("livres") is Unit.THOUSAND
    assert figures.unit_from(None) is Unit.THOUSAND
