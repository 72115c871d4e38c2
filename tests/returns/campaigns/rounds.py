"""A campaign of tests: three partners, people with and without accounts."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from beffroi.accounts.models import User
from beffroi.contracts.models import Access, Contract, Participation
from beffroi.journal.actions import posting
from beffroi.partners.models import Organisation
from beffroi.returns.campaigns import actions
from beffroi.returns.campaigns.actions import Terms
from beffroi.returns.models import Campaign, Delivery, Request, Return
from tests.worlds import FILE, make_world

ON = datetime.date(2024, 12, 31)
DUE = datetime.date(2025, 2, 15)
OPENING = datetime.date(2025, 1, 20)


def day(offset: int) -> datetime.date:
    """A day counted from the date the campaign is due."""
    return DUE + datetime.timedelta(days=offset)


@dataclass(frozen=True)
class Round:
    """A prepared campaign. ``nord`` has a contributor with an account; the others nobody yet."""

    contract: Contract
    campaign: Campaign
    pilot: User
    nord: Request
    lille: Request
    amiens: Request

    def open(self, today: datetime.date = OPENING) -> int:
        """Open it."""
        return actions.open_campaign(self.campaign, self.pilot, today)

    def submit(self, request: Request, *, by_delivery: bool = True) -> Return:
        """The partner's return is posted, with its delivery or by the command line."""
        with posting("return", "essai") as opened:
            posted = Return.objects.create(
                contract=self.contract,
                partner=request.partner,
                effective_on=ON,
                file_id=FILE,
                layout="essai",
                rows=1,
                posting_id=opened.id,
            )
        if by_delivery:
            self.deliver(request, "submitted", posted=posted)
        return posted

    def deliver(self, request: Request, state: str, **rest: Any) -> Delivery:
        """A workbook of the partner, at that state."""
        return Delivery.objects.create(
            contract=self.contract,
            partner=request.partner,
            service=request.service,
            effective_on=ON,
            request=request,
            file_id=FILE,
            file_name="classeur.xlsx",
            state=state,
            preview={} if state in {"ready", "submitted"} else None,
            **rest,
        )


def person(address: str, **rest: Any) -> User:
    """Somebody with an account."""
    name = rest.pop("full_name", address.partition("@")[0].title())
    return User.objects.create_user(address, "x" * 12, full_name=name, **rest)


def terms(**changes: Any) -> Terms:
    """What the campaign says."""
    said = {
        "title": "Remontées au 31/12/2024",
        "effective_on": ON,
        "due_on": DUE,
        "message": "Merci de nous envoyer vos chiffres.",
        "reminders": (-15, -3, 1, 8),
    }
    return Terms(**{**said, **changes})


def make_round(**changes: Any) -> Round:
    """Three partners are asked."""
    contract = make_world(sources=3).contract
    partners = list(Organisation.objects.order_by("slug"))
    for rank, (partner, name) in enumerate(
        zip(partners, ("Nord", "Métropole de Lille", "Amiens"), strict=True)
    ):
        partner.name = name
        partner.save()
        Participation.objects.create(
            contract=contract, organisation=partner, role="signatory", rank=rank
        )
    pilot = person("pilote@exemple.fr", full_name="Pilote du contrat")
    Access.objects.create(contract=contract, user=pilot, level="manager")
    claire = person("claire@nord.exemple", full_name="Claire du Nord")
    Access.objects.create(
        contract=contract, user=claire, level="contributor", organisation=partners[0]
    )
    asked = [(partner, None) for partner in partners]
    campaign = actions.prepare_campaign(contract, terms(**changes), asked, pilot)
    requests = {request.partner.name: request for request in campaign.requests.all()}
    return Round(
        contract,
        campaign,
        pilot,
        requests["Nord"],
        requests["Métropole de Lille"],
        requests["Amiens"],
    )
