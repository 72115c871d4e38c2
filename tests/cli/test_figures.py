"""Two rounds in, one exact table out: figures and traces held to the truth of the returns."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from tests.cli.conftest import Site
from tests.returns.reading.rounds import FILES, SLUGS_OF_FILES, truth

pytestmark = pytest.mark.xdist_group("cli")

Table = dict[tuple[str, str, str], int]


def true_table(year: int) -> Table:
    """Axis, funder and stage, from what a right reading of each file gives; zeros left out."""
    sums: Counter[tuple[str, str, str]] = Counter()
    for file in FILES:
        for axis, stages in truth(year, file)["sums_by_axis"].items():
            for stage, cents in stages.items():
                sums[axis, SLUGS_OF_FILES[file], stage] += cents
    return {key: cents for key, cents in sums.items() if cents}


def asked_table(site: Site, on: str, *options: str) -> Table:
    """The same from ``figures``, contracted amounts left out."""
    rows = site.answer("figures", "demo-cper", "--on", on, "--by", "axis,funder,stage", *options)
    return {
        (row["axis"], row["funder"], row["stage"]): row["amount_cents"]
        for row in rows
        if row["amount_cents"] and row["stage"] != "contracted"
    }


@pytest.mark.parametrize(
    ("on", "year"),
    [
        ("2023-12-31", 2023),
        ("2024-01-01", 2023),
        ("2024-07-14", 2023),
        ("2024-12-30", 2023),
        ("2024-12-31", 2024),
        ("2026-01-01", 2024),
    ],
)
def test_the_table_as_of_any_date(both_rounds: Site, on: str, year: int) -> None:
    assert asked_table(both_rounds, on) == true_table(year)


def test_nothing_before_the_first_return(both_rounds: Site) -> None:
    assert asked_table(both_rounds, "2023-12-30") == {}


def test_known_before_the_second_round_the_first_alone(both_rounds: Site) -> None:
    known = ("--known-at", str(last_posting_of_first_round(both_rounds)))
    assert asked_table(both_rounds, "2024-12-31", *known) == true_table(2023)


def test_known_at_a_moment(both_rounds: Site) -> None:
    before_all = ("--known-at", "2020-01-01T00:00:00+01:00")
    assert asked_table(both_rounds, "2024-12-31", *before_all) == {}
    a_moment_ago = both_rounds.answer("figures", "demo-cper", "--on", "2024-12-31", "--by", "stage")
    assert {row["stage"] for row in a_moment_ago} == {
        "contracted", "programmed", "committed", "paid",
    }  # fmt: skip


@pytest.mark.parametrize("file", FILES)
def test_a_figure_and_its_trace_are_the_same_cents(both_rounds: Site, file: str) -> None:
    funder = SLUGS_OF_FILES[file]
    table = asked_table(both_rounds, "2024-12-31")
    mine = {key: cents for key, cents in table.items() if key[1] == funder}
    assert mine
    for (axis, _, stage), cents in mine.items():
        rows = trace(both_rounds, axis, funder, stage)
        assert sum(row["amount_cents"] or 0 for row in rows) == cents
        assert all(row["file"] and len(row["sha256"]) == 64 and row["cells"] for row in rows)
        assert all(row["on"] <= "2024-12-31" for row in rows)


def test_each_cell_of_a_trace_says_the_truth(both_rounds: Site) -> None:
    """The State's programmed amounts of axis III: cells and cents of the truth, one for one."""
    true = {
        (line["where"].split("!")[0], int(line["where"].split("!")[1])): line["amounts"]
        for line in truth(2024, "etat_sgar.xlsx")["lines"]
    }
    rows = trace(both_rounds, "III", "etat", "programmed")
    assert rows
    for row in rows:
        if row["on"] == "2024-12-31":
            cells = [(row["sheet"], int("".join(filter(str.isdigit, c)))) for c in row["cells"]]
            assert sum(true[cell]["programmed"] or 0 for cell in cells) == row["amount_cents"]


def trace(site: Site, axis: str, funder: str, stage: str) -> list[dict[str, Any]]:
    """The statements behind one figure at the end of 2024."""
    question = ("--axis", axis, "--funder", funder, "--stage", stage)
    answer: list[dict[str, Any]] = site.answer(
        "trace", "demo-cper", "--on", "2024-12-31", *question
    )
    return answer


def test_unread_cells_are_counted(both_rounds: Site) -> None:
    rows = both_rounds.answer("figures", "demo-cper", "--on", "2024-12-31", "--by", "funder,stage")
    counted = {(r["funder"], r["stage"]): r["unread"] for r in rows if r.get("unread")}
    true = {
        (SLUGS_OF_FILES[file], stage): count
        for file in FILES
        for stage, count in truth(2024, file)["unread"].items()
        if count
    }
    assert counted == true


def test_without_money_axes_operations_are_counted(both_rounds: Site) -> None:
    rows = both_rounds.answer("figures", "demo-cper", "--on", "2024-12-31", "--by", "axis")
    said = [row for row in rows if row["stage"] != "contracted"]
    assert said
    assert all(row["operations"] > 0 for row in said)


def test_every_dimension_adds_up_to_the_same_total(both_rounds: Site) -> None:
    question = ("figures", "demo-cper", "--on", "2024-12-31", "--stage", "programmed")
    totals = set()
    for by in ("axis", "objective", "measure", "funder", "scheme", "nature", "year"):
        rows = both_rounds.answer(*question, "--by", by)
        totals.add(sum(row["amount_cents"] for row in rows))
    for place in ("commune", "epci"):
        rows = both_rounds.answer(*question, "--by", place)
        totals.add(sum(row["amount_cents"] for row in rows))
    assert len(totals) == 1


def test_check_finds_the_ledger_sound(both_rounds: Site) -> None:
    assert both_rounds.answer("check") == {"sound": True, "faults": []}


def test_the_text_answer_says_the_same(both_rounds: Site) -> None:
    question = ("figures", "demo-cper", "--on", "2024-12-31", "--by", "stage")
    as_data = both_rounds.answer(*question)
    as_text = both_rounds.run(*question).stdout
    assert all(str(row["amount_cents"]) in as_text for row in as_data)
    assert json.dumps(as_data)


def last_posting_of_first_round(site: Site) -> int:
    """The posting of the last return of the first round, found from the statements themselves."""
    rows = trace_all(site, "2023-12-31")
    return max(row["posting"] for row in rows)


def trace_all(site: Site, on: str) -> list[dict[str, Any]]:
    """Every programmed statement at a date."""
    answer: list[dict[str, Any]] = site.answer(
        "trace", "demo-cper", "--on", on, "--stage", "programmed"
    )
    return answer
