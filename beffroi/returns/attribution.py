"""From lines read to statements: which operation each line is, and what it says of whose money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from beffroi.ledger.actions import Cell, HeadingKey, Said
from beffroi.operations.identity import Identity, plain
from beffroi.operations.proposals import LineSaid, Money, NewOperation, Settled
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


def line_said(line: Line, source_id: int, organisations: Mapping[str, int]) -> LineSaid:
    """What a line says of its operation, for matching; ``organisations`` are row ids by slug."""
    amounts: Counter[Money] = Counter()
    unread: set[Money] = set()
    for amount in line.amounts:
        money = Money(source_id, organisations[amount.funder], amount.stage)
        amounts[money] += amount.cents or 0
        if amount.cents is None:
            unread.add(money)
    return LineSaid(
        identity_of(line),
        NewOperation(line.title or line.code or f"Ligne {line.where}", line.owner, line.siret),
        {money: cents for money, cents in amounts.items() if money not in unread},
        line.cost,
    )


def statements_of(lines: Sequence[Line], settled: Settled, names: Names, sha256: str) -> list[Said]:
    """One statement a key: the sum of its lines, with one evidence row a cell.

    ``settled`` gives the operation of each line, and the reference that remembers it.
    """
    statements: dict[StatementKey, Said] = {}
    for line, operation_id, reference in zip(
        lines, settled.operations, settled.references, strict=True
    ):
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
            said.add(Cell(sha256, line.sheet, amount.cell, amount.cents, amount.shown, reference))
    return list(statements.values())
