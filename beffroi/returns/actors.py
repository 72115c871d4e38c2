"""Who acts on returns, and what they may do: decided here once, for page, export and API.

Somebody signed in acts by their rights on the contract; whoever holds a deposit link acts for one
request of a campaign, and for nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from beffroi.contracts.abilities import (
    CONTRIBUTE,
    MANAGE,
    NO_RIGHTS,
    NOTHING,
    SEE,
    Rights,
    rights,
)
from beffroi.returns.models import Delivery, DepositLink, Recipient, Request, Return

if TYPE_CHECKING:
    from beffroi.accounts.models import User
    from beffroi.contracts.models import Contract

#: Hand in a workbook, say how it is read, decide its doubtful lines, submit it, withdraw it, see it
#: before it is submitted, and answer queries.
DEPOSIT = "deposit"
#: Accept what was submitted, query its cells, grant waivers, run campaigns.
REVIEW = "review"

Target = Delivery | Request | Return


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who deals with the returns of one contract. Asking what they may do costs no query.

    ``user`` or ``link`` is set, never both. ``name`` is how the others read of them.
    """

    contract_id: int
    name: str
    user: User | None = None
    link: DepositLink | None = None
    rights: Rights = NO_RIGHTS

    def may(self, ability: str, target: Target) -> bool:
        """Whether the actor has that ability on a delivery, a request or a posted return."""
        return ability in self.abilities(target)

    def abilities(self, target: Target) -> frozenset[str]:
        """What the actor may do with it: among ``see``, ``deposit``, ``review``.

        Whoever may only ``see`` sees what was submitted, not what is being prepared.
        """
        if _contract_of(target) != self.contract_id:
            return NOTHING
        if self.link is not None:
            mine = _request_of(target) == self.link.request_id
            return frozenset({SEE, DEPOSIT}) if mine else NOTHING
        return self.abilities_for(target.partner_id)

    def abilities_for(self, partner_id: int) -> frozenset[str]:
        """The same for whatever a partner hands in outside any request; nothing by a link.

        Nobody reviews the returns of an organisation when they manage the contract for it alone.
        """
        rights = self.rights
        if MANAGE in rights.can:
            reviews = {REVIEW} if rights.manages_for - {partner_id} else set()
            return frozenset({SEE, DEPOSIT} | reviews)
        if CONTRIBUTE in rights.can and partner_id in rights.contributes_for:
            return frozenset({SEE, DEPOSIT})
        return rights.can & {SEE}


def signed_in(user: User, contract: Contract, may: Rights | None = None) -> Actor:
    """The actor that somebody signed in is, for one contract; ``may`` where it is already known."""
    return Actor(
        contract_id=contract.pk,
        name=str(user),
        user=user,
        rights=rights(user, contract) if may is None else may,
    )


def holding(link: DepositLink) -> Actor:
    """The actor that whoever holds a deposit link is. The link is to be valid: see ``links``."""
    request = link.request
    recipient = Recipient.objects.filter(request=request, address=link.address).first()
    named = (recipient.name if recipient else "") or link.address
    return Actor(
        contract_id=request.campaign.contract_id,
        name=f"{named} ({request.partner})" if named else str(request.partner),
        link=link,
    )


def _contract_of(target: Target) -> int | None:
    return target.campaign.contract_id if isinstance(target, Request) else target.contract_id


def _request_of(target: Target) -> int | None:
    if isinstance(target, Request):
        return target.pk
    if isinstance(target, Delivery):
        return target.request_id
    delivery = getattr(target, "delivery", None)
    return delivery.request_id if delivery else None
