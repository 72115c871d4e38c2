"""Telling the rows that are lines from the others: totals, notes, blanks, repeated headers.

One way for all: a table read by its layout and a table that a proposal found are sorted here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from beffroi.returns.reading import lexicon
from beffroi.returns.reading.additions import Additions, sums_in_structure
from beffroi.returns.reading.amounts import read_amount
from beffroi.returns.reading.number_styles import UNTOLD, NumberStyle
from beffroi.returns.reading.said import LINE
from beffroi.returns.reading.units import UNITS
from beffroi.returns.reading.workbook import CellValue, Row, Sheet

SUMS = frozenset({"total", "subtotal"})

_LONGEST_LABEL = 120
_SAMPLE = 500
_USUAL = 0.8
_FEW = 0.15


@dataclass(frozen=True, slots=True)
class AmountSpec:
    """How the cells of one column of amounts are read."""

    column: int
    unit: str = "€"
    style: NumberStyle = UNTOLD


@dataclass(frozen=True, slots=True)
class TableShape:
    """What sorting the rows of a table needs to know of it. Rows and columns are from 0.

    ``code`` and ``title`` name a line; ``places`` say who or where (owner, SIRET, commune);
    ``others`` are further columns that describe it; ``charged`` is the column without which a line
    that has no amount is none (an objective). ``header`` gives the rows of the header block, and
    ``heads`` the columns by which it is known again where it is repeated; ``end`` is the row past
    the last, ``width`` how many columns are looked at.
    """

    sheet: Sheet
    header: tuple[int, int] | None
    first: int
    end: int
    width: int
    amounts: Sequence[AmountSpec]
    code: int | None
    title: int | None
    places: Sequence[int] = ()
    others: Sequence[int] = ()
    charged: int | None = None
    heads: Sequence[int] = ()

    @property
    def names(self) -> list[int]:
        """The columns that say what a line is, the best first."""
        first = [column for column in (self.title, self.code) if column is not None]
        return list(dict.fromkeys([*first, *self.places, *self.others]))


_PLACES = ("owner", "siret", "commune", "commune_name")
_NAMING = ("title", "owner", "text", "commune_name", "commune", "funder")
_DESCRIBING = ("funder", "text")


def shape_of(
    sheet: Sheet,
    header: tuple[int, int] | None,
    rows: tuple[int, int],
    roles: Mapping[int, str],
    amounts: Sequence[AmountSpec],
) -> TableShape:
    """The shape of a table from what each of its columns is.

    ``rows`` are the first and the one past the last; ``roles`` the fields of a layout (``title``,
    ``owner``, ``siret``…), ``funder``, or ``text`` for what describes a line without being read.
    The best of them names the lines: the title, or else the owner, or else a text.
    """
    bearing: dict[str, list[int]] = {}
    for column, role in sorted(roles.items()):
        bearing.setdefault(role, []).append(column)
    naming = [column for role in _NAMING for column in bearing.get(role, ())]
    title, code = next(iter(naming), None), next(iter(bearing.get("code", ())), None)
    if title is None:
        title, code = code, None
    places = [column for role in _PLACES for column in bearing.get(role, ())]
    places += bearing.get("title", [])[1:]
    others = bearing.get("code", [])[1:]
    others += [column for role in _DESCRIBING for column in bearing.get(role, ())]
    return TableShape(
        sheet,
        header,
        *rows,
        max([*roles, *(spec.column for spec in amounts)], default=0) + 1,
        amounts,
        code=code,
        title=title,
        places=[column for column in places if column != title],
        others=[column for column in others if column != title],
        charged=next(iter(bearing.get("objective", ())), None),
    )


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

    def sort(self) -> Mapping[int, str]:
        """What each row is, from the first under the header: ``LINE``, or the kind of other row."""
        for index in range(self.shape.first, self.shape.end):
            self.kinds[index] = self._at_first_sight(index, self.row(index))
        self._settle_sums()
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
            if not _says(filled[at]):
                filled[at] = above[at]
        return filled

    def adds_up(self, index: int) -> bool:
        """Whether a row is the sum of lines above it, or of those under it."""
        rows = [each for each, what in self.kinds.items() if what == LINE or each == index]
        return _Amounts(self, rows).adds_up_others(index)

    # One row by itself

    def _at_first_sight(self, index: int, row: Row) -> str:
        """What a row is, before any arithmetic."""
        if self._is_plainly_a_line(row):
            return "header" if self._is_header(row) else LINE
        filled = [at for at, value in enumerate(row) if _says(value)]
        has_amount = self._has_amount(index, row)
        if not filled:
            return "unlabelled" if has_amount else "blank"
        if self._is_header(row):
            return "header"
        if what := self._by_label(row, filled):
            return what
        if len(filled) == 1 and isinstance(row[filled[0]], str) and not has_amount:
            return "note"
        if any(_says(row[at]) for at in self.shape.places):
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
        if not (_says(row[shape.title]) and _says(row[shape.code])):
            return False
        return any(_says(row[at]) for at in self._other_places)

    def _by_label(self, row: Row, filled: Sequence[int]) -> str:
        """``total``, ``subtotal``… when a label says so and nothing says who or where."""
        shape = self.shape
        naming = [at for at in (shape.title, shape.code) if at is not None and _says(row[at])]
        labels = naming if len(naming) > 1 else filled
        for at in labels:
            if at not in self._columns and (what := _row_label(row[at])):
                is_placed = any(_says(row[place]) for place in shape.places if place != at)
                return "" if is_placed else what
        return ""

    def _is_named(self, row: Row) -> bool:
        shape = self.shape
        if shape.title is None and shape.code is None:
            return True
        return any(at is not None and _says(row[at]) for at in (shape.title, shape.code))

    def _is_charged(self, row: Row, filled: Sequence[int]) -> bool:
        """Whether a row without any amount is a line all the same."""
        if self.shape.charged is not None:
            return _says(row[self.shape.charged])
        others = [at for at in filled if at not in self._columns]
        return len(others) > 2 and 2 * len(others) >= len(self.shape.names)

    def _has_amount(self, index: int, row: Row) -> bool:
        for at in self._columns:
            if _says(row[at]) or (self._faults and (index, at) in self._faults):
                return True
        return False

    def _repeated_header(self) -> list[tuple[int, CellValue]]:
        """What stands in the header, to know it again at the top of a printed page."""
        shape = self.shape
        if shape.header is None:
            return []
        heads = shape.heads or [at for at in (shape.title, *self._columns) if at is not None]
        said = {at: shape.sheet.at(shape.header[1], at) for at in heads}
        return [(at, value) for at, value in said.items() if _says(value)]

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
            if _says(value):
                for row in range(merge.top + 1, merge.bottom + 1):
                    found.setdefault(row, {})[merge.left] = value
        return found

    def _with_merged_labels(self, index: int, row: Row) -> Row:
        given = self._merged.get(index)
        if not given or not self._has_amount(index, row):
            return row
        return [given.get(at, value) if not _says(value) else value for at, value in enumerate(row)]

    # Rows among the others

    def _settle_sums(self) -> None:
        """Hold to arithmetic the rows that may be sums, and those that bear amounts and no name."""
        rows = [index for index, what in self.kinds.items() if what in {LINE, *SUMS, "unlabelled"}]
        bare = [index for index in rows if self.kinds[index] == "unlabelled"]
        labelled = [
            index for index in rows if self.kinds[index] in SUMS and not self._is_sparse(index)
        ]
        sparse = [index for index in rows if self.kinds[index] == LINE and self._is_sparse(index)]
        looks_structured = not self.shape.places and len(rows) <= 4_000
        if not (bare or labelled or sparse or looks_structured):
            return
        table = _Amounts(self, rows)
        for index in labelled:
            if not table.adds_up_others(index):
                self.kinds[index] = LINE
        self._take_sums(table.sums_among(bare), "total")
        self._take_sums(table.sums_among(sparse), "subtotal")
        if looks_structured:
            self._take_sums(table.sums_in_structure(), "subtotal")
        self._name_the_bare([index for index in bare if self.kinds[index] == "unlabelled"])

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

    @cached_property
    def _usual(self) -> Sequence[int]:
        """The describing columns that nearly every line fills."""
        lines = [index for index, what in self.kinds.items() if what == LINE]
        sample = lines[:: max(1, len(lines) // _SAMPLE)]
        counts = {
            at: sum(1 for index in sample if _says(self.row(index)[at])) for at in self.shape.names
        }
        return [at for at, count in counts.items() if count >= _USUAL * len(sample)]

    def _is_sparse(self, index: int) -> bool:
        """Whether a row lacks most of what lines usually say."""
        missing = self._missing(index)
        return bool(missing) and missing * 2 >= len(self._usual)

    def _missing(self, index: int) -> int:
        row = self.row(index)
        return sum(1 for at in self._usual if not _says(row[at]))

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
                heading = tuple(value for value in self.row(index) if _says(value))
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


class _Amounts:
    """The amounts of the rows that have any, for arithmetic."""

    def __init__(self, sorter: RowSorter, rows: Sequence[int]) -> None:
        self._sorter = sorter
        self._rows = rows
        self._position = {index: position for position, index in enumerate(rows)}
        self._cents = [self._of(index) for index in rows]
        counted = [sorter.kinds[index] == LINE for index in rows]
        self._additions = Additions(self._cents, counted)

    def _of(self, index: int) -> list[int | None]:
        row = self._sorter.shape.sheet.rows[index]
        return [
            _cents(row[spec.column], spec) if spec.column < len(row) else None
            for spec in self._sorter.shape.amounts
        ]

    def adds_up_others(self, index: int) -> bool:
        """Whether a row is the sum of rows above it, or of all those under it."""
        position = self._position[index]
        return self._additions.anywhere_above(position) or self._additions.below(
            position, self._limits()
        )

    def sums_among(self, candidates: Sequence[int]) -> set[int]:
        """Those of the rows that add up the lines above them, or under them, group by group."""
        found: set[int] = set()
        if not candidates:
            return found
        was = {index: self._additions.counted[self._position[index]] for index in candidates}
        self._additions.set_aside({self._position[index] for index in candidates})
        limits = sorted({*self._limits(), *(self._position[index] for index in candidates)})
        for index in candidates:
            position = self._position[index]
            if self._additions.above(position, limits) or self._additions.below(position, limits):
                found.add(index)
        self._additions.count_again(
            {self._position[index] for index in candidates if index not in found and was[index]}
        )
        return found

    def sums_in_structure(self) -> set[int]:
        """The sums of a table made of groups all along."""
        counted = [self._sorter.kinds[index] == LINE for index in self._rows]
        found = sums_in_structure(self._cents, counted, self._likeness)
        return {self._rows[position] for position in found}

    def _likeness(self, position: int) -> tuple[tuple[int, int], ...]:
        """What makes two rows alike: the columns filled, and how long the codes in them are."""
        row = self._sorter.row(self._rows[position])
        said = ((at, row[at]) for at in self._sorter.shape.names)
        return tuple((at, _length_of_code(value)) for at, value in said if _says(value))

    def _limits(self) -> list[int]:
        """The positions at which a group may begin or end."""
        found = []
        kinds = self._sorter.kinds
        for position, index in enumerate(self._rows):
            if kinds[index] in SUMS or kinds.get(index - 1, "blank") not in {LINE, "unlabelled"}:
                found += [position, position + 1]
        return sorted(set(found))


def _length_of_code(value: CellValue) -> int:
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return len(text) if text.strip().isdecimal() else 0


def _cents(value: CellValue, spec: AmountSpec) -> int | None:
    if type(value) is float:
        cents = value * UNITS[spec.unit] * 100
        return round(cents) if -1e16 < cents < 1e16 else None
    return None if value == "" else read_amount(value, spec.unit, spec.style).cents


def _says(value: CellValue) -> bool:
    return value != "" and (type(value) is not str or not value.isspace())


def _row_label(value: CellValue) -> str:
    """``subtotal``, ``total``, or another kind of row that adds nothing, when a label says so."""
    if not isinstance(value, str) or len(value) > _LONGEST_LABEL:
        return ""
    if lexicon.opens("subtotal", value):
        return "subtotal"
    if lexicon.opens("total", value) or lexicon.is_only("total_alone", value):
        return "total"
    return "carried" if lexicon.is_only("carried", value) else ""
