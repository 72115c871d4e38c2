"""Rules against what is known: each rings on what it names, and on nothing else."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pytest

from beffroi.returns.checking import KnownContract, Said, checked, checked_against_past
from beffroi.returns.reading import Amount, Line, Reading

DAY = datetime.date(2024, 6, 1)


def line(
    row: int,
    *amounts: Amount,
    objective: str | None = "I.1",
    date: datetime.date | None = None,
) -> Line:
    return Line("S", row, f"c{row}", f"t{row}", "", "", "", "", objective, "I", amounts, date=date)


def said(cell: str, cents: int | None, stage: str = "programmed", **more: object) -> Amount:
    return Amount(stage, "etat", cents, cell, "", **more)  # type: ignore[arg-type]


def reading(*lines: Line) -> Reading:
    return Reading("m", "etat", "€", lines, [], [], columns={"S": {"date": "J"}})


def told(findings: Sequence[object]) -> list[tuple[str, str]]:
    return [(f.where, f.kind) for f in findings]  # type: ignore[attr-defined]


CONTRACT = KnownContract(
    start=datetime.date(2021, 1, 1),
    end=datetime.date(2027, 12, 31),
    envelopes={("I.1", "etat"): 1_000, ("I", "etat"): 1_500},
    within={"I.1": ["I.1", "I"], "I.2": ["I.2", "I"], "I": ["I"]},
)


@pytest.mark.parametrize(
    ("date", "rings"),
    [
        (datetime.date(2020, 12, 31), True),
        (datetime.date(2021, 1, 1), False),
        (datetime.date(2027, 12, 31), False),
        (datetime.date(2028, 1, 1), True),
        (None, False),
    ],
)
def test_a_date_is_held_to_the_contract(date: datetime.date | None, rings: bool) -> None:
    found = checked(reading(line(7, date=date)), CONTRACT)
    assert told(found) == ([("S!J7", "date_outside_contract")] if rings else [])


def test_a_contract_without_bounds_holds_no_date() -> None:
    long_ago = datetime.date(1900, 1, 1)
    assert checked(reading(line(7, date=long_ago)), KnownContract()) == []


def test_the_envelope_of_a_node_and_of_those_above_it() -> None:
    exceeded = reading(line(1, said("D1", 400)), line(2, said("D2", 601)))
    assert told(checked(exceeded, CONTRACT)) == [("S!D2", "over_envelope")]
    shared = reading(line(1, said("D1", 1_000)), line(2, said("D2", 501), objective="I.2"))
    assert told(checked(shared, CONTRACT)) == [("S!D1", "over_envelope")]
    exact = reading(line(1, said("D1", 1_000)), line(2, said("D2", 500), objective="I.2"))
    assert checked(exact, CONTRACT) == []


def test_only_the_first_stage_that_exceeds_is_told() -> None:
    stages = [said("D1", 2_000), said("E1", 1_900, "committed"), said("F1", 1_800, "paid")]
    found = [f.where for f in checked(reading(line(1, *stages)), CONTRACT) if "I.1" in f.shown]
    assert found == ["S!D1"]


def test_a_claim_and_another_nature_fill_no_envelope() -> None:
    others = line(1, said("D1", 9_999, claim=True), said("E1", 9_999, nature="valued"))
    assert checked(reading(others), CONTRACT) == []


def past(before: int, *amounts: Amount) -> list[tuple[str, str]]:
    known = {Said(5, "etat", "programmed"): before}
    return told(checked_against_past(reading(line(1, *amounts)), [5], known))


def test_a_cumulative_amount_does_not_go_down() -> None:
    assert past(1_000, said("D1", 999)) == [("S!D1", "decrease")]
    assert past(1_000, said("D1", 1_000)) == []
    assert past(1_000, said("D1", 600), said("D2", 500)) == []


def test_what_derives_from_an_unread_cell_is_not_judged() -> None:
    assert past(1_000, said("D1", 10), said("D2", None)) == []


def test_a_new_operation_has_no_past() -> None:
    known = {Said(5, "etat", "programmed"): 1_000}
    assert checked_against_past(reading(line(1, said("D1", 1))), [None], known) == []


def test_one_cell_a_thousand_times_too_small_is_a_unit_and_no_decrease() -> None:
    assert past(1_000_000, said("D1", 1_000)) == [("S!D1", "unit_by_thousand")]
    assert past(1_000, said("D1", 1_000_000)) == [("S!D1", "unit_by_thousand")]


def test_a_whole_column_in_another_unit_is_told_once() -> None:
    lines = [line(row, said(f"D{row}", 1_000 * row)) for row in (4, 5, 6, 7)]
    known = {Said(row, "etat", "programmed"): 1_000_000 * row for row in (4, 5, 6, 7)}
    found = checked_against_past(reading(*lines), [4, 5, 6, 7], known)
    assert told(found) == [("S!D4", "unit_by_thousand")]
    assert found[0].shown == "÷ 1\u202f000 (4)"
