"""The contracted amounts: posted from the contract (and, later, its amendments), nowhere else."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from beffroi.contracts.models import Contract
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.files.models import StoredFile
from beffroi.journal.actions import OpenPosting
from beffroi.ledger.actions import Cell, HeadingKey, Posted, Said, post


@dataclass(frozen=True, slots=True)
class ContractedLine:
    """What a signatory contracts on one node of the tree, in cents."""

    funder_id: int
    node_id: int
    cents: int
    nature: str = Nature.CONTRACTUAL.value
    where: str = "framework"


def post_contracted(
    posting: OpenPosting,
    contract: Contract,
    lines: Sequence[ContractedLine],
    *,
    effective_on: datetime.date,
    document: StoredFile,
) -> list[Posted]:
    """Post what each signatory contracts, in effect from a date, as its own word.

    The proof is the document, at the line that says it.
    """
    by_funder: dict[int, list[Said]] = {}
    for line in lines:
        heading = HeadingKey(
            contract_id=contract.pk,
            node_id=line.node_id,
            source_id=line.funder_id,
            funder_id=line.funder_id,
            scheme="",
            nature=line.nature,
            year=None,
            stage=Stage.CONTRACTED.value,
        )
        said = Said(heading, operation_id=None)
        said.add(Cell(document.sha256, "", line.where, line.cents, shown=str(line.cents)))
        by_funder.setdefault(line.funder_id, []).append(said)
    return [
        post(
            posting,
            statements,
            contract_id=contract.pk,
            source_id=funder_id,
            effective_on=effective_on,
        )
        # In order of id: two loads at once wait for each other, never across each other.
        for funder_id, statements in sorted(by_funder.items())
    ]


def contracted_lines(
    framework: Mapping[str, Mapping[str, int]],
    funder_ids: Mapping[str, int],
    node_ids: Mapping[str, int],
) -> list[ContractedLine]:
    """The lines of a contract file's ``framework`` block: cents by funder slug and node code."""
    return [
        ContractedLine(
            funder_id=funder_ids[funder],
            node_id=node_ids[code],
            cents=cents,
            where=f"framework.{funder}.{code}",
        )
        for funder, amounts in framework.items()
        for code, cents in amounts.items()
    ]
