"""A contract with two partners, a return of the first, and people of all kinds."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.utils import timezone

from beffroi.accounts.models import User
from beffroi.contracts.models import Access, Contract
from beffroi.files.actions import keep
from beffroi.journal.actions import posting
from beffroi.ledger.actions import Cell, HeadingKey, Said, post
from beffroi.partners.models import Organisation
from beffroi.returns.actors import Actor, holding, signed_in
from beffroi.returns.models import Campaign, Delivery, DepositLink, Request, Return
from tests.worlds import World, make_world

DAY = datetime.date(2024, 12, 31)
CSV = "Code;Intitulé;Montant\n" + "".join(f"A{n};Opération {n};{n}00,50\n" for n in range(1, 31))


@dataclass
class Desk:
    """What the tests of reviews deal with. The first source sent the return."""

    world: World
    partners: list[Organisation] = field(default_factory=list)
    people: int = 0

    def __post_init__(self) -> None:
        self.partners = list(Organisation.objects.order_by("slug"))

    @property
    def contract(self) -> Contract:
        return self.world.contract

    def submitted(
        self, partner: int = 0, *, findings: list[dict[str, str]] | None = None
    ) -> Return:
        """One return more of that partner, posted with its figures."""
        file = keep(CSV.encode(), "suivi.csv")
        source = self.partners[partner]
        with posting("return", f"{source} au {DAY:%d/%m/%Y}") as opened:
            post(
                opened,
                list(self._said(file.pk, source.pk)),
                contract_id=self.contract.pk,
                source_id=source.pk,
                effective_on=DAY,
            )
            return Return.objects.create(
                contract=self.contract,
                partner=source,
                effective_on=DAY,
                file=file,
                layout="essai",
                rows=30,
                findings=findings or [],
                posting_id=opened.id,
            )

    def _said(self, file: str, source: int):  # type: ignore[no-untyped-def]
        for rank, operation in enumerate(self.world.operations):
            heading = HeadingKey(
                self.contract.pk,
                self.world.nodes[rank],
                source,
                source,
                "",
                "contractual",
                None,
                "programmed",
            )
            said = Said(heading, operation)
            said.add(Cell(file, "", f"C{rank + 2}", (rank + 1) * 10050, f"{rank + 1}00,50"))
            yield said

    def delivery(self, submitted: Return, request: Request | None = None) -> Delivery:
        """The delivery that became a return."""
        return Delivery.objects.create(
            contract=self.contract,
            partner=submitted.partner,
            effective_on=DAY,
            request=request,
            file=submitted.file,
            file_name="suivi.csv",
            state="submitted",
            preview={},
            posted=submitted,
        )

    def person(self, *accesses: tuple[str, int | None]) -> User:
        """Somebody with these rights: (level, the rank of a partner or ``None``)."""
        self.people += 1
        user = User.objects.create_user(
            f"personne-{self.people}@exemple.fr", "x" * 12, full_name=f"Personne {self.people}"
        )
        for level, partner in accesses:
            Access.objects.create(
                contract=self.contract,
                user=user,
                level=level,
                organisation=None if partner is None else self.partners[partner],
            )
        return user

    def actor(self, *accesses: tuple[str, int | None]) -> Actor:
        """The actor that such a person is."""
        return signed_in(self.person(*accesses), self.contract)

    def by_link(self, submitted: Return, partner: int = 0) -> Actor:
        """Whoever holds a link to the request of that partner, which the return answers or not."""
        campaign = Campaign.objects.create(
            contract=self.contract, title="Essai", effective_on=DAY, opens_on=DAY, due_on=DAY
        )
        request = Request.objects.create(campaign=campaign, partner=self.partners[partner])
        if partner == 0:
            self.delivery(submitted, request)
        link = DepositLink.objects.create(
            request=request,
            digest="a" * 64,
            address="marie@exemple.fr",
            expires_at=timezone.now() + datetime.timedelta(days=1),
        )
        return holding(link)


def make_desk() -> Desk:
    """A desk with its world."""
    return Desk(make_world())
