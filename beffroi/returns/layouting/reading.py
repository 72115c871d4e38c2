"""A delivered workbook as people see it read: its sheets, columns, sums, doubts, and what lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from beffroi.returns.layouting.meanings import NO_STAGE, choice_of, is_money
from beffroi.returns.reading.headers import header_form
from beffroi.returns.reading.proposing import Doubt, Proposal, ProposedColumn, ProposedTable
from beffroi.returns.reading.proposing.doubts import DOUBTS
from beffroi.returns.reading.workbook import Sheet, Workbook, column_letters

EURO_UNITS = ("€", "k€", "M€")


@dataclass(frozen=True)
class Funders:
    """The organisations whose money a workbook may speak of, by identifier, and whose it is."""

    names: Mapping[str, str]
    own: str

    def named(self, words: str) -> str:
        """The identifier that words of a header name: the partner where they name nobody.

        Empty where they name somebody unknown.
        """
        if not words:
            return self.own
        return words if words in self.names else self._by_form.get(header_form(words), "")

    @cached_property
    def _by_form(self) -> dict[str, str]:
        """Identifiers by how a header would write their names."""
        return {header_form(name): slug for slug, name in self.names.items()}


@dataclass(frozen=True, slots=True)
class SheetRead:
    """A sheet with content, and the tables read in it, or why it is left aside."""

    sheet: Sheet
    tables: Sequence[ProposedTable]
    left_out: str

    @property
    def name(self) -> str:
        """How the sheet is called: empty in a CSV."""
        return self.sheet.name

    @property
    def rows(self) -> int:
        """How many lines are read in it."""
        return sum(table.data_rows for table in self.tables)

    @property
    def width(self) -> int:
        """How many columns the sheet has."""
        return max((len(row) for row in self.sheet.rows), default=0)

    @property
    def header(self) -> tuple[int, int] | None:
        """The header block of its first table."""
        return self.tables[0].header if self.tables else None

    @property
    def columns(self) -> dict[int, ProposedColumn]:
        """Its columns, those of its first table where it has several."""
        found: dict[int, ProposedColumn] = {}
        for table in self.tables:
            for column in table.columns:
                found.setdefault(column.column, column)
        return found

    @property
    def kinds(self) -> dict[int, str]:
        """What each row of its tables is."""
        return {row: kind for table in self.tables for row, kind in table.kinds.items()}


def sheets_read(workbook: Workbook, proposal: Proposal) -> list[SheetRead]:
    """The sheets of a workbook in their order, as a proposal reads them."""
    return [
        SheetRead(
            sheet,
            [table for table in proposal.tables if table.sheet == sheet.name],
            _why_left_out(sheet.name, proposal),
        )
        for sheet in workbook.sheets_with_content()
    ]


def _why_left_out(sheet: str, proposal: Proposal) -> str:
    if any(table.sheet == sheet for table in proposal.tables):
        return ""
    return {
        "sheet_hidden": _("elle est masquée"),
        "sheet_repeats": _("elle répète une autre feuille"),
        "sheet_sums_up": _("elle résume une autre feuille"),
    }.get(proposal.left_out.get(sheet, ""), _("aucun tableau de montants n'y est lu"))


def doubts_of(proposal: Proposal) -> list[Doubt]:
    """Every doubt: those of the workbook, then those of each table."""
    return [*proposal.doubts, *(doubt for table in proposal.tables for doubt in table.doubts)]


def said_of(doubt: Doubt) -> str:
    """The doubt in a sentence, in the reader's language."""
    return _(DOUBTS[doubt.kind]).format(shown=doubt.shown)


def lacking(proposal: Proposal, funders: Funders) -> list[str]:
    """What is still to be said before the layout is kept, a sentence each."""
    return [sentence for table in proposal.tables for sentence in _lacking(table, funders)]


def _lacking(table: ProposedTable, funders: Funders) -> Iterator[str]:
    sheet = _(" (feuille « %(name)s »)") % {"name": table.sheet} if table.sheet else ""
    choices = {column.column: choice_of(column) for column in table.columns}
    if table.unit not in EURO_UNITS:
        yield _("Dites l'unité des montants%(sheet)s : €, k€ ou M€.") % {"sheet": sheet}
    if not {"title", "owner", "code", "commune", "commune_name"} & set(choices.values()):
        yield (
            _("Dites quelle colonne porte l'intitulé des opérations%(sheet)s.") % {"sheet": sheet}
        )
    if not any(is_money(choice) for choice in choices.values()):
        yield _("Dites quelle colonne porte les montants%(sheet)s.") % {"sheet": sheet}
    for column in table.columns:
        said = {"column": column_letters(column.column), "sheet": sheet}
        if choices[column.column] == NO_STAGE:
            yield _("Colonne %(column)s%(sheet)s : dites à quel stade sont ces montants.") % said
        if is_money(choices[column.column]) and not funders.named(column.funder):
            yield _("Colonne %(column)s%(sheet)s : dites de qui est cet argent.") % said
