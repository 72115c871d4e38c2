"""From a corrected proposal to a layout in force, by which its delivery is read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction

from beffroi.returns.deliveries.actions import read_again
from beffroi.returns.layouting.drafts import Draft, keep_draft
from beffroi.returns.layouting.reading import Funders
from beffroi.returns.layouting.storing import NewVersion, free_name, store_version
from beffroi.returns.models import Delivery, StoredLayout
from beffroi.returns.reading.fitting import fits
from beffroi.returns.reading.layout import layout_from
from beffroi.returns.reading.proposing import Proposal, SheetCorrection, layout_data_of
from beffroi.returns.reading.workbook import Workbook

if TYPE_CHECKING:
    from beffroi.returns.actors import Actor


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What somebody confirms: a workbook, how it is read, and what the layout is called."""

    workbook: Workbook
    proposal: Proposal
    draft: Draft
    title: str
    replaces: StoredLayout | None = None
    """The version that this one comes after; ``None`` for a new layout."""


@transaction.atomic
def confirm(delivery: Delivery, confirmed: Confirmed, funders: Funders, by: Actor) -> StoredLayout:
    """Keep the layout that reads as the proposal does, and ask for the delivery to be read by it.

    What was decided of sheets and rows holds for this workbook alone: it stays with the draft.
    Raises :class:`UnreadableFile` where the layout would not know the workbook again,
    :class:`LayoutRefused`, :class:`LayoutConflict`, :class:`DraftMovedOn`, or
    :class:`DeliveryRefused`.
    """
    content = layout_data_of(
        confirmed.proposal,
        source=delivery.partner.slug,
        title=confirmed.title,
        organisations={name: slug for slug, name in funders.names.items()},
    )
    layout = layout_from(confirmed.title, content)
    corrections = _settled(confirmed)
    fits(confirmed.workbook, layout.name, {layout.name: layout})
    before = confirmed.replaces
    new = NewVersion(
        before.name if before else free_name(delivery.contract, delivery.partner, confirmed.title),
        content,
        before.version if before else 0,
        made_from=delivery.file,
    )
    stored = store_version(delivery.contract, delivery.partner, new, by)
    keep_draft(delivery, corrections, confirmed.draft.revision, by)
    read_again(delivery, by, layout=stored)
    return stored


def _settled(confirmed: Confirmed) -> Mapping[str, SheetCorrection]:
    """The corrections, with each sheet read or left aside as it was shown to be."""
    read = {table.sheet for table in confirmed.proposal.tables}
    return {
        sheet.name: replace(
            confirmed.draft.corrections.get(sheet.name, SheetCorrection()),
            read=sheet.name in read,
        )
        for sheet in confirmed.workbook.sheets_with_content()
    }
