"""Budget « figures »: a contract's figures at random dates, whatever its number of entries."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable
from statistics import median

from beffroi.bench.run import Result, median_ms
from beffroi.bench.worlds import make_world
from beffroi.contracts.models import Contract
from beffroi.journal.actions import last_number, posting
from beffroi.ledger.actions import post
from beffroi.ledger.queries import Scope, figures

LIMIT = 1.3
STAGES = ("programmed", "committed", "paid")
FIRST_DATE = datetime.date(2021, 6, 30)
DAYS = 2000
"""The returns of a contract are spread over these days from the first."""
ASKED = 40
ROUNDS = 5


def figures_at_random(small: int, large: int) -> Result:
    """Figures by axis, funder and stage: ``large`` entries in 100 returns, ``small`` ones in 10.

    Both contracts are filled first, then asked in turn.
    """
    questions = {small: _filled(small, returns=10), large: _filled(large, returns=100)}
    times: dict[int, list[float]] = {small: [], large: []}
    for _ in range(ROUNDS):
        for size, ask in questions.items():
            times[size].append(median_ms(ask, repeats=3) / ASKED)
    return Result(
        budget="figures",
        ours_ms=median(times[large]),
        reference_ms=median(times[small]),
        limit=LIMIT,
        detail=f"{large} écritures contre {small}, {ASKED} questions à dates et savoirs tirés",
    )


def _filled(entries: int, *, returns: int) -> Callable[[], None]:
    """Fill a contract; give back the questions to ask of it, all at dates and postings it knew."""
    slug = f"entrees-{entries}"
    world = make_world(slug, operations=entries // returns // len(STAGES))
    before = last_number()
    for rank in range(returns):
        with posting("return", f"{slug} {rank}") as opened:
            post(
                opened,
                world.statements(STAGES, seed=rank),
                contract_id=world.contract_id,
                source_id=world.source_id,
                effective_on=FIRST_DATE + datetime.timedelta(days=DAYS * rank // returns),
            )
    return _questions(Scope(Contract.objects.get(pk=world.contract_id)), before, last_number())


def _questions(scope: Scope, before: int, last: int) -> Callable[[], None]:
    """Ask for the figures at random dates, as known after random postings of the contract's.

    Every contract is asked at the same dates and the same shares of its postings, and never before
    the first: silence answers sooner.
    """
    chance = random.Random(7)
    asked = [
        (
            FIRST_DATE + datetime.timedelta(days=chance.randrange(DAYS + 400)),
            last - int(chance.random() * (last - before)),
        )
        for _ in range(ASKED)
    ]

    def ask() -> None:
        for au, connu in asked:
            figures(scope, au, connu, ["axis", "funder", "stage"])

    return ask
