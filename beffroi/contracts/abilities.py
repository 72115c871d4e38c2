"""Who may do what in a contract's workspace, decided here once for page, export and API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beffroi.contracts.models import Contract
from beffroi.contracts.vocabulary import AccessLevel

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from beffroi.accounts.models import User

SEE = "see"
CONTRIBUTE = "contribute"
MANAGE = "manage"

_BY_LEVEL = {
    AccessLevel.READER: frozenset({SEE}),
    AccessLevel.CONTRIBUTOR: frozenset({SEE, CONTRIBUTE}),
    AccessLevel.MANAGER: frozenset({SEE, CONTRIBUTE, MANAGE}),
}
NOTHING: frozenset[str] = frozenset()
EVERYTHING = _BY_LEVEL[AccessLevel.MANAGER]


def abilities(user: User | AnonymousUser, contract: Contract) -> frozenset[str]:
    """What ``user`` may do with ``contract`` today: among ``see``, ``contribute``, ``manage``."""
    return abilities_by_contract(user).get(contract.pk, NOTHING)


def abilities_by_contract(user: User | AnonymousUser) -> dict[int, frozenset[str]]:
    """The same for every contract the user may see, in one query."""
    if not user.is_authenticated or not user.is_active:
        return {}
    if user.is_superuser:
        return dict.fromkeys(Contract.objects.values_list("pk", flat=True), EVERYTHING)
    found: dict[int, frozenset[str]] = {}
    for contract_id, level in user.accesses.values_list("contract_id", "level"):
        found[contract_id] = found.get(contract_id, NOTHING) | _BY_LEVEL[AccessLevel(level)]
    return found


def organisations_spoken_for(user: User | AnonymousUser, contract: Contract) -> frozenset[int]:
    """The organisations for which ``user`` contributes to ``contract``."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    spoken_for = user.accesses.filter(contract=contract, level=AccessLevel.CONTRIBUTOR)
    return frozenset(spoken_for.values_list("organisation_id", flat=True))
