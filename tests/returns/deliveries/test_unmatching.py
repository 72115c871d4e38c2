"""A match of a submitted return undone from its page, by reversing entries, and done again."""

from __future__ import annotations

import pytest

from beffroi.journal.actions import last_number
from beffroi.ledger.amounts import amounts_by_operation
from beffroi.ledger.checking import ledger_faults
from beffroi.operations.models import Operation
from beffroi.returns.deliveries.actions import decide
from beffroi.returns.models import Delivery, LineMatch
from tests.returns.deliveries.desk import FIRST, Desk, line, workbook
from tests.returns.deliveries.test_pages import address, client_of, text_of

DOUBTFUL = "Réhabilitation de la piscine des Weppes"
MINE, THEIRS = 1_000, 100


@pytest.fixture
def matched(desk: Desk) -> Delivery:
    """A line said to be an operation of the State, and submitted."""
    desk.known("etat", DOUBTFUL, commune="62041", cents=THEIRS)
    content = workbook(line("A1", "10", title=f"{DOUBTFUL}, phase 2"))
    delivery = desk.read(content)
    asked = LineMatch.objects.get(delivery=delivery)
    decide(delivery, asked.pk, asked.candidates[0]["operation"], desk.actor)
    return desk.submitted(desk.worked(delivery))


def by_operation(connu: int | None = None) -> list[list[int]]:
    """The amounts of each operation that bears some, as known then."""
    ids = list(Operation.objects.values_list("pk", flat=True))
    found = amounts_by_operation(ids, FIRST, last_number() if connu is None else connu)
    return sorted(sorted(each.values()) for each in found.values())


def question_of(delivery: Delivery) -> str:
    match = LineMatch.objects.get(delivery=delivery)
    return address("delivery-operation", number=delivery.pk, match=match.pk)


def test_a_match_is_undone_then_done_again(desk: Desk, matched: Delivery) -> None:
    client, question = client_of(desk), question_of(matched)
    page = text_of(client.get(question))
    assert "Défaire ce rapprochement" in page
    assert "Revenir sur la dernière décision" not in page
    together = last_number()
    assert by_operation() == [[THEIRS, MINE]]
    answer = client.post(question, {"action": "undo"}, follow=True)
    assert f"écriture n° {last_number()}" in text_of(answer)
    assert by_operation() == [[THEIRS], [MINE]]
    assert by_operation(together) == [[THEIRS, MINE]], "what was known then is as it was"
    assert "Revenir sur la dernière décision" in text_of(answer)
    client.post(question, {"action": "again"})
    assert by_operation() == [[THEIRS, MINE]]
    assert list(ledger_faults()) == []


def test_what_cannot_be_undone_is_told_and_nothing_is_written(
    desk: Desk, matched: Delivery
) -> None:
    client, question = client_of(desk), question_of(matched)
    client.post(question, {"action": "undo"})
    before = last_number()
    answer = client.post(question, {"action": "undo"}, follow=True)
    assert "toutes les lignes de l" in text_of(answer)
    assert last_number() == before


def test_only_who_runs_the_contract_undoes(desk: Desk, matched: Delivery) -> None:
    contributor = client_of(desk, "contributor", "cd62")
    question, before = question_of(matched), last_number()
    assert "Défaire ce rapprochement" not in text_of(contributor.get(question))
    contributor.post(question, {"action": "undo"})
    assert last_number() == before
