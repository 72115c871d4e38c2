"""The pure specification of the ledger, held to its own laws."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from beffroi.ledger.positions import (
    SILENT,
    Key,
    Stated,
    Value,
    entries,
    excludes,
    position,
    retirements,
)

DAYS = [datetime.date(2023, 12, 31), datetime.date(2024, 6, 30), datetime.date(2024, 12, 31)]
KEYS = [Key(1), Key(2), Key(1, year=2023), Key(1, year=2024), Key(1, scheme="DSIL"), Key(None)]

said = st.dictionaries(
    st.sampled_from(KEYS),
    st.builds(Value, st.integers(-(10**12), 10**12), st.integers(0, 3), st.just(1)),
    min_size=1,
    max_size=3,
)
histories = st.lists(st.tuples(said, st.sampled_from(DAYS)), min_size=1, max_size=7)


def replay(history):
    """Post a history, one return after another; give back statements and entries by posting."""
    statements, written = [], []
    for number, (values, on) in enumerate(history, 1):
        new = [Stated(key, on, number, value) for key, value in values.items()]
        new += retirements(statements, values, on, number)
        written += [(number, *entry) for entry in entries(statements, new)]
        statements += new
    return statements, written


@given(histories)
def test_entries_add_up_to_the_position_at_every_date_and_knowledge(history):
    statements, written = replay(history)
    for au in [*DAYS, datetime.date(2023, 1, 1), datetime.date(2024, 9, 1)]:
        for connu in range(len(history) + 1):
            expected = {k: v for k, v in position(statements, au, connu).items() if v != SILENT}
            added = {}
            for number, key, on, difference in written:
                if number <= connu and on <= au:
                    added[key] = added.get(key, SILENT) + difference
            assert {k: v for k, v in added.items() if v != SILENT} == expected


@given(histories)
def test_what_was_known_stays_as_it_was(history):
    before, _ = replay(history[:-1])
    after, _ = replay(history)
    for au in DAYS:
        for connu in range(len(history)):
            assert position(before, au, connu) == position(after, au, connu)


@given(histories)
def test_the_last_return_says_exactly_what_it_said_at_its_date(history):
    statements, _ = replay(history)
    values, on = history[-1]
    now = position(statements, on, len(history))
    assert {key: now[key] for key in values} == values
    standing = [key for key, value in now.items() if value.said and key not in values]
    assert not any(excludes(values, key) for key in standing)


def test_a_back_dated_correction_makes_two_opposite_entries():
    first = [
        Stated(Key(1), DAYS[0], 1, Value(100, 0, 1)),
        Stated(Key(1), DAYS[2], 2, Value(300, 0, 1)),
    ]
    correction = [Stated(Key(1), DAYS[1], 3, Value(150, 0, 1))]
    assert entries(first, correction) == [
        (Key(1), DAYS[1], Value(50, 0, 0)),
        (Key(1), DAYS[2], Value(-50, 0, 0)),
    ]


def test_years_retire_the_lump_sum_and_conversely():
    lump = [Stated(Key(1), DAYS[0], 1, Value(100, 0, 1))]
    years = {Key(1, year=2023): Value(60, 0, 1), Key(1, year=2024): Value(40, 0, 1)}
    assert retirements(lump, years, DAYS[2], 2) == [Stated(Key(1), DAYS[2], 2, SILENT)]
    by_year = [Stated(key, DAYS[0], 1, value) for key, value in years.items()]
    retired = retirements(by_year, {Key(1): Value(120, 0, 1)}, DAYS[2], 2)
    assert {statement.key for statement in retired} == set(years)


def test_another_measure_retires_the_earlier_one():
    first = [Stated(Key(1), DAYS[0], 1, Value(100, 0, 1))]
    assert retirements(first, {Key(None): Value(100, 0, 1)}, DAYS[2], 2) == [
        Stated(Key(1), DAYS[2], 2, SILENT)
    ]


def test_another_year_of_the_same_measure_is_other_money():
    first = [Stated(Key(1, year=2023), DAYS[0], 1, Value(100, 0, 1))]
    assert retirements(first, {Key(1, year=2024): Value(50, 0, 1)}, DAYS[2], 2) == []


def test_a_late_return_falls_silent_where_a_later_one_charged_elsewhere():
    later = [Stated(Key(2), DAYS[2], 1, Value(300, 0, 1))]
    values = {Key(1): Value(100, 0, 1)}
    assert retirements(later, values, DAYS[0], 2) == [Stated(Key(1), DAYS[2], 2, SILENT)]
