"""Who signs: decided here once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beffroi.contracts.abilities import MANAGE, abilities
from beffroi.contracts.models import Contract
from beffroi.contracts.vocabulary import AccessLevel
from beffroi.partners.models import Organisation
from beffroi.reconciliation.actions import co_leads

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from beffroi.accounts.models import User


def signs_for(user: User | AnonymousUser, contract: Contract) -> list[Organisation]:
    """The co-leading partners for which somebody may validate figures: those of which they run the
    contract."""
    if not user.is_authenticated or MANAGE not in abilities(user, contract):
        return []
    running = user.accesses.filter(contract=contract, level=AccessLevel.MANAGER)
    mine = set(running.values_list("organisation_id", flat=True))
    return [each for each in co_leads(contract) if each.pk in mine]
