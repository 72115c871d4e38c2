"""Gaps of the demonstration in each state: proposed by one or the other, agreed, left open."""

from __future__ import annotations

import datetime

from beffroi.accounts.models import User
from beffroi.contracts.abilities import rights
from beffroi.contracts.models import Contract
from beffroi.journal.actions import last_number
from beffroi.ledger.queries import Scope
from beffroi.reconciliation.abilities import speaks_for
from beffroi.reconciliation.agreements.actions import (
    Figure,
    Voice,
    accept,
    leave_open,
    propose,
    propose_all,
)
from beffroi.reconciliation.causes import Status
from beffroi.reconciliation.models import Agreement
from beffroi.reconciliation.queries import gaps


def agree(contract: Contract, on: datetime.date, *, state: User, region: User, city: User) -> None:
    """What the city's return says of the State's and the Region's money at a date; again changes
    nothing. The figure agreed on is the funder's own: no total moves."""
    if Agreement.objects.filter(contract=contract).exists():
        return
    found = gaps(Scope(contract), on, last_number())
    rounded = [
        each for each in found if each.funder == "region-hdf" and each.status == Status.ROUNDING
    ]
    differing = [each for each in found if each.funder == "etat" and each.status == Status.DIFFERS]
    proposed, agreed, disputed = sorted(differing, key=lambda gap: gap.operation)[:3]
    propose_all(
        contract,
        rounded,
        Figure.OWN,
        _voice(region, contract),
        reason="Arrondi à la centaine d'euros : le montant du financeur vaut (fictif).",
    )
    propose(
        contract,
        proposed,
        proposed.claim_cents,
        _voice(city, contract),
        reason="Montant de la convention signée en mars (fictif).",
    )
    own = "Montant de l'arrêté attributif (fictif)."
    for gap in (agreed, disputed):
        assert gap.own_cents is not None
        turn = propose(contract, gap, gap.own_cents, _voice(state, contract), reason=own)
        if gap is agreed:
            accept(contract, {turn.agreement_id: turn.rank}, _voice(city, contract))
        else:
            leave_open(
                contract,
                turn.agreement,
                _voice(city, contract),
                reason="L'avenant est encore à la signature (fictif).",
                seen=turn.rank,
            )


def _voice(user: User, contract: Contract) -> Voice:
    return Voice(user, speaks_for(rights(user, contract)))
