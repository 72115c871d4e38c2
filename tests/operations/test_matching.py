"""Recognising operations: what is sure, what is asked, what is new; and nothing by luck."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beffroi.operations.identity import Identity, plain
from beffroi.operations.known import KnownOperations
from beffroi.operations.matching import match_lines
from beffroi.operations.places import PlaceNames
from beffroi.operations.proposals import (
    Amounts,
    KnownReference,
    LineProposal,
    LineSaid,
    Money,
    NewOperation,
    Standing,
)
from tests.operations.rounds import names, rounds
from tests.operations.taking import Contract

STATE, REGION, CITY = 1, 2, 3
NAMES = PlaceNames(
    {"80021": "amiens", "59350": "lille", "60001": "abancourt", "59001": "abancourt"}
)


def identity(title: str, **said: str) -> Identity:
    defaults = {"code": "", "place": "80021", "objective": "I.1"}
    return Identity(title=plain(title), **(defaults | said))


def line(title: str, amounts: Amounts | None = None, **said: str) -> LineSaid:
    return LineSaid(identity(title, **said), NewOperation(title), amounts or {})


def known(operation: int, title: str, partner: int = STATE, **said: str) -> KnownReference:
    return KnownReference(operation, partner, identity(title, **said))


def match(
    lines: Sequence[LineSaid],
    references: Sequence[KnownReference],
    *,
    partner: int = REGION,
    life: bool = True,
    amounts: Mapping[int, Amounts] | None = None,
    **decided: object,
) -> list[LineProposal]:
    return match_lines(
        lines,
        KnownOperations(references, partner, NAMES),
        code_names_operation=life,
        amounts_of=lambda ids: amounts or {},
        **decided,  # type: ignore[arg-type]
    )


def said(proposals: Sequence[LineProposal]) -> list[tuple[str, int | None]]:
    return [(proposal.standing.value, proposal.operation_id) for proposal in proposals]


MUSEUM = "Construction du musée de la mine"


@pytest.mark.parametrize(
    "written",
    [
        "CONSTRUCTION DU MUSEE DE LA MINE",
        "Constr. du musée de la mine",
        "Contruction du musée de la mine à Amiens",
        "Musée de la mine : construction",
    ],
)
def test_a_title_is_known_however_it_is_written(written: str) -> None:
    assert said(match([line(written)], [known(7, MUSEUM)])) == [("sure", 7)]


@pytest.mark.parametrize(
    ("written", "differently"),
    [
        (MUSEUM, {"place": "59350"}),
        (MUSEUM + ", tranche 2", {}),
        (MUSEUM + ", phase II", {}),
        ("Construction du musée de la marine", {}),
    ],
)
def test_what_tells_two_operations_apart(written: str, differently: dict[str, str]) -> None:
    references = [known(7, MUSEUM + (", tranche 1" if "II" in written or "2" in written else ""))]
    assert match([line(written, **differently)], references)[0].standing != Standing.SURE


def test_one_owner_has_many_operations() -> None:
    references = [known(7, MUSEUM, siret="21800019800018")]
    proposals = match([line("Rénovation de la piscine", siret="21800019800018")], references)
    assert said(proposals) == [("new", None)]


def test_communes_of_one_name_are_two_and_a_bare_name_may_be_either() -> None:
    references = [known(7, MUSEUM, place="60001")]
    assert match([line(MUSEUM, place="59001")], references)[0].standing != Standing.SURE
    assert said(match([line(MUSEUM, place="abancourt")], references)) == [("sure", 7)]


def test_the_partner_s_own_code_comes_first() -> None:
    references = [known(7, "Ancien nom", REGION, code="R1"), known(8, MUSEUM)]
    assert said(match([line(MUSEUM, code="R1")], references)) == [("sure", 7)]
    assert said(match([line(MUSEUM, code="R1")], references, partner=CITY)) == [("sure", 8)]


def test_commitments_that_change_number_are_remembered_by_their_words() -> None:
    references = [known(7, "Voirie", STATE, code="2101"), known(8, "Éclairage", STATE, code="2102")]
    lines = [line("Voirie", code="2201"), line("Voirie", code="2202")]
    assert said(match(lines, references, partner=STATE, life=False)) == [("sure", 7), ("sure", 7)]


def test_two_codes_for_life_are_two_operations() -> None:
    proposals = match([line(MUSEUM, code="R1"), line(MUSEUM, code="R2")], [])
    assert [proposal.alike for proposal in proposals] == [[0], [1]]
    references = [known(7, MUSEUM, REGION, code="R1")]
    proposals = match([line(MUSEUM, code="R1"), line(MUSEUM, code="R2")], references)
    assert said(proposals) == [("sure", 7), ("new", None)]
    renumbered = match([line(MUSEUM, code="R2")], references)
    assert renumbered[0].standing == Standing.ASKED


def test_a_code_borne_by_several_names_is_told_apart_by_the_name() -> None:
    references = [known(7, MUSEUM, REGION, code="R1"), known(8, "Voirie", REGION, code="R1")]
    proposals = match([line("Voirie", code="R1"), line(MUSEUM, code="R1")], references)
    assert said(proposals) == [("sure", 8), ("sure", 7)]


def test_twins_are_asked_unless_the_objective_tells() -> None:
    references = [known(7, MUSEUM), known(8, MUSEUM, objective="II.4")]
    assert said(match([line(MUSEUM, objective="II.4")], references)) == [("sure", 8)]
    asked = match([line(MUSEUM, objective="")], references)[0]
    assert asked.standing == Standing.ASKED
    assert {candidate.operation_id for candidate in asked.candidates} == {7, 8}


def test_an_amount_to_the_cent_tells_between_twins() -> None:
    references = [known(7, MUSEUM), known(8, MUSEUM, objective="II.4")]
    claim = Money(CITY, STATE, "programmed")
    own = Money(STATE, STATE, "programmed")
    proposals = match(
        [line(MUSEUM, {claim: 24_927_733}, objective="")],
        references,
        partner=CITY,
        amounts={7: {own: 18_000_012}, 8: {own: 24_927_733}},
    )
    assert said(proposals) == [("sure", 8)]


def test_lines_that_make_an_operation_by_their_sum() -> None:
    own, claim = Money(STATE, STATE, "paid"), Money(CITY, STATE, "paid")
    lines = [
        line(MUSEUM + ", gros œuvre", {own: 100_001}, code="1"),
        line(MUSEUM + ", muséographie", {own: 200_010}, code="2"),
    ]
    references = [known(7, MUSEUM, CITY)]
    apart = match(lines, references, partner=STATE, life=False)
    assert {proposal.standing for proposal in apart} == {Standing.ASKED}
    amounts = {7: {claim: 300_011}}
    together = match(lines, references, partner=STATE, life=False, amounts=amounts)
    assert said(together) == [("sure", 7), ("sure", 7)]


def test_a_line_that_is_several_operations_is_asked_with_their_sum() -> None:
    own, claim = Money(STATE, STATE, "paid"), Money(CITY, STATE, "paid")
    references = [known(7, MUSEUM + ", tranche 1"), known(8, MUSEUM + ", tranche 2")]
    asked = match(
        [line(MUSEUM, {claim: 300_011})],
        references,
        partner=CITY,
        amounts={7: {own: 100_001}, 8: {own: 200_010}},
    )[0]
    assert asked.standing == Standing.ASKED
    first = asked.candidates[0]
    assert {first.operation_id, *first.others} == {7, 8}


def test_operations_known_as_two_are_reunited_by_a_line_that_is_both() -> None:
    references = [
        known(7, "Amgt du grand musée de la mine", STATE, objective=""),
        known(8, "Aménagement grand musée mine", CITY, objective="", owner="ville d amiens"),
    ]
    proposal = match(
        [line("Aménagement du grand musée de la mine", owner="ville d amiens")], references
    )
    assert said(proposal) == [("sure", 7)]
    assert proposal[0].reunites == [8]
    apart = match(
        [line("Aménagement du grand musée de la mine", owner="ville d amiens")],
        references,
        told_apart={frozenset((7, 8))},
    )[0]
    assert apart.standing == Standing.ASKED


def test_what_nobody_decided_is_asked_again_until_somebody_does() -> None:
    references = [known(7, MUSEUM), known(8, "Construction musée", REGION, code="R1")]
    lines = [line("Construction musée", code="R1")]
    assert said(match(lines, references)) == [("sure", 8)]
    again = match(lines, references, undecided={8})[0]
    assert (again.standing, again.operation_id) == (Standing.ASKED, 8)
    assert [candidate.operation_id for candidate in again.candidates] == [7]
    settled = match(lines, references, undecided={8}, told_apart={frozenset((7, 8))})
    assert said(settled) == [("sure", 8)]


def test_lines_without_title_are_never_guessed() -> None:
    references = [known(7, "", siret="21800019800018"), known(8, "", REGION, code="R1")]
    assert match([line("", siret="21800019800018")], references)[0].standing != Standing.SURE
    assert said(match([line("", code="R1")], references)) == [("sure", 8)]


@settings(max_examples=25, deadline=None)
@given(st.integers(100, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_lines_and_of_what_is_known_changes_nothing(
    seed: int, chance: random.Random
) -> None:
    returns = rounds(seed, operations=40)
    contract = Contract(answers=False)
    for each in returns[:-1]:
        contract.take(
            each.habits.partner,
            each.lines,
            each.truths,
            code_names_operation=each.habits.codes == "life",
        )
    last = returns[-1]

    def proposed(order: list[int], references: list[KnownReference]) -> dict[int, object]:
        proposals = match_lines(
            [last.lines[at] for at in order],
            KnownOperations(references, last.habits.partner, PlaceNames(names())),
            code_names_operation=last.habits.codes == "life",
            amounts_of=lambda ids: {each: contract.amounts[each] for each in ids},
            undecided=contract.undecided,
        )
        return {
            at: (
                proposal.standing,
                proposal.operation_id,
                frozenset(order[each] for each in proposal.alike),
                tuple(proposal.candidates),
                tuple(proposal.reunites),
            )
            for at, proposal in zip(order, proposals, strict=True)
        }

    order = list(range(len(last.lines)))
    references = list(contract.references)
    straight = proposed(order, references)
    assert proposed(order[::-1], references[::-1]) == straight
    chance.shuffle(order)
    chance.shuffle(references)
    assert proposed(order, references) == straight
