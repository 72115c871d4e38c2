"""From a workbook to its proposal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from beffroi.returns.reading.blocks import Block, blocks_of
from beffroi.returns.reading.profiles import TEXT, kind_of
from beffroi.returns.reading.proposing.choosing import Choice
from beffroi.returns.reading.proposing.doubts import Doubt, doubt, listed
from beffroi.returns.reading.proposing.proposal import (
    Corrections,
    Proposal,
    SheetCorrection,
)
from beffroi.returns.reading.proposing.tables import NO_CORRECTION, Table
from beffroi.returns.reading.units import stated_unit
from beffroi.returns.reading.workbook import Sheet, UnreadableFile, Workbook

_ROWS_UNDER = 15
_LONGEST_TEXT = 400


def propose(workbook: Workbook, corrections: Corrections | None = None) -> Proposal:
    """How the workbook would be read, and what is unsure in it.

    ``corrections`` are what a person decided, by sheet: each stands, and the rest is found around
    them. Raises :class:`UnreadableFile`, with one sentence, where no sheet is a table of money.
    """
    said = corrections or {}
    sheets = list(workbook.sheets_with_content())
    read = [sheet for sheet in sheets if said.get(sheet.name, NO_CORRECTION).read is not False]
    elsewhere = _texts_of_notices(read)
    tables = [
        table
        for sheet in read
        for table in _tables_of(sheet, elsewhere, said.get(sheet.name, NO_CORRECTION))
    ]
    if not tables:
        raise UnreadableFile(
            f"{workbook.name} ne contient aucun tableau de montants : aucune colonne de nombres "
            "n'y est annoncée comme de l'argent ; envoyez le classeur qui porte les montants."
        )
    choice = Choice(tables, {name for name, each in said.items() if each.read})
    kept = [table.proposed() for table in choice.kept]
    left = {**choice.left_out, **_not_tables(sheets, tables)}
    return Proposal(kept, [*choice.doubts, *_said_of(left)], left)


def _not_tables(sheets: Sequence[Sheet], tables: Sequence[Table]) -> dict[str, str]:
    of_money = {table.sheet.name for table in tables}
    return {sheet.name: "sheet_left_out" for sheet in sheets if sheet.name not in of_money}


def _said_of(left: dict[str, str]) -> Iterator[Doubt]:
    names = [f"« {name} »" for name, why in left.items() if why == "sheet_left_out"]
    if names:
        yield doubt("sheet_left_out", "", shown=listed(names))


def _tables_of(
    sheet: Sheet, elsewhere: Sequence[str], correction: SheetCorrection
) -> Iterator[Table]:
    start = 0
    for block in blocks_of(sheet, correction.header):
        table = Table(sheet, block, _around(sheet, block, start), elsewhere, correction)
        if table.is_of_money:
            yield table
        start = block.end


def _around(sheet: Sheet, block: Block, start: int) -> list[str]:
    """The texts above a table, the nearest first, then those just under it."""
    top = block.header[0] if block.header else block.first
    above = range(top - 1, start - 1, -1)
    under = range(max(block.first, block.end - _ROWS_UNDER), block.end)
    return [value for rows in (above, under) for row in rows for value in _lone_texts(sheet, row)]


def _lone_texts(sheet: Sheet, row: int) -> list[str]:
    """The texts of a row that holds no more than a few: a title or a note, no line."""
    said = [value for value in sheet.rows[row] if value != ""]
    texts = [
        value
        for value in said
        if isinstance(value, str)
        and len(value) <= _LONGEST_TEXT
        and (kind_of(value) == TEXT or stated_unit(value))
    ]
    return texts if len(said) <= 3 and len(texts) == len(said) else []


def _texts_of_notices(sheets: Sequence[Sheet]) -> list[str]:
    """The texts of small sheets that hold few numbers: notices, legends."""
    return [
        value
        for sheet in sheets
        if len(sheet.rows) <= 60 and not any(isinstance(v, float) for r in sheet.rows for v in r)
        for row in sheet.rows
        for value in row
        if isinstance(value, str) and 0 < len(value) <= _LONGEST_TEXT
    ]
