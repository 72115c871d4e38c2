"""Statements as they are handed to the ledger: what is said, of which heading, in which cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class HeadingKey(NamedTuple):
    """What identifies a heading; ids of rows, ``None`` for ordinary credit or unknown measure.

    ``agreed`` is the one beside a funder's own, for what both sides agreed to add to it.
    """

    contract_id: int | None
    node_id: int | None
    source_id: int
    funder_id: int
    scheme: str
    nature: str
    year: int | None
    stage: str
    tax_basis: str = ""
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a figure was read; ``cents`` is ``None`` where the cell could not be read.

    ``reference`` is that of its line, among those of the operation.
    """

    file: str
    sheet: str
    cell: str
    cents: int | None
    shown: str = ""
    reference: int | None = None


@dataclass(slots=True)
class Said:
    """One statement to post: the cumulative amount of a key, in cents, and its cells."""

    heading: HeadingKey
    operation_id: int | None
    cents: int = 0
    unread: int = 0
    cells: list[Cell] = field(default_factory=list)

    def add(self, cell: Cell) -> None:
        """Count one more cell in the statement."""
        self.cells.append(cell)
        if cell.cents is None:
            self.unread += 1
        else:
            self.cents += cell.cents
