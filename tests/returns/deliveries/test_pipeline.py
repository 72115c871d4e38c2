"""A delivery from its arrival to its posting: states, previews, refusals, what waits for what."""

from __future__ import annotations

from beffroi.ledger.checking import ledger_faults
from beffroi.returns.models import Return
from tests.returns.deliveries.desk import FIRST, Desk, line, workbook


def test_a_known_workbook_is_read_previewed_and_submitted(desk: Desk) -> None:
    delivery = desk.hand_in(workbook(line("A1", "10", "5"), line("A2", "20")))
    assert (delivery.state, desk.job(delivery).state) == ("received", "queued")
    delivery = desk.worked(delivery)
    assert (delivery.state, desk.job(delivery).sentence) == ("ready", "")
    assert delivery.summary["sums"] == {"programmed": 3000, "committed": 500}
    assert delivery.preview["counts"] == {"added": 2, "changed": 0, "removed": 0, "same": 0}
    assert not Return.objects.exists()
    delivery = desk.submitted(delivery)
    assert (delivery.state, delivery.posted.delivery) == ("submitted", delivery)
    assert desk.said(FIRST) == {("cd62", "programmed"): 3000, ("cd62", "committed"): 500}
    assert list(ledger_faults()) == []
