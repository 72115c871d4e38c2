"""Properties of amounts: what was typed is read, to the cent; what cannot be told is not read."""

from __future__ import annotations

import datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from beffroi.returns.reading.amounts import LARGEST, SILENT, AmountRead, read_amount
from beffroi.returns.reading.units import UNITS

cents_of_any_size = st.integers(-(10**15) + 1, 10**15 - 1) | st.integers(-(10**6), 10**6)
units = st.sampled_from(sorted(UNITS))
spaces = st.sampled_from([" ", "\u00a0", "\u202f", "\u2009", "\u2007"])
EURO_SUFFIXES = ("", " €", "€", "\u00a0€", " euros", "euros", " EUR", " € HT", " € TTC", " HT")
FAULTS = {"not_a_number", "ambiguous_number", "error_cell", "other_currency"}
DOUBTS = {"", "rounded_cell", "three_decimals"}


def french(cents: int, group: str, comma: str = ",") -> str:
    """Euros and cents, without sign: ``1 234,56``."""
    euros, rest = divmod(abs(cents), 100)
    return f"{euros:,}".replace(",", group) + f"{comma}{rest:02d}"


SIGNS = {
    "-{}": True,
    "- {}": True,
    "−{}": True,
    "({})": True,
    "{}-": True,
    "{}": False,
    "+{}": False,
    "  {} ": False,
}


@given(cents_of_any_size, spaces | st.just(""), st.sampled_from(EURO_SUFFIXES), st.data())
def test_every_french_writing_reads_back(
    cents: int, group: str, suffix: str, data: st.DataObject
) -> None:
    signs = [sign for sign, is_negative in SIGNS.items() if is_negative == (cents < 0)]
    sign = data.draw(st.sampled_from(signs))
    text = sign.format(french(cents, group)) if "{}-" not in sign else f"{french(cents, group)}-"
    assert read_amount(f"{text}{suffix}", "€") == AmountRead(cents)


@given(st.integers(0, 10**15 - 1))
@example(0)
@example(123456)
def test_other_writings_that_leave_no_doubt(cents: int) -> None:
    euros, rest = divmod(cents, 100)
    written = [
        french(cents, "."),  # 1.234,56
        french(cents, ",", "."),  # 1,234.56
        french(cents, "'"),
        french(cents, "’"),
        f"{euros},{rest:02d}",
        f"{euros}.{rest:02d}",
        f"{french(cents, ' ')}\n",
        f"\u00a0{french(cents, chr(0x202F))}\u00a0€\u00a0",
    ]
    if rest == 0:
        written += [str(euros), f"{euros:,}".replace(",", "\u202f"), f"{euros} €"]
    if rest % 10 == 0:
        written.append(f"{euros},{rest // 10}")
    for text in written:
        assert read_amount(text, "€") == AmountRead(cents), text


@given(st.integers(0, 10**12))
def test_a_cell_that_states_its_unit_is_in_that_unit(cents: int) -> None:
    for unit, factor in (("k€", 1_000), ("M€", 1_000_000), ("€", 1)):
        written = f"{Decimal(cents) / 100 / factor:f}".replace(".", ",")
        for sheet_unit in ("€", "k€", "M€", "Md€"):
            read = read_amount(f"{written} {unit}", sheet_unit)
            assert read.cents == cents
            assert read.doubt in ({"", "three_decimals"} if factor == 1 else {""})


@given(cents_of_any_size)
@example(10**15 - 1)
@example(29)  # 0.29 * 100 is 28.999999999999996
@example(-(10**15) + 1)
def test_euros_stored_as_floats_are_exact(cents: int) -> None:
    assert read_amount(float(Decimal(cents) / 100), "€") == AmountRead(cents)


@given(cents_of_any_size, units)
def test_floats_of_any_unit_are_exact(cents: int, unit: str) -> None:
    stored = float(Decimal(cents) / 100 / UNITS[unit])
    assert read_amount(stored, unit) == AmountRead(cents)


