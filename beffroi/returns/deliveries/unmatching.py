"""A match of a submitted return undone, and that decision undone in turn: by reversing entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from beffroi.journal.models import Posting
from beffroi.ledger.models import Evidence
from beffroi.ledger.recognition import RecognitionRefused, separate, undo
from beffroi.operations.models import Assignment
from beffroi.returns.models import LineMatch

if TYPE_CHECKING:
    from django.db.models import QuerySet


def last_decision(match: LineMatch) -> Posting | None:
    """The last posting that gave the lines of a match to another operation; ``None`` for none."""
    given = Assignment.objects.filter(reference__in=_references(match))
    last = given.select_related("posting").order_by("-pk").first()
    return last.posting if last else None


def unmatch(match: LineMatch) -> int:
    """Make an operation of its own of the lines of a match; the number of the posting.

    Raises :class:`RecognitionRefused`.
    """
    return separate(set(_references(match)))


def match_again(match: LineMatch) -> int:
    """Undo the last decision about the lines of a match; the number of the posting.

    Raises :class:`RecognitionRefused`.
    """
    decision = last_decision(match)
    if decision is None:
        raise RecognitionRefused("Rien n'a été décidé de ces lignes depuis leur soumission.")
    return undo(decision.number)


def _references(match: LineMatch) -> QuerySet[Any]:
    """What its lines are known by: the references of the cells that were read in them."""
    delivery = match.delivery
    rows: dict[str, list[int]] = {}
    for sheet, row in match.lines:
        rows.setdefault(sheet, []).append(row)
    cells = Q()
    for sheet, numbers in rows.items():
        cells |= Q(sheet=sheet, cell__regex=rf"^[A-Z]+({'|'.join(map(str, numbers))})$")
    return Evidence.objects.filter(
        cells,
        statement__posting=delivery.posted.posting_id if delivery.posted else None,
        file=delivery.file_id,
        reference__isnull=False,
    ).values_list("reference", flat=True)
