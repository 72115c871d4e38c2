"""Totals are held to their lines: to the cent where they can be known, silently where not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from beffroi.returns.reading import read_return
from beffroi.returns.reading.totals import Totals

CENTS = st.integers(-(10**9), 10**12)
GROUPS = st.lists(st.lists(CENTS, min_size=1, max_size=6), min_size=1, max_size=5)


@given(GROUPS, st.data())
def test_groups_and_their_total_add_up(groups: list[list[int]], data: st.DataObject) -> None:
    totals = Totals([3])
    for group in groups:
        for cents in group:
            totals.add(3, cents)
        assert list(totals.differing({3: sum(group)})) == []
    assert list(totals.differing({3: sum(map(sum, groups))})) == []


@given(GROUPS, st.integers(1, 10**6))
def test_a_wrong_total_is_told_with_what_it_should_say(groups: list[list[int]], off: int) -> None:
    totals = Totals([3])
    for cents in [cents for group in groups for cents in group]:
        totals.add(3, cents)
    everything = sum(map(sum, groups))
    assert list(totals.differing({3: everything + off})) == [(3, everything + off, everything)]


def test_what_derives_from_an_unread_cell_is_not_judged() -> None:
    totals = Totals([3])
    totals.add(3, 100)
    totals.add(3, None)
    assert list(totals.differing({3: 999})) == []


def test_a_total_may_count_a_repeated_line_or_not() -> None:
    for total in (100, 200):
        totals = Totals([3])
        totals.add(3, 100)
        totals.add_repeat(3, 100)
        assert list(totals.differing({3: total})) == []


CSV = """\
Dossier;Libellé opération;Bénéficiaire;Objectif;Montant programmé;Montant engagé;Montant mandaté
A1;Halle;Ville;I.1;100,00;100,00;50,00
A2;Pont;Ville;I.1;200,50;200,50;0,00
;Sous-total I.1;;;300,50;300,50;60,00
A3;École;Ville;I.2;10,00;12,00;5,00
;Total;;;310,50;312,50;55,00
"""


def test_a_return_says_which_total_is_wrong() -> None:
    reading = read_return(CSV.encode(), name="retour.csv")
    told = [(f.where, f.shown) for f in reading.findings if f.kind == "total_differs"]
    assert told == [("G4", "60,00\u00a0€ ≠ 50,00\u00a0€")]


def test_a_line_commits_no_more_than_it_programmes() -> None:
    reading = read_return(CSV.encode(), name="retour.csv")
    told = [f.where for f in reading.findings if f.kind == "committed_over_programmed"]
    assert told == ["F5"]
