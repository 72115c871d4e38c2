"""Both demonstration rounds, held to their truth: figures, findings, rows set aside, claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from beffroi.returns.reading import Reading, read_return
from tests.returns.reading.rounds import (
    FILES,
    KINDS_HELD_TO_THE_TRUTH,
    SLUGS,
    contract,
    return_path,
    truth,
)


@pytest.fixture(params=[(year, file) for year in (2023, 2024) for file in FILES], scope="module")
def read(request: pytest.FixtureRequest) -> tuple[Reading, Mapping[str, Any]]:
    year, file = request.param
    reading = read_return(return_path(year, file), contract=contract())
    return reading, truth(year, file)


def test_figures(read: tuple[Reading, Mapping[str, Any]]) -> None:
    reading, true = read
    assert reading.rows == true["rows"]
    assert reading.unit == true["unit"]
    assert reading.sums_cents == true["sums_cents"]
    assert reading.sums_by_axis == true["sums_by_axis"]
    assert reading.unread == true["unread"]


def test_findings_of_the_nine_kinds_and_no_false_error(
    read: tuple[Reading, Mapping[str, Any]],
) -> None:
    reading, true = read
    held = [found for found in reading.findings if found.kind in KINDS_HELD_TO_THE_TRUTH]
    assert {(f.where, f.kind, f.shown) for f in held} == {
        (bad["where"], bad["kind"], bad["shown"]) for bad in true["bad_cells"]
    }
    assert len(held) == len(true["bad_cells"])
    assert {f.kind for f in reading.findings if f.severity == "error"} <= KINDS_HELD_TO_THE_TRUTH


def test_rows_that_are_no_data(read: tuple[Reading, Mapping[str, Any]]) -> None:
    reading, true = read
    found = {(row.where, row.what) for row in reading.not_data}
    assert found >= {(row["where"], row["what"]) for row in true["not_data"]}


def test_lines_one_by_one(read: tuple[Reading, Mapping[str, Any]]) -> None:
    reading, true = read
    assert {line.where: _own_amounts(line) for line in reading.lines} == {
        line["where"]: line["amounts"] for line in true["lines"]
    }


def test_claims(read: tuple[Reading, Mapping[str, Any]]) -> None:
    reading, true = read
    said = {
        f"{line.sheet}!{amount.cell}": (amount.funder, amount.stage, amount.cents)
        for line in reading.lines
        for amount in line.amounts
        if amount.claim
    }
    assert said == {
        claim["where"]: (SLUGS[claim["funder"]], claim["stage"], claim["claimed"])
        for claim in true.get("claims", [])
    }


def test_the_answer_of_the_command_has_the_shape_agreed(
    read: tuple[Reading, Mapping[str, Any]],
) -> None:
    answer = read[0].as_data()
    assert list(answer) == [
        "layout", "rows", "sums_cents", "sums_by_axis", "unread", "findings", "not_data",
    ]  # fmt: skip
    assert all(
        list(found) == ["where", "kind", "severity", "shown", "message"]
        for found in answer["findings"]
    )
    assert all(list(row) == ["where", "what"] for row in answer["not_data"])


def test_without_a_contract_objectives_are_not_checked() -> None:
    reading = read_return(return_path(2023, "etat_sgar.xlsx"))
    assert "unknown_objective" not in {found.kind for found in reading.findings}
    assert reading.sums_by_axis["VII"]["programmed"] == 379886936
    assert "?" not in reading.sums_by_axis


def _own_amounts(line: Any) -> dict[str, int | None]:
    """The line's amounts by stage: years add up, and one cell unread leaves the stage unread."""
    sums: dict[str, int | None] = {}
    for amount in line.amounts:
        if not amount.claim:
            so_far = sums.get(amount.stage, 0)
            unread = so_far is None or amount.cents is None
            sums[amount.stage] = None if unread else so_far + amount.cents
    return sums
