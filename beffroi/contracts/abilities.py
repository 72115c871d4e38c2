"""Who may do what in a contract's workspace, decided here once for page, export and API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from beffroi.accounts.models import User
from beffroi.contracts.models import Access, Contract
from beffroi.contracts.vocabulary import AccessLevel

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

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


@dataclass(frozen=True, slots=True)
class Rights:
    """What somebody may do with a contract: ``can``, among ``see``, ``contribute``, ``manage``.

    ``contributes_for`` are the organisations they contribute for; ``manages_for`` those they
    manage it for, with ``None`` for the contract team as a whole.
    """

    can: frozenset[str] = NOTHING
    contributes_for: frozenset[int] = frozenset()
    manages_for: frozenset[int | None] = frozenset()


NO_RIGHTS = Rights()
_ALL_RIGHTS = Rights(EVERYTHING, manages_for=frozenset({None}))


def rights(user: User | AnonymousUser, contract: Contract) -> Rights:
    """What ``user`` may do with ``contract`` today, and for whom, in one query."""
    if not user.is_authenticated or not user.is_active:
        return NO_RIGHTS
    if user.is_superuser:
        return _ALL_RIGHTS
    return _rights_of(user.accesses.filter(contract=contract))


def contract_seen(
    user: User | AnonymousUser, slug: str
) -> tuple[Contract, Rights] | tuple[None, None]:
    """The contract of that name with what ``user`` may do with it, in one query.

    One that they may not see does not exist.
    """
    if not user.is_authenticated or not user.is_active:
        return None, None
    if user.is_superuser:
        contract = Contract.objects.filter(slug=slug).first()
        return (contract, _ALL_RIGHTS) if contract else (None, None)
    accesses = list(user.accesses.filter(contract__slug=slug).select_related("contract"))
    return (accesses[0].contract, _rights_of(accesses)) if accesses else (None, None)


def may_create_contracts(user: User | AnonymousUser) -> bool:
    """Whether ``user`` may begin a contract: whoever administers the site."""
    if not user.is_authenticated or not user.is_active:
        return False
    return user.is_staff or user.is_superuser


def contracts_seen(user: User | AnonymousUser) -> QuerySet[Contract]:
    """The contracts that ``user`` may see."""
    if not user.is_authenticated or not user.is_active:
        return Contract.objects.none()
    if user.is_superuser:
        return Contract.objects.all()
    return Contract.objects.filter(pk__in=user.accesses.values("contract"))


def who_sees(contract: Contract) -> QuerySet[User]:
    """The people to whom ``contract`` is open by an access of their own, by name.

    Those who run the whole site see it too, and are not among them.
    """
    with_access = contract.accesses.values("user")
    return User.objects.filter(is_active=True, pk__in=with_access).order_by("full_name", "email")


def _rights_of(accesses: Iterable[Access]) -> Rights:
    can, contributes, manages = set[str](), set[int](), set[int | None]()
    for access in accesses:
        can |= _BY_LEVEL[AccessLevel(access.level)]
        if access.level == AccessLevel.MANAGER:
            manages.add(access.organisation_id)
        elif access.level == AccessLevel.CONTRIBUTOR and access.organisation_id is not None:
            contributes.add(access.organisation_id)
    return Rights(frozenset(can), frozenset(contributes), frozenset(manages))


def abilities(user: User | AnonymousUser, contract: Contract) -> frozenset[str]:
    """What ``user`` may do with ``contract`` today: among ``see``, ``contribute``, ``manage``."""
    return rights(user, contract).can


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