@given(st.integers(-(10**11), 10**11), st.integers(1, 8), units)
@example(5, 3, "€")
@example(-5, 3, "€")
@example(1005, 3, "€")  # 1.005 is stored as 1.00499999999999989…
@example(15, 6, "k€")
@example(-15, 6, "k€")
def test_numbers_round_half_up_as_typed(digits: int, decimals: int, unit: str) -> None:
    typed = Decimal(digits).scaleb(-decimals)
    exact = typed * UNITS[unit] * 100
    cents = int(exact.to_integral_value(ROUND_HALF_UP))
    assume(abs(cents) < 10**15)
    doubt = "" if cents == exact else "rounded_cell"
    assert read_amount(float(typed), unit) == AmountRead(cents, doubt=doubt)


@given(st.integers(0, 10**11), st.integers(4, 9), units)
def test_texts_round_half_up_as_typed(digits: int, decimals: int, unit: str) -> None:
    typed = Decimal(digits).scaleb(-decimals)
    exact = typed * UNITS[unit] * 100
    cents = int(exact.to_integral_value(ROUND_HALF_UP))
    assume(abs(cents) <= LARGEST)
    doubt = "" if cents == exact else "rounded_cell"
    text = f"{typed:f}".replace(".", ",")
    assert read_amount(text, unit) == AmountRead(cents, doubt=doubt)


@given(st.integers(-(10**9), 10**9), st.sampled_from(["+", "-"]))
def test_the_noise_of_sums_is_no_rounding(cents: int, direction: str) -> None:
    """0.1 + 0.2 is 0.30000000000000004: nobody typed that."""
    value = cents / 100
    noisy = value + (1 if direction == "+" else -1) * abs(value) * 2**-52
    assert read_amount(noisy, "€") == AmountRead(cents)


# What is no amount


@given(st.text(max_size=30), units)
def test_garbage_is_silent_or_said(text: str, unit: str) -> None:
    check_sound(read_amount(text, unit))


@given(
    st.text(alphabet="0123456789.,  \u00a0\u202f-−+()€kKmMEURht#/%'’", max_size=20),
    units,
)
def test_what_looks_like_an_amount_is_read_or_said(text: str, unit: str) -> None:
    read = read_amount(text, unit)
    check_sound(read)
    if read.cents is not None:
        digits = "".join(letter for letter in text if letter.isdigit()).lstrip("0")
        kept = str(abs(read.cents)).rstrip("0")
        assert digits.startswith(kept) or read.doubt, (text, read)


@given(st.floats(), units)
def test_any_number_is_read_or_said(value: float, unit: str) -> None:
    check_sound(read_amount(value, unit))


@given(st.booleans() | st.dates() | st.datetimes() | st.times() | st.timedeltas(), units)
def test_what_is_typed_as_something_else_is_no_amount(
    value: bool | datetime.date | datetime.time | datetime.timedelta, unit: str
) -> None:
    assert read_amount(value, unit) == AmountRead(fault="not_a_number")


@given(st.integers(LARGEST + 1, LARGEST * 10**6))
def test_beyond_the_largest_there_is_no_amount(cents: int) -> None:
    assert read_amount(french(cents, " "), "€").fault == "not_a_number"
    assert read_amount(cents / 10, "€").fault == "not_a_number"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        *((text, "ambiguous_number") for text in ("1.234", "12.345", "999.000", "1.234.56")),
        *((text, "ambiguous_number") for text in ("1,234,56", "12 34", "1 2345", "1,2,3")),
        *((text, "not_a_number") for text in ("à préciser", "n.c.", "12 rue", "1e5", "0x1F")),
        *((text, "other_currency") for text in ("12 $", "£12", "CHF 12", "12 k£", "US$ 1,200.00")),
        *((text, "not_a_number") for text in ("10 %", "1/2", "--1", "12 €/m²", "inf")),
        *((text, "error_cell") for text in ("#REF!", "#DIV/0!", "#N/A", "Err:502", "#NOM?")),
    ],
)
def test_texts_that_are_not_read(text: str, fault: str) -> None:
    assert read_amount(text, "€") == AmountRead(fault=fault)


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "-", "–", "—", "/", " - ", "\n"])
def test_silent_cells(text: str) -> None:
    assert read_amount(text, "€") is SILENT


def check_sound(read: AmountRead) -> None:
    """Read, silent, or in fault: never two of them."""
    assert read.cents is None or not read.fault
    assert read.cents is None or abs(read.cents) <= LARGEST
    assert read.fault in FAULTS | {""}
    assert read.doubt in DOUBTS
