"""What a person said of the rows of a sheet: it holds for one workbook, and stands in no layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LINE = ""
"""What a row is when it is a line."""


@dataclass(frozen=True, slots=True)
class SheetSaid:
    """What was said of one sheet; ``None`` leaves the decision to the reading.

    ``read`` tells whether it counts, ``last_row`` after which row nothing does, ``kinds`` what some
    rows are (``LINE``, ``total``, ``note``…). Rows are counted from 0.
    """

    read: bool | None = None
    last_row: int | None = None
    kinds: Mapping[int, str] = field(default_factory=dict)

    def over(self, kinds: Mapping[int, str]) -> Mapping[int, str]:
        """What each row is, once that is taken into account."""
        if not self.kinds and self.last_row is None:
            return kinds
        return {row: self._kind(row, kind) for row, kind in kinds.items()}

    def _kind(self, row: int, found: str) -> str:
        kind = self.kinds.get(row, found)
        is_after = self.last_row is not None and row > self.last_row
        return "note" if is_after and kind == LINE else kind


NOTHING_SAID = SheetSaid()
Said = Mapping[str, SheetSaid]
"""By name of sheet."""
