"""Small worlds for tests: a contract with a tree and partners, made in a few rows."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from beffroi.contracts.models import Contract, Node, NodeVersion
from beffroi.files.models import StoredFile
from beffroi.journal.actions import posting
from beffroi.ledger.actions import Cell, HeadingKey, Said
from beffroi.operations.actions import make_operations
from beffroi.operations.proposals import NewOperation
from beffroi.partners.models import Organisation

FILE = "0" * 64


@dataclass(frozen=True)
class World:
    contract: Contract
    nodes: list[int]
    sources: list[int]
    operations: list[int]

    def said(
        self, cents, *, node=0, source=0, funder=None, operation=0, stage="programmed", **rest
    ) -> Said:
        """A statement of one cell; indices pick from the world's lists."""
        heading = HeadingKey(
            contract_id=self.contract.pk,
            node_id=None if node is None else self.nodes[node],
            source_id=self.sources[source],
            funder_id=self.sources[source if funder is None else funder],
            scheme=rest.get("scheme", ""),
            nature="contractual",
            year=rest.get("year"),
            stage=stage,
        )
        statement = Said(heading, None if operation is None else self.operations[operation])
        for _ in range(rest.get("unread", 0)):
            statement.add(Cell(FILE, "F", "A1", None, "?"))
        statement.add(Cell(FILE, "F", "A2", cents, str(cents)))
        return statement


def make_world(*, nodes: int = 3, sources: int = 2, operations: int = 3) -> World:
    contract = Contract.objects.create(
        slug="monde",
        name="Monde d'essai",
        kind="cper",
        fictitious=True,
        start=datetime.date(2021, 1, 1),
        end=datetime.date(2027, 12, 31),
        levels=["axe"],
    )
    StoredFile.objects.create(sha256=FILE, size=1, name="essai.xlsx")
    organisations = [
        Organisation.objects.create(
            slug=f"source-{rank}", name=f"Source {rank}", sort_key=f"source {rank}", kind="other"
        ).pk
        for rank in range(sources)
    ]
    with posting("contract", "Arbre d'essai") as opened:
        made = [Node.objects.create(contract=contract).pk for _ in range(nodes)]
        NodeVersion.objects.bulk_create(
            NodeVersion(
                node_id=node,
                posting_id=opened.id,
                effective_on=datetime.date(2021, 1, 1),
                code=["I", "II", "III", "IV", "V"][rank],
                title=f"Axe {rank + 1}",
                position=rank,
            )
            for rank, node in enumerate(made)
        )
        made_operations = make_operations(
            [NewOperation(f"Opération {rank}") for rank in range(operations)],
            contract_id=contract.pk,
            fictitious=True,
            posting_id=opened.id,
        )
    return World(contract, made, organisations, made_operations)
