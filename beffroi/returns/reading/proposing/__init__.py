"""Proposing how to read a workbook nobody described: its tables, columns, unit, and every doubt.

The steps, each a module: where the tables are (``blocks``), what each column holds (``profiles``)
and means (``meaning``, ``deciding``, ``columns``), the unit (``money``), the rows that are lines
(the same ``rows`` as layouts), columns that add up others (``crossing``), everything unsure
(``doubting``), and which sheets count (``choosing``).
"""

from __future__ import annotations

from beffroi.returns.reading.proposing.bridging import layout_data_of
from beffroi.returns.reading.proposing.doubts import Doubt
from beffroi.returns.reading.proposing.proposal import (
    Corrections,
    Proposal,
    ProposedColumn,
    ProposedTable,
    SheetCorrection,
)
from beffroi.returns.reading.proposing.understanding import propose

__all__ = [
    "Corrections",
    "Doubt",
    "Proposal",
    "ProposedColumn",
    "ProposedTable",
    "SheetCorrection",
    "layout_data_of",
    "propose",
]
