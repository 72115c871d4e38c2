"""What people have corrected of how a workbook is read, kept with its delivery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from beffroi.returns.models import Delivery, DeliveryState, LayoutDraft
from beffroi.returns.reading.proposing import Corrections, SheetCorrection
from beffroi.returns.reading.said import Said

if TYPE_CHECKING:
    from beffroi.returns.actors import Actor

_BY_NUMBER = ("meanings", "kinds", "stages", "funders", "years")
"""What a correction gives by column or by row: JSON makes texts of their numbers."""


class DraftMovedOn(Exception):
    """Somebody corrected the same workbook meanwhile: one sentence. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The corrections of one workbook, as of a revision. ``author_name`` made the last one."""

    corrections: Corrections
    revision: int = 0
    author_name: str = ""


def draft_of(delivery: Delivery) -> Draft | None:
    """What was corrected of a delivery's workbook; ``None`` where nobody did."""
    kept = LayoutDraft.objects.filter(delivery=delivery).first()
    if kept is None:
        return None
    return Draft(corrections_from(kept.corrections), kept.revision, kept.author_name)


def rows_said_of(delivery: Delivery) -> Said:
    """What was decided of the sheets and rows of a delivery's workbook, which no layout holds."""
    draft = draft_of(delivery)
    return {sheet: each.said for sheet, each in draft.corrections.items()} if draft else {}


@transaction.atomic
def keep_draft(delivery: Delivery, corrections: Corrections, seen: int, by: Actor) -> None:
    """Keep corrections made upon revision ``seen`` (0: none yet).

    Raises :class:`DraftMovedOn` where it is no longer the last, or no longer waited for.
    """
    held = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if held.state != DeliveryState.LAYOUT:
        raise DraftMovedOn(_("Ce classeur n'attend plus sa mise en page : il a été relu."))
    kept = LayoutDraft.objects.filter(delivery=delivery).first() or LayoutDraft(delivery=delivery)
    if kept.revision != seen:
        raise DraftMovedOn(
            _(
                "%(author)s vient de corriger cette mise en page : voici où elle en est. Votre "
                "dernière correction n'est pas prise."
            )
            % {"author": kept.author_name or _("Quelqu'un")}
        )
    kept.corrections = as_data(corrections)
    kept.revision, kept.author_name = seen + 1, by.name[:300]
    kept.save()


def as_data(corrections: Corrections) -> dict[str, Any]:
    """Corrections as JSON keeps them: by sheet, what was decided and nothing else."""
    empty = asdict(SheetCorrection())
    return {
        sheet: {
            key: {str(at): each for at, each in value.items()} if key in _BY_NUMBER else value
            for key, value in asdict(correction).items()
            if value != empty[key]
        }
        for sheet, correction in corrections.items()
        if correction != SheetCorrection()
    }


def corrections_from(data: Mapping[str, Mapping[str, Any]]) -> dict[str, SheetCorrection]:
    """The corrections that :func:`as_data` wrote."""
    return {sheet: _correction(kept) for sheet, kept in data.items()}


def _correction(kept: Mapping[str, Any]) -> SheetCorrection:
    said = dict(kept)
    for key in _BY_NUMBER:
        if key in said:
            said[key] = {int(at): each for at, each in said[key].items()}
    if said.get("header") is not None:
        said["header"] = tuple(said["header"])
    return SheetCorrection(**said)
