"""What tests of reconciliation say: returns of a small world, and voices of its partners."""

from __future__ import annotations

import datetime
from typing import Any

from beffroi.accounts.models import User
from beffroi.journal.actions import last_number, posting
from beffroi.ledger.actions import post
from beffroi.ledger.queries import Scope, figures
from beffroi.reconciliation.agreements.actions import Voice
from beffroi.reconciliation.queries import Gap, gaps
from tests.worlds import World

D23, D24 = datetime.date(2023, 12, 31), datetime.date(2024, 12, 31)


def say(world: World, on: datetime.date, *said: Any, source: int = 0) -> None:
    """One return of one source."""
    with posting("return", "essai") as opened:
        post(
            opened,
            list(said),
            contract_id=world.contract.pk,
            source_id=world.sources[source],
            effective_on=on,
        )


def voice(world: World, *ranks: int) -> Voice:
    """Somebody who speaks for some of the world's sources."""
    name = "-".join(map(str, ranks))
    author, _made = User.objects.get_or_create(email=f"voix-{name}@exemple.fr")
    return Voice(author, frozenset(world.sources[rank] for rank in ranks))


def gap(world: World, on: datetime.date = D23, operation: int = 0) -> Gap:
    """The one gap of an operation, as it is said now."""
    found = gaps(Scope(world.contract), on, last_number())
    return next(each for each in found if each.operation_id == world.operations[operation])


def programmed(world: World, on: datetime.date, known: int | None = None) -> int | None:
    """The amount programmed in the world at a date; ``None`` where nothing is said."""
    connu = last_number() if known is None else known
    found = figures(Scope(world.contract), on, connu, ("stage",), stage="programmed")
    return found[0].value.cents if found else None
