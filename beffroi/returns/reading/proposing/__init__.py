"""Proposing how to read a workbook nobody described: its tables, columns, unit, and every doubt."""

from __future__ import annotations

from beffroi.returns.reading.proposing.bridging import layout_data_of
from beffroi.returns.reading.proposing.changes import LayoutChange, changes_of
from beffroi.returns.reading.proposing.proposal import (
    Corrections,
    Doubt,
    Proposal,
    ProposedColumn,
    ProposedTable,
    SheetCorrection,
)
from beffroi.returns.reading.workbook import Workbook

__all__ = [
    "Corrections",
    "Doubt",
    "LayoutChange",
    "Proposal",
    "ProposedColumn",
    "ProposedTable",
    "SheetCorrection",
    "changes_of",
    "layout_data_of",
    "propose",
]


def propose(workbook: Workbook, corrections: Corrections | None = None) -> Proposal:
    """How the workbook would be read, and what is unsure in it.

    ``corrections`` are what a person decided, by sheet: each stands, and the rest is found around
    them. Raises :class:`UnreadableFile`, with one sentence, where no sheet is a table of money.
    """
    raise NotImplementedError
