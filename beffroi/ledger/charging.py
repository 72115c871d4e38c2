"""Deciding what a funding line is charged to, and going back on it."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db import IntegrityError, connection

from beffroi.accounts.models import User
from beffroi.contracts.abilities import MANAGE, NOTHING, abilities_by_contract
from beffroi.contracts.models import Contract
from beffroi.journal.actions import posting
from beffroi.journal.models import PostingKind
from beffroi.ledger.models import Charge, ChargeShare, Key
from beffroi.operations.actions import lock_recognition
from beffroi.operations.models import Operation
from beffroi.operations.queries import JUDGED_ANYWHERE, NOW, judgements
from beffroi.partners.models import Organisation
from beffroi.server.constraints import sentence_of

CHARGE = "charge"


class ChargeRefused(Exception):
    """The line cannot be charged so: one sentence says why. Nothing was written."""


class FundingLine(NamedTuple):
    """What is charged: an operation, whose money it is, and the scheme it comes from."""

    operation: Operation
    funder: Organisation
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of a line. ``weights``: the contracts it is charged to, each with its part
    of their sum; none gives it back to the rule.

    ``operation_id`` bears the line now; ``moved`` where the decision was of one it absorbed.
    """

    id: int
    operation_id: int
    funder_id: int
    scheme: str
    weights: Mapping[int, int]
    reason: str
    author: str
    number: int
    at: datetime.datetime
    moved: bool


_DECIDED = f"""
WITH RECURSIVE judged AS ({JUDGED_ANYWHERE}), same AS (
    SELECT operation_id, other_id FROM judged WHERE verdict = 'same'
), borne AS (
    SELECT DISTINCT operation_id, operation_id AS bearer FROM ledger_charge
    UNION
    SELECT b.operation_id, s.other_id FROM borne b JOIN same s ON s.operation_id = b.bearer
)
SELECT c.id, b.bearer, c.funder_id, c.scheme,
       (SELECT json_object_agg(s.contract_id, s.weight)
        FROM ledger_chargeshare s WHERE s.charge_id = c.id),
       c.reason, u.full_name, p.number, p.at, b.bearer <> c.operation_id
FROM ledger_charge c
JOIN borne b USING (operation_id)
JOIN journal_posting p ON p.id = c.posting_id
JOIN accounts_user u ON u.id = c.author_id
WHERE p.number <= %(connu)s
  AND NOT EXISTS (SELECT 1 FROM same s WHERE s.operation_id = b.bearer)
ORDER BY p.number
"""


def decided(connu: int = NOW) -> list[Decision]:
    """Every decision known then, the latest last, of the operation that bore its line then.

    What was decided of an operation follows it into the one that absorbed it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED, {"connu": connu})
        return [
            Decision(
                *(number, bearer, funder, scheme),
                {int(contract): weight for contract, weight in (weights or {}).items()},
                *rest,
            )
            for number, bearer, funder, scheme, weights, *rest in cursor.fetchall()
        ]


def decisions(line: FundingLine) -> list[Decision]:
    """What was decided of a line, the decision that stands last."""
    key = (line.operation.pk, line.funder.pk, line.scheme)
    return [each for each in decided() if (each.operation_id, each.funder_id, each.scheme) == key]


def line_abilities(
    may: Mapping[int, frozenset[str]], holding: Collection[Contract]
) -> frozenset[str]:
    """What somebody may do with a line: ``charge``, for whoever runs all the contracts that hold
    it. ``may`` is what :func:`beffroi.contracts.abilities.abilities_by_contract` says of them."""
    if holding and all(MANAGE in may.get(each.pk, NOTHING) for each in holding):
        return frozenset({CHARGE})
    return NOTHING


def charge(
    line: FundingLine,
    weights: Mapping[Contract, int],
    *,
    by: User,
    reason: str,
    seen: int | None,
) -> Charge:
    """Charge a line to contracts that hold it, each for its part of the sum of the weights.

    To none, it goes back to the rule. Whoever decides runs every contract that holds the line.
    ``seen`` is the number of the decision they saw standing (``Decision.id``): where another was
    made since, theirs is refused.
    Takes the lock of recognitions of the operation's contract, then that of known time. Raises
    :class:`ChargeRefused`.
    """
    holding = contracts_holding(line)
    for contract in weights:
        if contract not in holding:
            raise ChargeRefused(
                f"Le contrat « {contract} » ne porte pas cette ligne : choisissez un de ceux qui "
                "la portent."
            )
    if CHARGE not in line_abilities(abilities_by_contract(by), holding):
        raise ChargeRefused(
            "Il faut piloter chacun des contrats qui portent cette ligne pour dire auquel elle "
            "est imputée."
        )
    try:
        with posting(PostingKind.CORRECTION, f"Imputation : {line.operation}") as opened:
            lock_recognition(line.operation.contract_id)
            if line.operation.pk in judgements(line.operation.contract_id).absorbed:
                raise ChargeRefused(
                    f"{line.operation.code} est réunie à une autre opération : décidez de celle-ci."
                )
            if [each.id for each in decisions(line)][-1:] != ([seen] if seen else []):
                raise ChargeRefused(
                    "Quelqu'un vient de décider de cette ligne : relisez avant de décider à votre "
                    "tour."
                )
            made = Charge.objects.create(
                **line._asdict(),
                replaces_id=seen,
                reason=reason.strip(),
                author=by,
                posting_id=opened.id,
            )
            ChargeShare.objects.bulk_create(
                ChargeShare(charge=made, contract=contract, weight=weight)
                for contract, weight in weights.items()
            )
            return made
    except IntegrityError as error:
        raise ChargeRefused(sentence_of(error) or "Cette imputation est refusée.") from error


def contracts_holding(line: FundingLine) -> list[Contract]:
    """The contracts in which the funder ever said something of the line."""
    held = Key.objects.filter(
        operation=line.operation,
        heading__source=line.funder,
        heading__funder=line.funder,
        heading__scheme=line.scheme,
        heading__contract__isnull=False,
    )
    return list(Contract.objects.filter(pk__in=held.values("heading__contract")))
