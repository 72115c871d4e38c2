"""Deciding which contract a funding line is charged to, and going back on it."""

from __future__ import annotations

from django.db import IntegrityError

from beffroi.accounts.models import User
from beffroi.contracts.abilities import MANAGE, abilities
from beffroi.contracts.models import Contract
from beffroi.journal.actions import posting
from beffroi.journal.models import PostingKind
from beffroi.ledger.models import Charge, Key
from beffroi.operations.models import Operation
from beffroi.partners.models import Organisation
from beffroi.server.constraints import sentence_of


class ChargeRefused(Exception):
    """The line cannot be charged so: one sentence says why. Nothing was written."""


def last_charge(operation: Operation, funder: Organisation, scheme: str = "") -> Charge | None:
    """The decision that stands on a line, ``None`` where nobody decided."""
    made = Charge.objects.filter(operation=operation, funder=funder, scheme=scheme)
    return made.order_by("posting__number").last()


def charge(
    operation: Operation,
    funder: Organisation,
    scheme: str,
    contract: Contract | None,
    *,
    by: User,
    reason: str,
    seen: Charge | None,
) -> Charge:
    """Charge a line to a contract that holds it; to ``None``, give it back to the rule.

    Whoever decides runs every contract that holds the line. ``seen`` is the decision they saw
    standing: where another was made since, theirs is refused. Raises :class:`ChargeRefused`.
    """
    holding = _holding(operation, funder, scheme)
    if contract is not None and contract not in holding:
        raise ChargeRefused(
            f"Le contrat « {contract} » ne porte pas cette ligne : choisissez un de ceux qui la "
            "portent."
        )
    if not holding or any(MANAGE not in abilities(by, each) for each in holding):
        raise ChargeRefused(
            "Il faut piloter chacun des contrats qui portent cette ligne pour dire auquel elle "
            "est imputée."
        )
    try:
        with posting(PostingKind.CORRECTION, f"Imputation : {operation}") as opened:
            return Charge.objects.create(
                operation=operation,
                funder=funder,
                scheme=scheme,
                contract=contract,
                replaces=seen,
                reason=reason.strip(),
                author=by,
                posting_id=opened.id,
            )
    except IntegrityError as error:
        raise ChargeRefused(sentence_of(error) or "Cette imputation est refusée.") from error


def _holding(operation: Operation, funder: Organisation, scheme: str) -> list[Contract]:
    """The contracts in which the funder says something of the line."""
    held = Key.objects.filter(
        operation=operation,
        heading__source=funder,
        heading__funder=funder,
        heading__scheme=scheme,
        heading__contract__isnull=False,
    )
    return list(Contract.objects.filter(pk__in=held.values("heading__contract")))
