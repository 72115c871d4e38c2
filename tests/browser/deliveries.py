"""Deliveries of the furnished site: one in each state, handed in by whoever runs the contract."""

from __future__ import annotations

import datetime

from beffroi.accounts.models import User
from beffroi.cli.demonstration import ACCOUNTS
from beffroi.contracts.models import Contract
from beffroi.operations.models import Reference
from beffroi.partners.models import Organisation
from beffroi.returns.deliveries.actions import withdraw
from beffroi.returns.models import Delivery, LineMatch
from tests.browser.routes import Example
from tests.returns.deliveries.desk import Desk, line, workbook
from tests.returns.reading.rounds import return_path

JUNE = datetime.date(2025, 6, 30)
DEMO = {"slug": "demo-cper"}


def furnish_deliveries() -> None:
    """Posted with errors, ready, to be matched, unknown, unreadable, waiting, given up."""
    contract = Contract.objects.get(slug="demo-cper")
    user = User.objects.get(email=ACCOUNTS[0].email)
    desk = Desk(contract, user, Organisation.objects.get(slug="cd62"))
    state = return_path(2024, "etat_sgar.xlsx").read_bytes()
    of_the_state = {"name": "etat_sgar.xlsx", "partner": "etat"}
    desk.submitted(desk.read(state, JUNE, **of_the_state))
    desk.read(state, JUNE - datetime.timedelta(days=90), **of_the_state)
    amiens = return_path(2024, "amiens_metropole.xlsx").read_bytes()
    desk.read(amiens, JUNE, name="amiens_metropole.xlsx", partner="caam")
    asked = desk.read(doubtful(), JUNE, name="a-rapprocher.csv")
    assert asked.state == "matching", asked.summary
    day = datetime.timedelta(days=1)
    desk.read(b"Quoi;Combien\nUn pont;12\n", JUNE - day, name="inconnu.csv")
    desk.read(b"%PDF-1.7 rien", JUNE - 2 * day, name="rapport.pdf")
    desk.hand_in(workbook(line("A1", "10")), JUNE - 3 * day, name="en-attente.csv")
    withdraw(desk.read(workbook(line("A1", "10")), JUNE - 4 * day, name="retire.csv"))


def doubtful() -> bytes:
    """A workbook of the Pas-de-Calais whose lines look like operations already known."""
    known = Reference.objects.filter(partner__slug="etat").exclude(place="").order_by("pk")[:3]
    rows = [
        line(
            f"NOUVEAU-{rank}",
            "1234",
            title=f"{reference.operation.title} tranche {rank + 2}",
            commune=reference.place,
            objective=reference.objective,
        )
        for rank, reference in enumerate(known)
    ]
    return workbook(*rows, line("NEUF", "10", title="Une opération que rien ne rappelle"))


def deliveries(*states: str) -> list[Example]:
    """The deliveries in those states (all of them by default)."""
    found = Delivery.objects.order_by("pk")
    kept = found.filter(state__in=states) if states else found
    return [Example({**DEMO, "number": delivery.pk}) for delivery in kept]


def questions() -> list[Example]:
    """The first question of each standing."""
    found = LineMatch.objects.filter(delivery__state__in=["matching", "ready"])
    return [
        Example({**DEMO, "number": match.delivery_id, "match": match.pk})
        for match in found.order_by("standing", "pk").distinct("standing")
    ]
