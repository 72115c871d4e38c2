"""Properties of dates: every usual writing reads back, and what is no date is not one."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from beffroi.returns.reading.dates import read_date

MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
EXCEL_EPOCH = datetime.date(1899, 12, 30)
plausible = st.dates(datetime.date(1960, 1, 1), datetime.date(2099, 12, 31))


@given(plausible)
def test_every_usual_writing_reads_back(date: datetime.date) -> None:
    month = MONTHS[date.month - 1]
    for written in (
        f"{date:%d/%m/%Y}",
        f"{date.day}/{date.month}/{date.year}",
        f"{date:%d-%m-%Y}",
        f"{date:%d.%m.%Y}",
        f" {date:%d/%m/%Y}\u00a0",
        f"{date:%d/%m/%Y} 00:00:00",
        f"{date:%d/%m/%Y} 9:30",
        f"{date:%Y-%m-%d}",
        f"{date:%Y/%m/%d}",
        f"{date:%Y-%m-%d}T08:15:00Z",
        f"{date:%Y-%m-%d} 00:00:00",
        f"{date.day} {month} {date.year}",
        f"{date.day:02d} {month.upper()} {date.year}",
        f"le {date.day} {month} {date.year}",
        f"{DAYS[date.weekday()]} {date.day} {month} {date.year}",
        f"{date.day}-{month}-{date.year}",
    ):
        assert read_date(written) == date, written


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)))
def test_two_digits_of_a_year_are_of_this_century(date: datetime.date) -> None:
    assert read_date(f"{date:%d/%m/%y}") == date


@given(plausible)
def test_typed_dates_are_themselves(date: datetime.date) -> None:
    assert read_date(date) == date
    assert read_date(datetime.datetime(date.year, date.month, date.day, 23, 59)) == date  # noqa: DTZ001
    assert read_date(float((date - EXCEL_EPOCH).days)) == date


@pytest.mark.parametrize(
    "text",
    [
        *("31/02/2024", "29/02/2023", "32/01/2024", "12/13/2024", "00/01/2024", "2024-13-01"),
        *("à venir", "2024", "T2 2024", "1er trimestre 2024", "31 brumaire 2024", "12/2024"),
        *("07/11/2017\nSolde en 2018", "", " ", "-", "31/12/20245", "٣١/١٢/٢٠٢٤x"),
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert read_date(text) is None


def test_the_first_of_a_month() -> None:
    assert read_date("1er janvier 2024") == datetime.date(2024, 1, 1)
    assert read_date("le 1er févr. 2024") == datetime.date(2024, 2, 1)


@given(
    st.text(max_size=30)
    | st.text(alphabet="0123456789/-. Tteranvil", max_size=14)
    | st.floats()
    | st.integers()
    | st.booleans()
    | st.times()
    | st.timedeltas()
)
@example(float("inf"))
@example(float("-inf"))
@example(float("nan"))
@example(10**400)
def test_garbage_is_never_a_traceback(
    value: str | float | int | bool | datetime.time | datetime.timedelta,
) -> None:
    read = read_date(value)
    assert read is None or isinstance(read, datetime.date)
