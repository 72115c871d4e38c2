"""Handing in workbooks and running their jobs, as the pages and the worker do."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beffroi.accounts.models import User
from beffroi.contracts.models import Contract
from beffroi.files.actions import keep
from beffroi.jobs.models import Job
from beffroi.jobs.running import run
from beffroi.journal.actions import last_number, posting
from beffroi.ledger.queries import Scope, figures
from beffroi.partners.models import Organisation
from beffroi.returns.actors import Actor, holding, signed_in
from beffroi.returns.deliveries.actions import Arrival, receive, submit
from beffroi.returns.models import Delivery, DepositLink
from beffroi.returns.reading import Amount, Line, Reading
from beffroi.returns.taking import Taking
from tests.returns.reading.rounds import return_path

FIRST, SECOND = datetime.date(2023, 12, 31), datetime.date(2024, 12, 31)
HEADER = (
    "Dossier;Libellé opération;Bénéficiaire;INSEE;Axe;Objectif;"
    "Montant programmé;Montant engagé;Montant mandaté"
)
Row = Sequence[str]


def line(code: str, *amounts: str, title: str = "", commune: str = "62041", objective: str = "I.1"):
    """One line of a workbook of the Pas-de-Calais: programmed, committed, paid, in euros."""
    padded = (*amounts, *[""] * (3 - len(amounts)))
    return (code, title or f"Opération {code}", "Ville", commune, "I", objective, *padded)


def workbook(*rows: Row) -> bytes:
    """A workbook of the Pas-de-Calais of these lines."""
    return "\n".join([HEADER, *map(";".join, rows)]).encode()


@dataclass
class Desk:
    """A person of the contract's team, who hands in for any partner; or, by ``link``, somebody
    without account who hands in what one request asks for.
    """

    contract: Contract
    user: User
    partner: Organisation
    link: DepositLink | None = None

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return holding(self.link) if self.link else signed_in(self.user, self.contract)

    def hand_in(
        self,
        content: bytes,
        on: datetime.date = FIRST,
        *,
        name: str = "suivi.csv",
        partner: str = "",
        **more: Any,
    ) -> Delivery:
        """Hand in a workbook; its job waits."""
        whose = Organisation.objects.get(slug=partner) if partner else self.partner
        request = self.link.request if self.link else None
        arrival = Arrival(
            self.contract, whose, on, keep(content, name), name, **{"request": request, **more}
        )
        return receive(arrival, self.actor)

    def hand_in_round(self, year: int, file: str, partner: str, **more: Any) -> Delivery:
        """Hand in a workbook of the demonstration."""
        path: Path = return_path(year, file)
        on = datetime.date(year, 12, 31)
        return self.hand_in(path.read_bytes(), on, name=file, partner=partner, **more)

    def job(self, delivery: Delivery) -> Job:
        """The last job of a delivery."""
        return Job.objects.filter(target_kind="delivery", target_id=delivery.pk).latest("pk")

    def worked(self, delivery: Delivery) -> Delivery:
        """The delivery once the worker has done its job."""
        run(self.job(delivery).pk)
        delivery.refresh_from_db()
        return delivery

    def read(self, content: bytes, on: datetime.date = FIRST, **more: Any) -> Delivery:
        """Hand in a workbook and have it read."""
        return self.worked(self.hand_in(content, on, **more))

    def known(self, partner: str, title: str, *, commune: str, cents: int = 100) -> None:
        """Make an operation known, that another partner has named."""
        whose = Organisation.objects.get(slug=partner)
        said = Line(
            *("", 2, "X1", title, "Ville", "", commune, "", "I.1", "I"),
            [Amount("programmed", partner, cents, "H2", str(cents))],
        )
        reading = Reading("essai", partner, "€", [said], [], [])
        with posting("return", title) as new:
            file = keep(title.encode(), "essai")
            taking = Taking(reading, whose, FIRST, contract=self.contract)
            taking.lock()
            taking.write(new, file)
            taking.keep(new, file)

    def submitted(self, delivery: Delivery) -> Delivery:
        """Submit a delivery and have it posted."""
        submit(delivery, self.actor, errors_seen=True)
        return self.worked(delivery)

    def said(self, on: datetime.date, *by: str) -> dict[tuple[object, ...], int]:
        """The partners' figures in cents, contracted left out, by funder, stage and more."""
        names = ("funder", "stage", *by)
        found = figures(Scope(self.contract), on, last_number(), list(names))
        return {
            tuple(figure.labels[name] for name in names): figure.value.cents
            for figure in found
            if figure.labels["stage"] != "contracted"
        }


def by_link(desk: Desk, link: DepositLink) -> Desk:
    """The desk of whoever holds that link."""
    return dataclasses.replace(desk, partner=link.request.partner, link=link)
