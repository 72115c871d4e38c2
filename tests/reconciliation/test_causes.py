"""Causes of gaps: each is found where it is, tried from the surest to the loosest."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beffroi.reconciliation.causes import (
    TOLERANCE,
    Cause,
    Claim,
    Own,
    Status,
    cause_of,
    status_of,
)

D23, D24 = datetime.date(2023, 12, 31), datetime.date(2024, 12, 31)
CENTS = st.integers(1, 10**13)


@pytest.mark.parametrize(
    ("claim", "own", "status", "cause"),
    [
        (Claim(100_00), None, Status.UNCONFIRMED, Cause.NONE),
        (Claim(100_00), Own(100_00), Status.EQUAL, Cause.NONE),
        (Claim(247_792_01), Own(247_800_00), Status.ROUNDING, Cause.ROUNDING),
        (Claim(100_000_00), Own(0, unread=1), Status.OWN_UNREAD, Cause.UNREAD),
        (
            Claim(900_000_00),
            Own(700_000_00, elsewhere={"programmed": 900_000_00}),
            Status.DIFFERS,
            Cause.STAGE,
        ),
        (
            Claim(500_000_00, D24),
            Own(700_000_00, on=D24, history={D23: 500_000_00, D24: 700_000_00}),
            Status.DIFFERS,
            Cause.DATE,
        ),
        (Claim(200_000_00), Own(100_000_00), Status.DIFFERS, Cause.DUPLICATE),
        (
            Claim(130_000_00),
            Own(180_000_00, lines=[130_000_00, 50_000_00]),
            Status.DIFFERS,
            Cause.LINES,
        ),
        (
            Claim(100_000_00, costs=(1_000_000_00, 1_150_000_00)),
            Own(115_000_00),
            Status.DIFFERS,
            Cause.PRICE,
        ),
        (
            Claim(100_000_00, measures=frozenset({1})),
            Own(160_000_00, measures=frozenset({2})),
            Status.DIFFERS,
            Cause.OBJECTIVE,
        ),
        (Claim(100_000_00), Own(160_000_00), Status.DIFFERS, Cause.UNEXPLAINED),
    ],
)
def test_what_a_claim_is_worth_and_why(
    claim: Claim, own: Own | None, status: Status, cause: Cause
) -> None:
    assert status_of(claim, own) == status
    assert cause_of(claim, own) == cause


@given(CENTS, st.integers(-10 * TOLERANCE, 10 * TOLERANCE))
def test_the_tolerance_is_to_the_cent(own: int, gap: int) -> None:
    status = status_of(Claim(own + gap), Own(own))
    if gap == 0:
        assert status == Status.EQUAL
    else:
        assert (status == Status.ROUNDING) == (abs(gap) <= TOLERANCE)


@given(CENTS, CENTS)
def test_a_gap_has_a_cause_and_what_is_equal_has_none(claim: int, own: int) -> None:
    assert (cause_of(Claim(claim), Own(own)) == Cause.NONE) == (claim == own)
