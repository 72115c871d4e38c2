"""Telling the rows that are lines from the others: totals, notes, blanks, repeated headers.

One way for all: a table read by its layout and a table that a proposal found are sorted here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import cached_property

from beffroi.returns.reading.profiles import NUMBER, kind_of
from beffroi.returns.reading.row_labels import (
    SUMS,
    ends_as_a_sum,
    is_maybe_a_place,
    is_plainly_a_sum,
    label_kind,
)
from beffroi.returns.reading.row_sums import RowAmounts
from beffroi.returns.reading.row_tails import set_tail_aside
from beffroi.returns.reading.said import LINE
from beffroi.returns.reading.table_shape import TableShape
from beffroi.returns.reading.workbook import CellValue, Row, says

_SAMPLE = 500
_USUAL = 0.65
_FEW = 0.15
_UNLIKE = 0.25
_FEWEST_ADDED = 3
_FEW_NAMES = 2
_MOST_STRUCTURED = 4_000


class RowSorter:
    """Says what each row of a table is, and remembers the lines, to know them again.

    ``by_arithmetic`` holds the rows told to be sums though no label says so; ``seen`` the lines.
    """

    def __init__(self, shape: TableShape) -> None:
        self.shape = shape
        self.by_arithmetic: set[int] = set()
        self.seen: set[tuple[CellValue, ...]] = set()
        self.kinds: dict[int, str] = {}
        self._columns = [spec.column for spec in shape.amounts]
        self._faults = shape.sheet.faults
        self._rows, self._width = shape.sheet.rows, shape.width
        self._has_merges = bool(shape.sheet.merges)
        self._header = self._repeated_header()
        self._other_places = [at for at in shape.places if at not in {shape.title, shape.code}]
        self._fills_down = False
        self._heads: Sequence[int] = ()

    def sort(self) -> Mapping[int, str]:
        """What each row is, from the first under the header: ``LINE``, or the kind of other row."""
        for index in range(self.shape.first, self.shape.end):
            self.kinds[index] = self._at_first_sight(index, self.row(index))
        self._settle_sums()
        set_tail_aside(self)
        self._set_page_tops_aside()
        self._tell_headings()
        self._set_repeats_aside()
        return self.kinds

    def row(self, index: int) -> Row:
        """A row as wide as the table, with the labels of merged cells on each row they cover."""
        row = self._rows[index]
        if len(row) < self._width:
            row = [*row, *[""] * (self._width - len(row))]
        return self._with_merged_labels(index, row) if self._has_merges else row

    def filled_down(self, index: int, above: Row) -> Row:
        """A line whose labels are said once for a group: those it lacks are the line's above."""
        row = self.row(index)
        if not self._fills_down or self._is_named(row):
            return row
        filled = list(row)
        for at in self.shape.names:
            if not says(filled[at]):
                filled[at] = above[at]
        return filled

    def adds_up(self, index: int) -> bool:
        """Whether a row is the sum of lines above it, or of those under it."""
        rows = [each for each, what in self.kinds.items() if what == LINE or each == index]
        return RowAmounts(self, rows).adds_up_others(index)

    def may_be_a_total(self) -> int | None:
        """Of three lines, the first or the last where it is the sum of the others: by chance?"""
        lines = [index for index, what in self.kinds.items() if what == LINE]
        if len(lines) != _FEWEST_ADDED:
            return None
        table = RowAmounts(self, lines)
        ends = (index for index in (lines[-1], lines[0]) if table.sums_all_others(index, least=2))
        return next(ends, None)

    def lines_after_the_total(self) -> list[int]:
        """The lines that follow others and the only sum, where it says that it is the total."""
        sums = [index for index, what in self.kinds.items() if what in SUMS]
        lines = [index for index, what in self.kinds.items() if what == LINE]
        if len(sums) != 1 or self.kinds[sums[0]] != "total" or lines[0] > sums[0]:
            return []
        return [index for index in lines if index > sums[0]]

    def lines_unlike_others(self) -> list[int]:
        """The lines that say little of what the others say, or have others numbered under them."""
        lines = [index for index, what in self.kinds.items() if what == LINE]
        sparse = [] if self._fills_down else [at for at in lines if self.is_sparse(at)]
        few = sparse if len(self._usual) > 1 and len(sparse) <= _UNLIKE * len(lines) else []
        return sorted({*few, *(at for at in self._heads if self.kinds[at] == LINE)})

    # One row by itself

    def _at_first_sight(self, index: int, row: Row) -> str:
        """What a row is, before any arithmetic."""
        if self._is_plainly_a_line(row):
            return "header" if self._is_header(row) else LINE
        filled = [at for at, value in enumerate(row) if says(value)]
        has_amount = self._has_amount(index, row)
        if not filled:
            return "unlabelled" if has_amount else "blank"
        if self._is_header(row):
            return "header"
        if what := self._by_label(row, filled):
            return what
        if len(filled) == 1 and isinstance(row[filled[0]], str) and not has_amount:
            return "note"
        if any(says(row[at]) for at in self.shape.places):
            return LINE
        if self._is_named(row):
            return LINE if has_amount or self._is_charged(row, filled) else "note"
        if has_amount:
            return "unlabelled"
        return "note" if all(isinstance(row[at], str) for at in filled) else "detail"

    def _is_plainly_a_line(self, row: Row) -> bool:
        """Whether a row says its code, its title and a place: most rows, told at once."""
        shape = self.shape
        if shape.title is None or shape.code is None:
            return False
        if not (says(row[shape.title]) and says(row[shape.code])):
            return False
        return any(says(row[at]) for at in self._other_places)

    def _by_label(self, row: Row, filled: Sequence[int]) -> str:
        """``total``, ``subtotal``… when a label says so and nothing says who or where."""
        shape = self.shape
        naming = [at for at in (shape.title, shape.code) if at is not None and says(row[at])]
        labels = naming if len(naming) > 1 else filled
        for at in labels:
            if at in self._columns:
                continue
            what = label_kind(row[at]) or ("subtotal" if ends_as_a_sum(row[at]) else "")
            if what:
                is_placed = any(says(row[place]) for place in shape.places if place != at)
                return "" if is_placed else what
        return ""

    def label(self, index: int) -> CellValue:
        """The cell that says what a row is, where it is no line."""
        texts = [
            value
            for at, value in enumerate(self.row(index))
            if at not in self._columns and isinstance(value, str) and says(value)
        ]
        return next((text for text in texts if label_kind(text)), texts[0] if texts else "")

    def _is_named(self, row: Row) -> bool:
        shape = self.shape
        if shape.title is None and shape.code is None:
            return True
        return any(at is not None and says(row[at]) for at in (shape.title, shape.code))

    def _is_charged(self, row: Row, filled: Sequence[int]) -> bool:
        """Whether a row without any amount is a line all the same."""
        if self.shape.charged is not None:
            return says(row[self.shape.charged])
        others = [at for at in filled if at not in self._columns]
        return len(others) > 2 and 2 * len(others) >= len(self.shape.names)

    def _has_amount(self, index: int, row: Row) -> bool:
        for at in self._columns:
            if says(row[at]) or (self._faults and (index, at) in self._faults):
                return True
        return False

    def _repeated_header(self) -> list[tuple[int, CellValue]]:
        """What stands in the header, to know it again at the top of a printed page."""
        shape = self.shape
        if shape.header is None:
            return []
        heads = shape.heads or [at for at in (shape.title, *self._columns) if at is not None]
        said = {at: shape.sheet.at(shape.header[1], at) for at in heads}
        return [(at, value) for at, value in said.items() if says(value)]

    def _is_header(self, row: Row) -> bool:
        for at, value in self._header:
            if row[at] != value:
                return False
        return bool(self._header)

    # Labels said once for several rows

    @cached_property
    def _merged(self) -> Mapping[int, Mapping[int, CellValue]]:
        """By row, the labels that merged cells above give it."""
        found: dict[int, dict[int, CellValue]] = {}
        names = set(self.shape.names)
        for merge in self.shape.sheet.merges:
            if merge.top < self.shape.first or merge.bottom == merge.top or merge.left not in names:
                continue
            value = self.shape.sheet.at(merge.top, merge.left)
            if says(value):
                for row in range(merge.top + 1, merge.bottom + 1):
                    found.setdefault(row, {})[merge.left] = value
        return found

    def _with_merged_labels(self, index: int, row: Row) -> Row:
        given = self._merged.get(index)
        if not given or not self._has_amount(index, row):
            return row
        return [given.get(at, value) if not says(value) else value for at, value in enumerate(row)]

    # Rows among the others

    def _settle_sums(self) -> None:
        """Hold to arithmetic the rows that may be sums, and those that bear amounts and no name."""
        self._settle_parts()
        borne = {LINE, *SUMS, "unlabelled", "carried"}
        rows = [index for index, what in self.kinds.items() if what in borne]
        carried = [
            index
            for index in rows
            if self.kinds[index] == "carried" and self._has_amount(index, self.row(index))
        ]
        bare = [index for index in rows if self.kinds[index] == "unlabelled"]
        self._name_the_bare([index for index in bare if self._says_something(index)])
        bare = [index for index in bare if self.kinds[index] == "unlabelled"]
        labelled = [
            index for index in rows if self.kinds[index] in SUMS and not self._is_told_a_sum(index)
        ]
        sparse = [index for index in rows if self.kinds[index] == LINE and self.is_sparse(index)]
        looks_structured = not self.shape.places and len(rows) <= _MOST_STRUCTURED
        ends = [index for index in rows if self.kinds[index] == LINE]
        ends = [ends[0], ends[-1]] if len(ends) > _FEWEST_ADDED else []
        if not (bare or labelled or carried or sparse or looks_structured or ends):
            return
        table = RowAmounts(self, rows)
        self._take_sums(table.sums_by_numbering(), "subtotal")
        self._heads = table.heads
        if looks_structured:
            self._take_sums(table.sums_in_structure(), "subtotal")
        for index in [*labelled, *carried]:
            if not table.adds_up_others(index):
                self.kinds[index] = LINE
        self._take_sums(table.sums_among(bare), "total")
        self._take_sums(
            table.sums_among([at for at in sparse if self.kinds[at] == LINE]), "subtotal"
        )
        self._take_sums({at for at in ends if table.sums_all_others(at)}, "total")
        self._name_the_bare([index for index in bare if self.kinds[index] == "unlabelled"])

    def _settle_parts(self) -> None:
        """« dont … » is a part of the line above it; a statistic is none where it says no more."""
        bearing = False
        for index, what in self.kinds.items():
            if (what == "of_which" and not bearing) or (
                what == "statistic" and not (self.is_sparse(index) or self.is_named_once)
            ):
                self.kinds[index] = LINE
            if self.kinds[index] != "of_which":
                bearing = self.kinds[index] in {LINE, *SUMS} and self._has_amount(
                    index, self.row(index)
                )

    def _is_told_a_sum(self, index: int) -> bool:
        """Whether a row is a sum by its label, be it that of no lines around it."""
        label = self.label(index)
        if not label_kind(label) or is_maybe_a_place(label):
            return False
        return self.is_sparse(index) or self.is_named_once or is_plainly_a_sum(label)

    @property
    def is_named_once(self) -> bool:
        """Whether a single column says what the lines are."""
        return len(self.shape.names) <= 1

    def _take_sums(self, found: Set[int], what: str) -> None:
        for index in found:
            self.kinds[index] = what
        self.by_arithmetic |= found

    def _name_the_bare(self, bare: Sequence[int]) -> None:
        """Where names are said once for a group, the rows under are lines too."""
        lines = sum(1 for what in self.kinds.values() if what == LINE)
        if len(bare) >= 3 and len(bare) >= _FEW * (len(bare) + lines):
            self._fills_down = True
            for index in bare:
                self.kinds[index] = LINE

    def _says_something(self, index: int) -> bool:
        row = self.row(index)
        return any(says(row[at]) for at in self.shape.names)

    @cached_property
    def _describing(self) -> Sequence[int]:
        """The columns that name the lines; where these are few, all that are no amounts."""
        if len(self.shape.names) > _FEW_NAMES:
            return self.shape.names
        return [at for at in range(self._width) if at not in self._columns]

    @cached_property
    def _usual(self) -> Sequence[int]:
        """The describing columns that nearly every line fills."""
        lines = [index for index, what in self.kinds.items() if what == LINE]
        sample = lines[:: max(1, len(lines) // _SAMPLE)]
        counts = {
            at: sum(1 for index in sample if says(self.row(index)[at])) for at in self._describing
        }
        return [at for at, count in counts.items() if count >= _USUAL * len(sample)]

    def is_sparse(self, index: int) -> bool:
        """Whether a row lacks most of what lines usually say."""
        missing = self._missing(index)
        return bool(missing) and missing * 2 >= len(self._usual)

    def _missing(self, index: int) -> int:
        row = self.row(index)
        return sum(1 for at in self._usual if not says(row[at]))

    def _set_page_tops_aside(self) -> None:
        """A row without any number, above a repeated header, is the top of a printed page."""
        following = ""
        for index in reversed(self.kinds):
            what = self.kinds[index]
            if what == LINE and following == "header" and not self._has_number(index):
                self.kinds[index] = "note"
            if what != "blank":
                following = self.kinds[index]

    def _has_number(self, index: int) -> bool:
        row = self.row(index)
        return any(kind_of(row[at]) == NUMBER for at in self._columns)

    def _tell_headings(self) -> None:
        """A text alone above lines heads them; elsewhere it is a note."""
        following = "blank"
        for index in reversed(self.kinds):
            what = self.kinds[index]
            if what == "note" and following in {LINE, "heading"}:
                self.kinds[index] = "heading"
            if what != "blank":
                following = self.kinds[index]

    def _set_repeats_aside(self) -> None:
        """A line identical in every cell to another of its group counts once."""
        heading: tuple[CellValue, ...] = ()
        above: Row = [""] * self.shape.width
        for index, what in self.kinds.items():
            if what == "heading":
                heading = tuple(value for value in self.row(index) if says(value))
            if what != LINE:
                continue
            above = self.filled_down(index, above)
            count = len(self.seen)
            apart = self._errors(index) if self._faults else ()
            self.seen.add((*above, *heading, *apart) if heading or apart else tuple(above))
            if len(self.seen) == count:
                self.kinds[index] = "duplicate"

    def _errors(self, index: int) -> list[str]:
        """The errors among the amounts of a row: two rows that differ by one are two rows."""
        found = (self._faults.get((index, at), "") for at in self._columns)
        return [fault for fault in found if fault and not fault.startswith("=")]
