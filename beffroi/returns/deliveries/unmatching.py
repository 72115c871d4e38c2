"""A match of a submitted return undone, and that decision undone in turn: by reversing entries."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from beffroi.journal.models import Posting
from beffroi.ledger.models import Evidence
from beffroi.ledger.recognition import RecognitionRefused, separate, undo
from beffroi.operations.models import Assignment
from beffroi.returns.models import LineMatch


@dataclass(frozen=True, slots=True)
class Posted:
    """What the lines of a match are known by since their return was posted.

    ``decision`` is the last posting that gave them to another operation; ``None`` for none.
    """

    references: tuple[int, ...]
    decision: Posting | None


def posted_of(match: LineMatch) -> Posted:
    """The references of its lines, from the cells read in them, and the last decision of these."""
    delivery = match.delivery
    if delivery.posted is None:
        return Posted((), None)
    rows: dict[str, list[int]] = {}
    for sheet, row in match.lines:
        rows.setdefault(sheet, []).append(row)
    cells = Q()
    for sheet, numbers in rows.items():
        cells |= Q(sheet=sheet, cell__regex=rf"^[A-Z]+({'|'.join(map(str, numbers))})$")
    found = Evidence.objects.filter(
        cells,
        statement__posting=delivery.posted.posting_id,
        file=delivery.file_id,
        reference__isnull=False,
    )
    references = tuple(sorted(set(found.values_list("reference", flat=True))))
    last = (
        Assignment.objects.filter(reference__in=references)
        .select_related("posting")
        .order_by("-pk")
        .first()
    )
    return Posted(references, last.posting if last else None)


def unmatch(match: LineMatch) -> int:
    """Make an operation of its own of the lines of a match; the number of the posting.

    Raises :class:`RecognitionRefused`.
    """
    return separate(posted_of(match).references)


def match_again(match: LineMatch) -> int:
    """Undo the last decision about the lines of a match; the number of the posting.

    Raises :class:`RecognitionRefused`.
    """
    decision = posted_of(match).decision
    if decision is None:
        raise RecognitionRefused("Rien n'a été décidé de ces lignes depuis leur soumission.")
    return undo(decision.number)
