"""Organisations that take part in a contract the person sees, or whose money is said there."""

from __future__ import annotations

from django.urls import reverse

from beffroi.search.asking import SIREN, Asked
from beffroi.search.documents import NAME, close_to, has_parts, rows
from beffroi.search.kinds import NOTHING, Found, Hit

_NAME = NAME.format("o.name || ' ' || o.short_name")


def find(asked: Asked, first: int, most: int) -> Found:
    """Those of that SIREN, or whose name holds every word; where none does, those whose name
    resembles them."""
    held = f"({has_parts(_NAME, asked.words)} OR o.siren = %(siren)s)"
    found = rows(
        f"""
        WITH link AS (
            SELECT organisation_id, contract_id, false AS funds FROM contracts_participation
            WHERE contract_id = ANY(%(seen)s)
            UNION
            SELECT funder_id, contract_id, true FROM ledger_heading
            WHERE contract_id = ANY(%(seen)s) AND source_id = funder_id
        )
        SELECT count(*) OVER (), name, short_name, slug, siren, close, linked, funded
        FROM (
            SELECT o.*, NOT {held} AS close, bool_or({held}) OVER () AS any_held,
                   array_agg(DISTINCT link.contract_id) AS linked,
                   array_agg(DISTINCT link.contract_id) FILTER (WHERE link.funds) AS funded
            FROM partners_organisation o JOIN link ON link.organisation_id = o.id
            WHERE {held} OR {close_to(_NAME, asked)}
            GROUP BY o.id
        ) o
        WHERE NOT (close AND any_held)
        ORDER BY sort_key, id LIMIT %(most)s OFFSET %(first)s
        """,
        {
            "seen": list(asked.seen),
            "key": asked.key,
            "siren": asked.siret[:SIREN],
            "first": first,
            "most": most,
        },
    )
    if not found:
        return NOTHING
    return Found([_hit(asked, *row[1:]) for row in found], found[0][0])


def _hit(
    asked: Asked,
    name: str,
    short_name: str,
    slug: str,
    siren: str | None,
    close: bool,
    linked: list[int],
    funded: list[int] | None,
) -> Hit:
    """A funder leads to the operations it funds, another to the parties of its contract."""
    contracts = [asked.seen[pk] for pk in asked.seen if pk in linked]
    contract = next((each for each in contracts if each.pk in (funded or ())), contracts[0])
    link = asked.situation.link
    if contract.pk in (funded or ()):
        address = reverse("workspace:operations", args=[contract.slug]) + link(financeur=slug)
    else:
        address = reverse("workspace:sheet", args=[contract.slug]) + link() + "#parties"
    return Hit(
        title=f"{name} ({short_name})" if short_name and short_name != name else name,
        code=siren or "",
        address=address,
        where=[each.name for each in contracts],
        fictitious=all(each.fictitious for each in contracts),
        close=close,
    )
