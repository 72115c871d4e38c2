"""Several that make one: the lines of an operation, or the operations of a line, by their sum."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from beffroi.operations.proposals import Amounts

_MOST = 4
"""Parts that are added up, at most."""
_ROUND = 100_000
"""Cents: a thousand euros."""
_LOOKED_AT = 8
"""Parts among which they are looked for, at most."""


def parts_of(whole: Amounts, parts: Mapping[int, Amounts]) -> tuple[int, ...]:
    """The fewest parts, two at least, whose amounts add up to the whole's to the cent.

    Amounts of the same funder and stage, whoever says them. Empty where none do, where several
    choices would, and where the sum is round: those meet by chance.
    """
    by_part = {part: _by_money(amounts) for part, amounts in sorted(parts.items())[:_LOOKED_AT]}
    for money, cents in _by_money(whole).items():
        said = {part: amounts[money] for part, amounts in by_part.items() if amounts.get(money)}
        for size in range(2, min(len(said), _MOST) + 1):
            found = [
                chosen
                for chosen in combinations(said, size)
                if cents % _ROUND and sum(said[part] for part in chosen) == cents
            ]
            if found:
                return found[0] if len(found) == 1 else ()
    return ()


def _by_money(amounts: Amounts) -> dict[tuple[int, str], int]:
    """The funder's own word first, where several speak of its money."""
    found: dict[tuple[int, str], int] = {}
    for money, cents in sorted(amounts.items(), key=lambda item: item[0].source_id):
        key = (money.funder_id, money.stage)
        if key not in found or money.source_id == money.funder_id:
            found[key] = cents
    return found
