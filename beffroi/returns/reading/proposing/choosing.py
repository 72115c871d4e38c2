"""Which of a workbook's tables count: twins, summaries, hidden sheets and notices do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from functools import lru_cache

from beffroi.returns.reading import lexicon
from beffroi.returns.reading.proposing.doubts import Doubt, doubt
from beffroi.returns.reading.proposing.tables import Table
from beffroi.returns.reading.units import words

_NEARLY_ALL = 0.9
_MANY = 0.3
Key = tuple[str, int]


class Choice:
    """The tables kept, those left out with the reason, and what is to be said of it."""

    def __init__(self, tables: Sequence[Table], wanted: Set[str]) -> None:
        self._wanted = wanted
        self.doubts: list[Doubt] = []
        self.left_out: dict[str, str] = {}
        shown = self._without_hidden(tables)
        self.kept = self._without_summaries(self._without_repeats(shown))
        self._say_overlaps()

    def _leave(self, table: Table, why: str, shown: str = "") -> None:
        self.left_out.setdefault(table.sheet.name, why)
        self.doubts.append(doubt(why, table.sheet.name, shown=shown))

    def _without_hidden(self, tables: Sequence[Table]) -> list[Table]:
        shown = [
            table for table in tables if not table.sheet.hidden or table.sheet.name in self._wanted
        ]
        for table in tables:
            if table in shown:
                continue
            if shown:
                self._leave(table, "sheet_hidden")
            else:
                self.doubts.append(doubt("only_hidden_sheets", table.sheet.name))
        return shown or list(tables)

    def _without_repeats(self, tables: Sequence[Table]) -> list[Table]:
        """A sheet whose lines are all in another is not added to it."""
        kept = list(tables)
        for table in sorted(tables, key=lambda each: len(each.lines)):
            others = [each for each in kept if each is not table]
            whole = next((each for each in others if _holds(each, table)), None)
            if whole is not None and table in kept and table.sheet.name not in self._wanted:
                # Of two equal sheets, the first is kept.
                again = _holds(table, whole) and tables.index(table) < tables.index(whole)
                gone, stays = (whole, table) if again else (table, whole)
                kept.remove(gone)
                self._leave(gone, "sheet_repeats", f"« {stays.sheet.name} »")
        return kept

    def _without_summaries(self, tables: Sequence[Table]) -> list[Table]:
        """A sheet that adds up another, in fewer lines, is no detail."""
        kept = list(tables)
        for table in tables:
            if table.sheet.name in self._wanted:
                continue
            if any(_sums_up(table, other) for other in kept if other is not table) or (
                len(kept) > 2 and _sums_up_all(table, [each for each in kept if each is not table])
            ):
                detail = next(
                    (each for each in kept if each is not table and _sums_up(table, each)), None
                )
                name = f"« {detail.sheet.name} »" if detail else "les autres feuilles"
                kept.remove(table)
                self._leave(table, "sheet_sums_up", name)
        return kept

    def _say_overlaps(self) -> None:
        for position, table in enumerate(self.kept):
            for other in self.kept[position + 1 :]:
                if other.sheet is not table.sheet and _shares_many(table, other):
                    self.doubts.append(
                        doubt("sheet_repeats_in_part", other.sheet.name, shown=table.sheet.name)
                    )
        names = Counter(table.sheet.name for table in self.kept)
        for name, count in names.items():
            if count > 1:
                self.doubts.append(doubt("several_tables", name, shown=str(count)))


def _keys(table: Table) -> Counter[Key]:
    """What each line is, whatever its columns' order: its name, and its largest amount."""
    return _keys_of(id(table), table)


@lru_cache(maxsize=64)
def _keys_of(_identity: int, table: Table) -> Counter[Key]:
    title = table.sorter.shape.title
    found: Counter[Key] = Counter()
    for index in table.lines:
        amounts = [read.cents[index] for read in table.read.values() if read.cents.get(index)]
        if amounts:
            name = "" if title is None else words(str(table.sorter.row(index)[title]))
            found[name, max(amounts)] += 1
    return found


def _holds(whole: Table, part: Table) -> bool:
    """Whether nearly all the lines of a table are in another."""
    keys = _keys(part)
    common = keys & _keys(whole)
    return keys.total() >= 2 and common.total() >= _NEARLY_ALL * keys.total()


def _shares_many(table: Table, other: Table) -> bool:
    common = _keys(table) & _keys(other)
    least = min(_keys(table).total(), _keys(other).total())
    return common.total() >= max(3, _MANY * least)


def _sums_up(table: Table, detail: Table) -> bool:
    """Whether a table gives the totals of another in clearly fewer lines."""
    if 2 * len(table.lines) > len(detail.lines):
        return False
    totals = {read.total for read in detail.read.values() if read.total}
    ours = {read.total for read in table.read.values() if read.total}
    if ours & totals:
        return True
    is_named_so = lexicon.has("summary_sheet", table.sheet.name)
    return is_named_so and not lexicon.has("summary_sheet", detail.sheet.name)


def _sums_up_all(table: Table, details: Sequence[Table]) -> bool:
    """Whether a table gives the totals of all the others together, or of each in a line."""
    together = {
        sum(read.total for detail in details for read in detail.read.values()),
        *(
            sum(list(detail.read.values())[at].total for detail in details)
            for at in range(min(len(detail.read) for detail in details))
        ),
    } - {0}
    ours = {read.total for read in table.read.values() if read.total}
    few = len(table.lines) * 2 <= sum(len(detail.lines) for detail in details)
    return few and bool(ours & together)
