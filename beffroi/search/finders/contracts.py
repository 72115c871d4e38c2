"""Contracts that the person sees, by their name."""

from __future__ import annotations

from django.urls import reverse

from beffroi.search.asking import Asked
from beffroi.search.documents import NAME, close_to, has_parts, rows
from beffroi.search.kinds import NOTHING, Found, Hit

_NAME = NAME.format("c.name || ' ' || c.slug")


def find(asked: Asked, first: int, most: int) -> Found:
    """Those whose name holds every word; where there is none, those whose name resembles them."""
    held = has_parts(_NAME, asked.words)
    found = rows(
        f"""
        SELECT count(*) OVER (), c.id, c.close
        FROM (
            SELECT c.*, NOT ({held}) AS close, bool_or({held}) OVER () AS any_held
            FROM contracts_contract c
            WHERE c.id = ANY(%(seen)s) AND ({held} OR {close_to(_NAME, asked)})
        ) c
        WHERE NOT (c.close AND c.any_held)
        ORDER BY c.fictitious, c.start DESC NULLS LAST, c.name
        LIMIT %(most)s OFFSET %(first)s
        """,
        {"seen": list(asked.seen), "key": asked.key, "first": first, "most": most},
    )
    if not found:
        return NOTHING
    return Found([_hit(asked, pk, close=close) for _count, pk, close in found], found[0][0])


def _hit(asked: Asked, pk: int, *, close: bool) -> Hit:
    contract = asked.seen[pk]
    address = reverse("workspace:contract", args=[contract.slug]) + asked.situation.link()
    return Hit(
        title=contract.name,
        address=address,
        where=[contract.period_text] if contract.period_text else [],
        fictitious=contract.fictitious,
        close=close,
    )
