"""The sheet that Beffroi puts first in a copy it gives back: known again, and never read."""

from __future__ import annotations

from beffroi.returns.reading.workbook import Sheet

FRONT_MARK = "Beffroi · relevé de lecture (reading report)"
"""What its first cell says, in every language, whatever the sheet is called."""


def is_front(sheet: Sheet) -> bool:
    """Whether a sheet is such a one."""
    return sheet.at(0, 0) == FRONT_MARK
