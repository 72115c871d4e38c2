"""Deciding which contract a funding line is charged to, and going back on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import IntegrityError

from beffroi.accounts.models import User
from beffroi.contracts.abilities import MANAGE, NOTHING, abilities_by_contract
from beffroi.contracts.models import Contract
from beffroi.journal.actions import posting
from beffroi.journal.models import PostingKind
from beffroi.ledger.models import Charge, Key
from beffroi.operations.models import Operation
from beffroi.partners.models import Organisation
from beffroi.server.constraints import sentence_of

CHARGE = "charge"


class ChargeRefused(Exception):
    """The line cannot be charged so: one sentence says why. Nothing was written."""


def charges(operation: Operation, funder: Organisation, scheme: str = "") -> list[Charge]:
    """What was decided of a line, the decision that stands last."""
    made = Charge.objects.filter(operation=operation, funder=funder, scheme=scheme)
    return list(made.select_related("contract", "author", "posting").order_by("posting__number"))


def last_charge(operation: Operation, funder: Organisation, scheme: str = "") -> Charge | None:
    """The decision that stands on a line, ``None`` where nobody decided."""
    made = charges(operation, funder, scheme)
    return made[-1] if made else None


def line_abilities(
    may: Mapping[int, frozenset[str]], holding: Collection[Contract]
) -> frozenset[str]:
    """What somebody may do with a line: ``charge``, for whoever runs all the contracts that hold
    it. ``may`` is what :func:`beffroi.contracts.abilities.abilities_by_contract` says of them."""
    if holding and all(MANAGE in may.get(each.pk, NOTHING) for each in holding):
        return frozenset({CHARGE})
    return NOTHING


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
    holding = contracts_holding(operation, funder, scheme)
    if contract is not None and contract not in holding:
        raise ChargeRefused(
            f"Le contrat « {contract} » ne porte pas cette ligne : choisissez un de ceux qui la "
            "portent."
        )
    if CHARGE not in line_abilities(abilities_by_contract(by), holding):
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


def contracts_holding(
    operation: Operation, funder: Organisation, scheme: str = ""
) -> list[Contract]:
    """The contracts in which the funder ever said something of the line."""
    held = Key.objects.filter(
        operation=operation,
        heading__source=funder,
        heading__funder=funder,
        heading__scheme=scheme,
        heading__contract__isnull=False,
    )
    return list(Contract.objects.filter(pk__in=held.values("heading__contract")))
