"""What has changed in a workbook since its layout was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from beffroi.returns.reading.layout import Layout
from beffroi.returns.reading.lines import address
from beffroi.returns.reading.shapes import Laying, layings
from beffroi.returns.reading.workbook import Workbook, column_letters

NEW_COLUMN, COLUMN_GONE, HEADER_MOVED, RENAMED = (
    "new_column",
    "column_gone",
    "header_moved",
    "renamed",
)


def _(text: str) -> str:
    """Mark a text for translation."""
    return text


MESSAGES = {
    NEW_COLUMN: _(
        "Nouvelle colonne « {now} » : elle n'est pas lue tant qu'on ne dit pas son sens."
    ),
    COLUMN_GONE: _("La colonne « {was} » a disparu."),
    HEADER_MOVED: _("L'en-tête a bougé : il était {was}, il est {now}."),
    RENAMED: _("La colonne « {was} » s'appelle maintenant « {now} »."),
}


@dataclass(frozen=True, slots=True)
class LayoutChange:
    """One difference between the shape a layout knows and a workbook.

    ``kind`` is one of the constants above; ``where`` an address in the workbook (the sheet alone
    for what is gone); ``was`` and ``now`` the header, or the row or column, then and now.
    """

    kind: str
    where: str
    was: str
    now: str

    @property
    def message(self) -> str:
        """The change in one French sentence."""
        return MESSAGES[self.kind].format(was=self.was, now=self.now)


def changes_of(layout: Layout, workbook: Workbook) -> list[LayoutChange]:
    """How the workbook differs from the shape under which the layout was saved.

    Empty where nothing changed, or where the layout keeps no shape (those written by hand).
    """
    if not layout.shapes:
        return []
    found = [
        change
        for sheet in workbook.sheets_with_content()
        for laying in layings(layout, sheet)
        for change in _changes(laying)
    ]
    return list(dict.fromkeys(found))


def _changes(laying: Laying) -> Iterator[LayoutChange]:
    shape, sheet = laying.shape, laying.sheet.name
    row = laying.header[1] if laying.header else laying.first
    if laying.header and row != shape.last_header_row:
        was, now = (f"en ligne {number + 1}" for number in (shape.last_header_row, row))
        yield LayoutChange(HEADER_MOVED, address(sheet, str(row + 1)), was, now)
    headers = [" / ".join(stack) for stack in laying.labels]
    alignment = laying.alignment
    for was_at, at in sorted(alignment.places.items(), key=lambda each: each[1]):
        where = address(sheet, f"{column_letters(at)}{row + 1}")
        if was_at in alignment.renamed:
            yield LayoutChange(RENAMED, where, shape.headers[was_at], headers[at])
    for at in alignment.new:
        where = address(sheet, f"{column_letters(at)}{row + 1}")
        yield LayoutChange(NEW_COLUMN, where, "", headers[at])
    for was_at in alignment.gone:
        if shape.headers[was_at]:
            yield LayoutChange(COLUMN_GONE, sheet, shape.headers[was_at], "")
