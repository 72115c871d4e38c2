"""Publishing a contract's facts, and withdrawing them."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from beffroi.accounts.models import User
from beffroi.contracts.models import Contract
from beffroi.portal.models import Publication
from beffroi.portal.queries import publications
from beffroi.server.constraints import sentence_of


class PublicationRefused(Exception):
    """The decision cannot be taken: one sentence says why. Nothing was written."""


def decide(
    contract: Contract, *, is_public: bool, reason: str, by: User | None, seen: int
) -> Publication:
    """Make a contract public, or withdraw it.

    ``seen`` is the rank of the decision that was read (0: none); where another was taken since,
    this one is refused. Raises :class:`PublicationRefused`.
    """
    try:
        with transaction.atomic():
            return Publication.objects.create(
                contract=contract,
                rank=seen + 1,
                is_public=is_public,
                reason=reason.strip(),
                author=by,
            )
    except IntegrityError as error:
        raise PublicationRefused(sentence_of(error) or "Cette décision est refusée.") from error


_SOURCED = "Faits publics, chacun avec sa source."


def publish_reference(contract: Contract) -> None:
    """Make public a contract of the reference data, or of the demonstration, of which nobody has
    decided yet."""
    if not publications(contract):
        reason = "Démonstration, marquée fictive." if contract.fictitious else _SOURCED
        decide(contract, is_public=True, reason=reason, by=None, seen=0)
