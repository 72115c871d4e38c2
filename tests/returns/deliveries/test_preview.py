"""What a preview tells is exactly what submitting then does, to the cent."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator

import pytest

from beffroi.journal.actions import last_number
from beffroi.ledger.changes import said_by
from beffroi.ledger.checking import ledger_faults
from beffroi.ledger.positions import Value
from beffroi.ledger.queries import Scope, figures
from beffroi.returns.actions import import_return
from beffroi.returns.deliveries.actions import decide_all_new
from beffroi.returns.deliveries.preview import same_change
from beffroi.returns.models import Delivery, Return
from tests.returns.deliveries.desk import FIRST, SECOND, Desk, line, workbook
from tests.returns.reading.rounds import FILES, SLUGS_OF_FILES, return_path

Money = tuple[str, str, str]
"""Axis, funder, stage."""


def told(delivery: Delivery) -> Iterator[tuple[Money, Value, Value]]:
    """The partner's own money, before and after, as the preview tells it."""
    for axis, funder, stage, _nature, before, after in delivery.preview["totals"]:
        if funder == delivery.partner.slug:
            yield (axis, funder, stage), Value(*before), Value(*after)


def held(desk: Desk, delivery: Delivery) -> dict[Money, Value]:
    """The same, as the ledger holds it."""
    stages = {stage for (_, _, stage), _, _ in told(delivery)}
    scope = Scope(desk.contract)
    found = figures(scope, delivery.effective_on, last_number(), ["axis", "funder", "stage"])
    return {
        (figure.labels["axis"], figure.labels["funder"], figure.labels["stage"]): figure.value
        for figure in found
        if figure.labels["funder"] == delivery.partner.slug and figure.labels["stage"] in stages
    }


def submitted_as_told(desk: Desk, delivery: Delivery) -> Delivery:
    """Submit it, holding the ledger to its preview on both sides."""
    before = {money: value for money, value, _ in told(delivery) if value.said}
    after = {money: value for money, _, value in told(delivery) if value.said}
    assert held(desk, delivery) == before
    preview = delivery.preview
    delivery = desk.submitted(delivery)
    assert delivery.state == "submitted", desk.job(delivery).sentence
    assert held(desk, delivery) == after
    assert same_change(preview, delivery.preview)
    assert list(ledger_faults()) == []
    return delivery


def some_workbook(chance: random.Random) -> bytes:
    """Some of a dozen operations, charged now here and now there, some cells unreadable."""
    rows = [
        line(
            f"A{code}",
            str(chance.randrange(1000)),
            chance.choice(["", "0", str(chance.randrange(500)), "illisible"]),
            objective=chance.choice(["I.1", "I.1", "I.1", "II.1", "IX.9"]),
        )
        for code in sorted(chance.sample(range(12), chance.randrange(1, 9)))
    ]
    return workbook(*rows)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_comes_in_whatever_order(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(6):
        on = chance.choice([FIRST, SECOND, SECOND - datetime.timedelta(days=90)])
        submitted_as_told(
            desk, desk.read(some_workbook(chance), on, complete=chance.random() < 0.4)
        )


def test_moves_are_told_operation_by_operation(desk: Desk) -> None:
    first = [line("A1", "10"), line("A2", "20"), line("A3", "30"), line("A4", "40")]
    desk.submitted(desk.read(workbook(*first)))
    second = [line("A1", "10"), line("A2", "25"), line("A3", "30", objective="II.1")]
    delivery = desk.read(workbook(*second, line("A5", "99")), SECOND, complete=True)
    moves = {move["title"]: move for move in delivery.preview["moves"]}
    assert {title: move["what"] for title, move in moves.items()} == {
        "Opération A5": "added",
        "Opération A4": "removed",
        "Opération A2": "changed",
        "Opération A3": "changed",
    }
    assert list(moves)[:2] == ["Opération A5", "Opération A4"], "the biggest moves first"
    assert moves["Opération A3"]["axes"] == [["I"], ["II"]]
    assert moves["Opération A2"]["amounts"] == [
        ["cd62", "programmed", "contractual", [2000, 0, 1], [2500, 0, 1]]
    ]
    assert delivery.preview["counts"] == {"added": 1, "changed": 2, "removed": 1, "same": 1}
    submitted_as_told(desk, delivery)


def test_a_late_return_says_that_a_later_one_stands(desk: Desk) -> None:
    desk.submitted(desk.read(workbook(line("A1", "10")), SECOND))
    late = desk.read(workbook(line("A1", "7")), FIRST)
    assert late.preview["later_on"] == SECOND.isoformat()
    submitted_as_told(desk, late)
    assert desk.said(SECOND) == {("cd62", "programmed"): 1000}


def test_what_a_partner_says_of_others_is_told_apart(desk: Desk) -> None:
    delivery = desk.worked(desk.hand_in_round(2023, "amiens_metropole.xlsx", "caam"))
    claims = {total[1] for total in delivery.preview["totals"]} - {"caam"}
    assert claims
    submitted_as_told(desk, delivery)
    said = said_by(desk.contract.pk, delivery.partner_id, delivery.effective_on, last_number())
    claimed = sum(each.value.cents for each in said if each.funder_id != delivery.partner_id)
    assert claimed == sum(total[5][0] for total in delivery.preview["totals"] if total[1] in claims)


def test_nothing_is_posted_when_the_ledger_moved_since_the_preview(desk: Desk, tmp_path) -> None:
    delivery = desk.read(workbook(line("A1", "10")), SECOND)
    elsewhere = tmp_path / "autre.csv"
    elsewhere.write_bytes(workbook(line("A1", "4")))
    import_return(elsewhere, contract=desk.contract, partner_slug="cd62", on=FIRST)
    delivery = desk.submitted(delivery)
    assert (delivery.state, Return.objects.count()) == ("ready", 1)
    assert "soumettez à nouveau" in desk.job(delivery).sentence
    assert delivery.preview["counts"]["changed"] == 1
    submitted_as_told(desk, delivery)


def test_deposits_and_imports_give_the_same_ledger(desk: Desk) -> None:
    for file in FILES:
        delivery = desk.hand_in_round(2023, file, SLUGS_OF_FILES[file])
        if desk.worked(delivery).state == "matching":
            assert decide_all_new(delivery, desk.actor) == delivery.summary["matches"]["asked"]
            desk.worked(delivery)
        submitted_as_told(desk, delivery)
    deposited = desk.said(FIRST, "axis")
    for file in FILES:
        import_return(
            return_path(2023, file),
            contract=desk.contract,
            partner_slug=SLUGS_OF_FILES[file],
            on=SECOND,
        )
    assert Return.objects.filter(effective_on=FIRST).count() == len(FILES)
    assert desk.said(SECOND, "axis") == deposited
