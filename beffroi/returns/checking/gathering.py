"""From the ledger and the contract, what a reading is checked against."""

from __future__ import annotations

import datetime

from django.db import connection

from beffroi.contracts.models import Contract
from beffroi.contracts.tree import tree
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.journal.actions import last_number
from beffroi.ledger.queries import Scope, balances
from beffroi.partners.models import Organisation
from beffroi.returns.checking.known import KnownAmounts, KnownContract, Said


def known_contract(contract: Contract, on: datetime.date) -> KnownContract:
    """The contract's bounds, and what it promises in the tree in force at ``on``."""
    connu = last_number()
    nodes = {node.id: node for node in tree(contract, on, connu)}
    within: dict[str, list[str]] = {}
    for node in nodes.values():
        above = nodes.get(node.parent_id) if node.parent_id else None
        within[node.code] = [node.code, *within.get(above.code if above else "", ())]
    envelopes: dict[tuple[str, str], int] = {}
    for heading, value in balances(Scope(contract), on, connu, Stage.CONTRACTED):
        charged = nodes.get(heading.node_id) if heading.node_id else None
        if charged and charged.code and heading.nature == Nature.CONTRACTUAL:
            # What a node is promised is also promised to those above it.
            for code in within[charged.code]:
                key = (code, heading.funder)
                envelopes[key] = envelopes.get(key, 0) + value.cents
    return KnownContract(
        start=contract.start,
        end=contract.end,
        envelopes=envelopes,
        within=within,
        names={slug: short or name for slug, short, name in _names()},
    )


def known_amounts(contract: Contract, partner: Organisation, on: datetime.date) -> KnownAmounts:
    """What the partner last said of its own money, operation by operation, before ``on``. Cents.

    What it said with unread cells, or takes for nothing now, is left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT k.operation_id, h.stage, sum(e.cents)
            FROM ledger_heading h
            JOIN ledger_key k ON k.heading_id = h.id
            JOIN ledger_entry e ON e.key_id = k.id
            WHERE h.contract_id = %(contract)s AND h.source_id = %(partner)s
              AND h.funder_id = %(partner)s AND NOT h.agreed AND k.operation_id IS NOT NULL
              AND e.effective_on < %(on)s
            GROUP BY k.operation_id, h.stage
            HAVING sum(e.said) > 0 AND sum(e.unread) = 0
            """,
            {"contract": contract.pk, "partner": partner.pk, "on": on},
        )
        return {
            Said(operation, partner.slug, stage): int(cents)
            for operation, stage, cents in cursor.fetchall()
        }


def _names() -> list[tuple[str, str, str]]:
    return list(Organisation.objects.values_list("slug", "short_name", "name"))
