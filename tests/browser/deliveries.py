"""Deliveries of the furnished site: one in each state, handed in by whoever runs the contract."""

from __future__ import annotations

import datetime

from django.utils import timezone

from beffroi.accounts.models import User
from beffroi.cli.demonstration import ACCOUNTS
from beffroi.contracts.models import Contract
from beffroi.operations.models import Reference
from beffroi.partners.models import Organisation
from beffroi.returns.campaigns.actions import Terms, prepare_campaign
from beffroi.returns.deliveries.actions import withdraw
from beffroi.returns.links import make_link
from beffroi.returns.models import Delivery, LineMatch
from tests.browser.routes import Example
from tests.returns.deliveries.desk import Desk, by_link, line, workbook
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
    furnish_behind_link(desk)


def furnish_behind_link(desk: Desk) -> None:
    """By a link for the Pas-de-Calais: unreadable, posted, then to be matched again."""
    day = JUNE - datetime.timedelta(days=30)
    terms = Terms("Remontées par lien (fictif)", day, timezone.localdate())
    campaign = prepare_campaign(desk.contract, terms, [(desk.partner, None)], desk.user)
    visitor = by_link(desk, make_link(campaign.requests.get(), address="cd62@demo.example"))
    visitor.read(b"%PDF-1.7 rien", day, name="rapport.pdf")
    visitor.submitted(visitor.read(workbook(line("A1", "10")), day, name="pas-de-calais.csv"))
    asked = visitor.read(doubtful(), day, name="pas-de-calais-corrige.csv")
    assert asked.state == "matching", asked.summary


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
    """The deliveries in those states (all of them by default), handed in by who signed in."""
    found = Delivery.objects.filter(link=None).order_by("pk")
    kept = found.filter(state__in=states) if states else found
    return [Example({**DEMO, "number": delivery.pk}) for delivery in kept]


def deliveries_by_link(*states: str) -> list[Example]:
    """The same of those handed in by a deposit link, behind that link."""
    found = Delivery.objects.exclude(link=None).order_by("pk")
    kept = found.filter(state__in=states) if states else found
    return [Example({"link": delivery.link_id, "number": delivery.pk}) for delivery in kept]


def questions() -> list[Example]:
    """The first question of each standing, and a line recognised in a submitted return."""
    every = LineMatch.objects.filter(delivery__link=None)
    open_ones = every.filter(delivery__state__in=["matching", "ready"])
    posted = every.filter(delivery__state="submitted", operation__isnull=False).order_by("pk")
    return [
        Example({**DEMO, "number": match.delivery_id, "match": match.pk})
        for match in [
            *open_ones.order_by("standing", "pk").distinct("standing"),
            *posted[:1],
        ]
    ]


def questions_by_link() -> list[Example]:
    """A question asked behind a deposit link."""
    found = LineMatch.objects.filter(standing="asked").exclude(delivery__link=None)
    return [
        Example({"link": match.delivery.link_id, "number": match.delivery_id, "match": match.pk})
        for match in found.select_related("delivery").order_by("pk")[:1]
    ]
