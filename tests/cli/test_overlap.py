"""Several contracts asked together: each euro once, never real and fictitious."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Site

pytestmark = pytest.mark.xdist_group("cli")


def test_a_contract_alone_is_charged_what_figures_say(both_rounds: Site) -> None:
    held = both_rounds.answer("figures", "demo-cper", "--on", "2024-12-31", "--by", "stage,nature")
    found = both_rounds.answer("overlap", "demo-cper", "--on", "2024-12-31")
    assert held
    assert {(row["stage"], row["nature"]): row["amount_cents"] for row in held} == {
        (row["stage"], row["nature"]): row["charged_cents"]
        for row in found
        if row["contract"] == "*"
    }
    assert {row["shown_cents"] for row in found} == {0}


def test_real_and_fictitious_contracts_are_refused_a_total(both_rounds: Site) -> None:
    words = ["overlap", "demo-cper", "cper-hdf-2021-2027", "--on", "2024-12-31"]
    assert "du réel et du fictif" in both_rounds.refusal(*words)
    assert "inconnu" in both_rounds.refusal("overlap", "nulle-part", "--on", "2024-12-31")
