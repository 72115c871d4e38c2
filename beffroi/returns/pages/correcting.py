"""A delivered workbook while it is being corrected: what is read once for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.http import QueryDict

from beffroi.partners.models import Organisation
from beffroi.returns.layouting.drafts import Draft, draft_of
from beffroi.returns.layouting.proposals import proposal_of
from beffroi.returns.layouting.reading import Funders, SheetRead, sheets_read
from beffroi.returns.layouting.storing import in_force, layout_of
from beffroi.returns.layouting.windows import Asked, place_of
from beffroi.returns.models import Delivery, StoredLayout
from beffroi.returns.pages.desk import Desk
from beffroi.returns.reading import Finding
from beffroi.returns.reading.changes import nearest_change
from beffroi.returns.reading.proposing import Proposal, SheetCorrection
from beffroi.returns.reading.workbook import UnreadableFile, Workbook
from beffroi.returns.sheets import kept_workbook

SHEET, ROW, COLUMN, CELL, CHOSEN = "feuille", "ligne", "colonne", "cellule", "geste"
"""What an address asks for: a sheet by its rank from 1, where its page starts, a cell, a row to be
dealt with."""


@dataclass(frozen=True, slots=True)
class WorkbookChanged:
    """The layout that a workbook nearly has the shape of, and what is no longer as it was."""

    stored: StoredLayout
    findings: Sequence[Finding]

    @property
    def title(self) -> str:
        """What the layout is called."""
        return str(self.stored.content["title"])


@dataclass
class Correcting:
    """A delivered workbook as it is being corrected: read once for a page."""

    desk: Desk
    delivery: Delivery
    asked: QueryDict

    @cached_property
    def workbook(self) -> Workbook:
        """The workbook. Raises :class:`UnreadableFile`."""
        return kept_workbook(self.delivery.file_id, self.delivery.file_name)

    @cached_property
    def draft(self) -> Draft:
        """What was corrected so far."""
        return draft_of(self.delivery) or Draft({})

    @cached_property
    def refusal(self) -> str:
        """Why nothing is read, as corrected so far; empty where something is."""
        return self._proposed[1]

    @property
    def proposal(self) -> Proposal:
        """How it is read as corrected so far."""
        return self._proposed[0]

    @cached_property
    def _proposed(self) -> tuple[Proposal, str]:
        try:
            kept = self.delivery.file_id
            return proposal_of(kept, self.workbook, self.draft.corrections), ""
        except UnreadableFile as nothing:
            return Proposal([]), str(nothing)

    @cached_property
    def changed(self) -> WorkbookChanged | None:
        """How it differs from the workbooks of a layout confirmed before; ``None`` for none."""
        before = StoredLayout.objects.filter(
            partner=self.delivery.partner, contract=self.desk.contract
        )
        known = {str(stored): stored for stored in in_force(before)}
        layouts = (layout_of(stored) for stored in known.values())
        found = nearest_change((each for each in layouts if each.shapes), self.workbook)
        return WorkbookChanged(known[found[0].name], found[1]) if found else None

    @cached_property
    def funders(self) -> Funders:
        """Whose money it may speak of."""
        parties = Organisation.objects.filter(participations__contract=self.desk.contract)
        partner = self.delivery.partner
        names = {each.slug: str(each) for each in [*parties.distinct(), partner]}
        return Funders(names, partner.slug)

    @cached_property
    def sheets(self) -> list[SheetRead]:
        """Its sheets."""
        return sheets_read(self.workbook, self.proposal)

    @cached_property
    def rank(self) -> int:
        """The rank of the sheet shown, from 0: the one asked for, or the first that is read."""
        written = self.asked.get(SHEET, "")
        if written.isascii() and written.isdecimal() and 0 < int(written[:6]) <= len(self.sheets):
            return int(written[:6]) - 1
        return next((rank for rank, sheet in enumerate(self.sheets) if sheet.tables), 0)

    @property
    def sheet(self) -> SheetRead:
        """The sheet shown."""
        return self.sheets[self.rank]

    @property
    def correction(self) -> SheetCorrection:
        """What was decided of it."""
        return self.draft.corrections.get(self.sheet.name, SheetCorrection())

    @property
    def window(self) -> Asked:
        """Which part of it is shown."""
        cell = place_of(self.asked.get(CELL, ""), "")
        return Asked(
            number_in(self.asked.get(ROW, "")),
            number_in(self.asked.get(COLUMN, "")) or 0,
            (cell, 0) if isinstance(cell, int) else cell,
        )

    def address(self, **more: object) -> str:
        """This page, for that sheet."""
        query = QueryDict(mutable=True)
        query.update({SHEET: str(self.rank + 1)} | {name: str(said) for name, said in more.items()})
        base = self.desk.address("delivery-layout", number=self.delivery.pk)
        return f"{base}{'&' if '?' in base else '?'}{query.urlencode()}"


def number_in(written: str) -> int | None:
    """A row or column asked for, from 1 as written; from 0 as given."""
    is_one = written.isascii() and written.isdecimal() and len(written) < 8
    return max(int(written) - 1, 0) if is_one else None
