"""The programme tree of a contract, as of any date and knowledge."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from beffroi.contracts.models import Contract, NodeVersion


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A node in its place: ``depth`` 0 is an axis. ``code`` is empty where it is not known."""

    id: int
    code: str
    title: str
    depth: int
    axis: str
    objective: str | None
    parent_id: int | None
    status: str
    sources: tuple[str, ...]
    note: str


def tree(contract: Contract, au: datetime.date | None, connu: int) -> list[TreeNode]:
    """The nodes in order, each after its parent.

    Where no version is yet in force at ``au``, the first known one stands: figures may be asked
    before the tree was adopted. ``au=None`` asks for the latest.
    """
    rows = {row[0]: row for row in _versions(contract.pk, au, connu)}
    children: dict[int | None, list[tuple]] = {}  # type: ignore[type-arg]
    for row in rows.values():
        parent = row[3] if row[3] in rows else None
        children.setdefault(parent, []).append(row)
    found: list[TreeNode] = []

    def descend(parent: TreeNode | None) -> None:
        for row in sorted(children.get(parent.id if parent else None, []), key=lambda r: r[4]):
            node_id, code, title, _, _, status, sources, note = row
            depth = parent.depth + 1 if parent else 0
            node = TreeNode(
                id=node_id,
                code=code,
                title=title,
                depth=depth,
                axis=parent.axis if parent else code or title,
                objective=parent.objective if parent and depth > 1 else (code if depth else None),
                parent_id=parent.id if parent else None,
                status=status,
                sources=tuple(sources),
                note=note,
            )
            found.append(node)
            descend(node)

    descend(None)
    return found


def tree_places(contract: Contract, au: datetime.date | None, connu: int) -> Mapping[int, TreeNode]:
    """The nodes of the tree by row id."""
    return {node.id: node for node in tree(contract, au, connu)}


def nodes_by_code(contract: Contract, au: datetime.date | None, connu: int) -> dict[str, int]:
    """The row id of each node that has a code."""
    return {node.code: node.id for node in tree(contract, au, connu) if node.code}


def _versions(contract_id: int, au: datetime.date | None, connu: int) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT v.node_id, v.code, v.title, v.parent_id, v.position, v.status, v.sources, v.note
            FROM contracts_node n
            JOIN LATERAL (
                SELECT v.* FROM contracts_nodeversion v
                JOIN journal_posting p ON p.id = v.posting_id
                WHERE v.node_id = n.id AND p.number <= %(connu)s
                ORDER BY v.effective_on > %(au)s,
                         CASE WHEN v.effective_on > %(au)s THEN v.effective_on END,
                         v.effective_on DESC, p.number DESC LIMIT 1
            ) v ON NOT v.withdrawn
            WHERE n.contract_id = %(contract)s
            """,
            {"contract": contract_id, "au": au or datetime.date.max, "connu": connu},
        )
        return cursor.fetchall()


def tree_changed_since(contract: Contract, number: int) -> bool:
    """Whether a version of the tree became known after a posting."""
    return NodeVersion.objects.filter(node__contract=contract, posting__number__gt=number).exists()
