"""Budget « figures »: a contract's figures at random dates, whatever its number of entries."""

from __future__ import annotations

import datetime
import random

from beffroi.bench.run import Result, median_ms
from beffroi.bench.worlds import BenchWorld, make_world
from beffroi.contracts.models import Contract
from beffroi.journal.actions import last_number, posting
from beffroi.ledger.actions import post
from beffroi.ledger.queries import Scope, figures

LIMIT = 1.3
STAGES = ("programmed", "committed", "paid")
RETURNS = 10
"""How many returns make up the entries of a contract."""
ASKED = 40


def figures_at_random(small: int, large: int) -> Result:
    """Figures by axis, funder and stage: a contract of ``large`` entries against ``small``."""
    times = {}
    for size in (small, large):
        world = _filled(f"entrees-{size}", size)
        contract = Contract.objects.get(pk=world.contract_id)
        times[size] = median_ms(_question(contract), repeats=5) / ASKED
    return Result(
        budget="figures",
        ours_ms=times[large],
        reference_ms=times[small],
        limit=LIMIT,
        detail=f"{large} écritures contre {small}, {ASKED} questions à dates et savoirs tirés",
    )


def _filled(slug: str, entries: int) -> BenchWorld:
    world = make_world(slug, operations=entries // RETURNS // len(STAGES))
    for rank in range(RETURNS):
        with posting("return", f"{slug} {rank}") as opened:
            post(
                opened,
                world.statements(STAGES, seed=rank),
                contract_id=world.contract_id,
                source_id=world.source_id,
                effective_on=datetime.date(2021, 6, 30) + datetime.timedelta(days=182 * rank),
            )
    return world


def _question(contract: Contract):  # type: ignore[no-untyped-def]
    chance = random.Random(7)
    last = last_number()
    asked = [
        (
            datetime.date(2021, 1, 1) + datetime.timedelta(days=chance.randrange(2500)),
            chance.randrange(last - RETURNS, last + 1),
        )
        for _ in range(ASKED)
    ]

    def ask() -> None:
        for au, connu in asked:
            figures(Scope(contract), au, connu, ["axis", "funder", "stage"])

    return ask
