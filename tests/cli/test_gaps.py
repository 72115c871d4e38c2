"""Gaps found are the claims of the returns, with the funder's word beside each: nothing else."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Site
from tests.returns.reading.rounds import FILES, truth

pytestmark = pytest.mark.xdist_group("cli")

Verdict = tuple[str, int, int | None]


@pytest.mark.parametrize("year", [2023, 2024])
def test_every_claim_has_its_status_to_the_cent(both_rounds: Site, year: int) -> None:
    true: dict[tuple[str, str], Verdict] = {
        (claim["where"], claim["stage"]): (claim["status"], claim["claimed"], claim["own"])
        for file in FILES
        for claim in truth(year, file)["claims"]
    }
    found = both_rounds.answer("gaps", "demo-cper", "--on", f"{year}-12-31")
    assert len(found) == len(true)
    assert {
        (gap["where"], gap["stage"]): (gap["status"], gap["claim_cents"], gap["own_cents"])
        for gap in found
    } == true
    for gap in found:
        assert (gap["cause"] == "") == (gap["status"] in {"equal", "unconfirmed"}), gap
        own = gap["own_cents"]
        assert gap["gap_cents"] == (None if own is None else gap["claim_cents"] - own)
