"""Reading what is known of a contract."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Model, Q

from beffroi.contracts.models import (
    Body,
    Contract,
    Contradiction,
    Fact,
    Link,
    Milestone,
    Participation,
    PublishedAmount,
    Source,
)

_OF_THE_CONTRACT, _ALL = "contract_id = %(contract)s", "true"
_LISTS: dict[str, tuple[type[Model], str, str]] = {
    # list: (its rows, their order, which ones)
    "participations": (Participation, "rank", _OF_THE_CONTRACT),
    "milestones": (Milestone, "id", _OF_THE_CONTRACT),
    "amounts": (PublishedAmount, "position", _OF_THE_CONTRACT),
    "facts": (Fact, "position", _OF_THE_CONTRACT),
    "bodies": (Body, "position", _OF_THE_CONTRACT),
    "sources": (Source, "code", _ALL),
    "contradictions": (Contradiction, "code", _ALL),
}


@dataclass(frozen=True, slots=True)
class StatedFacts:
    """Everything a contract's file states besides its tree, in the file's order.

    ``sources`` and ``contradictions`` are all those known, whichever contract cites them.
    """

    participations: list[Participation] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    amounts: list[PublishedAmount] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)


def stated_facts(contract: Contract) -> StatedFacts:
    """All the lists in one question: a page shows them together."""
    lists = " UNION ALL ".join(
        f"SELECT '{name}', row_number() OVER (ORDER BY {order}), to_jsonb(t)::text "
        f"FROM {model._meta.db_table} t WHERE {which}"
        for name, (model, order, which) in _LISTS.items()
    )
    found = StatedFacts()
    with connection.cursor() as cursor:
        cursor.execute(f"{lists} ORDER BY 1, 2", {"contract": contract.pk})
        for name, _, row in cursor.fetchall():
            getattr(found, name).append(_LISTS[name][0](**json.loads(row)))
    return found


def links_of(contract: Contract) -> tuple[list[Link], list[Link]]:
    """The links a contract declares, and those others declare to it."""
    either = Q(contract=contract) | Q(other=contract)
    found = list(Link.objects.filter(either).select_related("contract", "other"))
    return (
        [link for link in found if link.contract_id == contract.pk],
        [link for link in found if link.contract_id != contract.pk],
    )
