"""What the ledger knows that reading needs: the tree of a contract at a date, today's communes."""

from __future__ import annotations

import datetime

from beffroi.contracts.models import Contract
from beffroi.contracts.tree import tree
from beffroi.journal.actions import last_number
from beffroi.returns.reading import CommunesIndex, ContractFrame
from beffroi.returns.reading.references import communes_from
from beffroi.territories.models import Commune, FormerCommune


def contract_frame(contract: Contract, on: datetime.date) -> ContractFrame:
    """The codes of the tree in force at ``on``, with the axis of each."""
    return ContractFrame(
        {node.code: node.axis for node in tree(contract, on, last_number()) if node.code}
    )


def communes_index() -> CommunesIndex:
    """Today's communes by code (former ones included) and by name."""
    former: dict[str, list[str]] = {}
    for code, today in FormerCommune.objects.values_list("code", "commune__code"):
        former.setdefault(today, []).append(code)
    return communes_from(
        (code, name, former.get(code, ()))
        for code, name in Commune.objects.values_list("code", "name")
    )
