"""How right matching is, per pair of lines: on the demonstration, and on rounds nobody has seen."""

from __future__ import annotations

import random

import pytest

from beffroi.returns.attribution import line_said
from beffroi.returns.reading import read_return
from tests.operations.rounds import rounds
from tests.operations.taking import Contract, Measure
from tests.returns.reading.rounds import (
    FILES,
    SLUGS,
    SLUGS_OF_FILES,
    contract,
    return_path,
    truth,
)

#: Neither the weights nor the thresholds were ever looked at with these.
HELD_OUT = range(70_000, 70_024)
ORGANISATIONS = {slug: rank for rank, slug in enumerate(sorted(SLUGS.values()), 1)}


def held(measure: Measure) -> None:
    """What the issue asks."""
    assert measure.precision >= 0.995
    assert measure.recall >= 0.90
    assert measure.share_asked <= 0.10


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("answers", [True, False], ids=["answered", "unanswered"])
def test_demonstration_rounds(order: int, answers: bool) -> None:
    returns = [(year, file) for year in (2023, 2024) for file in FILES]
    if order:
        random.Random(order).shuffle(returns)
    known = Contract(answers=answers)
    for year, file in returns:
        reading = read_return(return_path(year, file), contract=contract())
        true = {line["where"]: tuple(line["operations"]) for line in truth(year, file)["lines"]}
        partner = ORGANISATIONS[SLUGS_OF_FILES[file]]
        known.take(
            partner,
            [line_said(line, partner, ORGANISATIONS) for line in reading.lines],
            [true[line.where] for line in reading.lines],
            code_names_operation=reading.code_names_operation,
        )
    held(known.measure())


def test_rounds_nobody_has_seen() -> None:
    measures = [measured(seed) for seed in HELD_OUT]
    for measure in measures:
        assert measure.share_asked <= 0.10
        assert measure.recall >= 0.85
    held(sum(measures, Measure()))


def measured(seed: int) -> Measure:
    known = Contract()
    for each in rounds(seed):
        known.take(
            each.habits.partner,
            each.lines,
            each.truths,
            code_names_operation=each.habits.codes == "life",
        )
    return known.measure()
