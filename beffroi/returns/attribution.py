"""From lines read to statements: which operation each line is, and what it says of whose money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from beffroi.ledger.actions import Cell, HeadingKey, Said
from beffroi.operations.matching import Identity, plain
from beffroi.returns.reading import Line

#: A line, and the statement key it contributes to.
StatementKey = tuple[HeadingKey, int]


@dataclass(frozen=True, slots=True)
class Names:
    """The row ids behind what lines name: organisations by slug, nodes by code."""

    contract_id: int | None
    source_id: int
    organisations: Mapping[str, int]
    nodes: Mapping[str, int]


def identity_of(line: Line) -> Identity:
    """What a line says of its operation, in the form in which operations are compared."""
    return Identity(
        code=line.code.strip(),
        title=plain(line.title),
        owner=plain(line.owner),
        siret=line.siret,
        place=line.commune or plain(line.commune_name),
        objective=line.objective or "",
    ).shortened()


def statements_of(
    lines: Sequence[Line], operations: Sequence[int], names: Names, sha256: str
) -> list[Said]:
    """One statement a key: the sum of its lines, with one evidence row a cell.

    ``operations`` gives the row id of each line's operation.
    """
    statements: dict[StatementKey, Said] = {}
    for line, operation_id in zip(lines, operations, strict=True):
        node_id = names.nodes.get(line.objective) if line.objective else None
        for amount in line.amounts:
            heading = HeadingKey(
                names.contract_id,
                node_id,
                names.source_id,
                names.organisations[amount.funder],
                amount.scheme,
                amount.nature,
                amount.year,
                amount.stage,
                amount.tax_basis,
            )
            key = (heading, operation_id)
            said = statements.get(key)
            if said is None:
                said = statements[key] = Said(heading, operation_id)
            said.add(Cell(sha256, line.sheet, amount.cell, amount.cents, amount.shown))
    return list(statements.values())
