"""Large fictitious worlds to measure on."""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from dataclasses import dataclass

from beffroi.contracts.models import Contract, Node, NodeVersion
from beffroi.files.models import StoredFile
from beffroi.journal.actions import posting
from beffroi.ledger.actions import Cell, HeadingKey, Said
from beffroi.operations.actions import make_operations
from beffroi.operations.proposals import NewOperation
from beffroi.partners.models import Organisation

FILE = "b" * 64


@dataclass(frozen=True, slots=True)
class BenchWorld:
    """A contract with a tree of 60 nodes, one partner, and operations."""

    contract_id: int
    source_id: int
    node_ids: Sequence[int]
    operation_ids: Sequence[int]

    def statements(self, stages: Sequence[str], *, seed: int = 32) -> list[Said]:
        """One statement of one cell for each operation and stage."""
        chance = random.Random(seed)
        said = []
        for rank, operation_id in enumerate(self.operation_ids):
            node_id = self.node_ids[rank % len(self.node_ids)]
            for column, stage in enumerate(stages):
                heading = HeadingKey(
                    contract_id=self.contract_id,
                    node_id=node_id,
                    source_id=self.source_id,
                    funder_id=self.source_id,
                    scheme="",
                    nature="contractual",
                    year=None,
                    stage=stage,
                )
                statement = Said(heading, operation_id)
                cents = chance.randrange(1, 10**9)
                statement.add(Cell(FILE, "Suivi", f"{'HIK'[column]}{rank + 2}", cents, str(cents)))
                said.append(statement)
        return said


def make_world(slug: str, *, operations: int) -> BenchWorld:
    """A fictitious contract ready for returns."""
    contract = Contract.objects.create(
        slug=slug, name=f"Mesure {slug}", kind="cper", fictitious=True, levels=["axe", "objectif"]
    )
    StoredFile.objects.get_or_create(sha256=FILE, defaults={"size": 1, "name": "mesure.xlsx"})
    source = Organisation.objects.create(
        slug=f"{slug}-source", name=slug, sort_key=slug, kind="other"
    )
    with posting("contract", slug) as opened:
        nodes = [Node.objects.create(contract=contract).pk for _ in range(60)]
        NodeVersion.objects.bulk_create(
            NodeVersion(
                node_id=node,
                posting_id=opened.id,
                effective_on=datetime.date(2021, 1, 1),
                code=f"{rank // 10 + 1}" if rank % 10 == 0 else f"{rank // 10 + 1}.{rank % 10}",
                title=f"Niveau {rank}",
                parent_id=None if rank % 10 == 0 else nodes[rank // 10 * 10],
                position=rank,
            )
            for rank, node in enumerate(nodes)
        )
        operation_ids = make_operations(
            [NewOperation(f"Opération {rank}") for rank in range(operations)],
            contract_id=contract.pk,
            fictitious=True,
            posting_id=opened.id,
        )
    return BenchWorld(contract.pk, source.pk, nodes, operation_ids)
