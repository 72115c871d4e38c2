"""What has changed in a workbook since its layout was made."""

from __future__ import annotations

from dataclasses import dataclass

from beffroi.returns.reading.layout import Layout
from beffroi.returns.reading.workbook import Workbook

NEW_COLUMN, COLUMN_GONE, HEADER_MOVED, RENAMED = (
    "new_column",
    "column_gone",
    "header_moved",
    "renamed",
)


@dataclass(frozen=True, slots=True)
class LayoutChange:
    """One difference between the shape a layout knows and a workbook.

    ``kind`` is one of the constants above; ``where`` an address in the workbook (empty for what is
    gone); ``was`` and ``now`` the header, or the row or column, then and now; ``message`` says it.
    """

    kind: str
    where: str
    was: str
    now: str
    message: str


def changes_of(layout: Layout, workbook: Workbook) -> list[LayoutChange]:
    """How the workbook differs from the shape under which the layout was saved.

    Empty where nothing changed, or where the layout keeps no shape (those written by hand).
    """
    raise NotImplementedError
