"""What is decided of operations and their references: one operation or two, and whose lines.

Nothing here moves money: ``ledger.recognition`` decides and moves, in one posting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from beffroi.operations.actions import make_operations
from beffroi.operations.models import Assignment, Judgement, Location, Operation, Reference, Verdict
from beffroi.operations.proposals import NewOperation
from beffroi.operations.queries import lines_of


@dataclass(frozen=True, slots=True)
class Move:
    """References given to another operation."""

    reference_ids: Sequence[int]
    from_id: int
    to_id: int


def references_now(operation_id: int) -> list[int]:
    """The references that are today those of an operation."""
    now = lines_of([operation_id]).operation_of
    return sorted(reference for reference, given in now.items() if given == operation_id)


def judge(pairs: Iterable[tuple[int, int]], verdict: Verdict, *, posting_id: int) -> None:
    """Say of pairs of operations that they are one (the first absorbed by the other), or two."""
    Judgement.objects.bulk_create(
        Judgement(operation_id=one, other_id=other, verdict=verdict, posting_id=posting_id)
        for one, other in sorted(set(pairs))
    )


def assign(moves: Sequence[Move], *, posting_id: int) -> None:
    """Give references to other operations; those that lie nowhere are placed like the others."""
    Assignment.objects.bulk_create(
        Assignment(reference_id=reference_id, operation_id=move.to_id, posting_id=posting_id)
        for move in moves
        for reference_id in move.reference_ids
    )
    for to_id, from_id in {move.to_id: move.from_id for move in reversed(moves)}.items():
        if not _standing_places(to_id):
            _place(to_id, _standing_places(from_id), posting_id)


def give_back(moves: Sequence[Move], *, undone: int, posting_id: int) -> None:
    """Give references back to the operations they were taken from, by the posting ``undone``."""
    assign(moves, posting_id=posting_id)
    for operation_id in sorted({move.from_id for move in moves}):
        standing = _standing_places(operation_id)
        if standing and standing[0].posting_id == undone:
            Location.objects.create(operation_id=operation_id, posting_id=posting_id)


def make_apart(reference_ids: Sequence[int], *, posting_id: int) -> int:
    """Make an operation of its own for references that are no longer those of another."""
    reference = Reference.objects.get(pk=min(reference_ids))
    before = Operation.objects.get(pk=reference.operation_id)
    made = make_operations(
        [NewOperation(reference.written or before.title, reference.owner, reference.siret)],
        contract_id=before.contract_id,
        fictitious=before.fictitious,
        posting_id=posting_id,
    )
    return made[0]


@dataclass(frozen=True, slots=True)
class Decided:
    """What one posting decided: the moves of references, by the operation they had before."""

    contract_id: int | None
    moves: Sequence[Move]


def decided_by(posting_id: int) -> Decided | None:
    """What a posting decided; ``None`` where it moved no reference."""
    assigned = list(
        Assignment.objects.filter(posting=posting_id).select_related("operation").order_by("pk")
    )
    if not assigned:
        return None
    before = _operation_before(posting_id, [each.reference_id for each in assigned])
    moves: dict[tuple[int, int], list[int]] = defaultdict(list)
    for each in assigned:
        moves[before[each.reference_id], each.operation_id].append(each.reference_id)
    return Decided(
        assigned[0].operation.contract_id,
        [Move(ids, from_id, to_id) for (from_id, to_id), ids in moves.items()],
    )


def followers_of(reference_ids: Collection[int]) -> set[int]:
    """References, with those recognised in them since, in turn."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE following AS (
                SELECT id FROM operations_reference WHERE id = ANY(%s)
                UNION
                SELECT r.id FROM operations_reference r
                JOIN following f ON f.id = r.recognised_in_id
            )
            SELECT id FROM following
            """,
            [list(reference_ids)],
        )
        return {row[0] for row in cursor.fetchall()}


def _operation_before(posting_id: int, reference_ids: Sequence[int]) -> Mapping[int, int]:
    """The operation that references had just before a posting gave them to another."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT r.id, coalesce(before.operation_id, r.operation_id)
            FROM operations_reference r
            LEFT JOIN LATERAL (
                SELECT a.operation_id
                FROM operations_assignment a JOIN journal_posting p ON p.id = a.posting_id
                WHERE a.reference_id = r.id
                  AND p.number < (SELECT number FROM journal_posting WHERE id = %(posting)s)
                ORDER BY p.number DESC LIMIT 1
            ) before ON true
            WHERE r.id = ANY(%(references)s)
            """,
            {"posting": posting_id, "references": list(reference_ids)},
        )
        return dict(cursor.fetchall())


def _place(operation_id: int, places: Sequence[Location], posting_id: int) -> None:
    Location.objects.bulk_create(
        Location(
            operation_id=operation_id,
            commune_id=place.commune_id,
            epci_id=place.epci_id,
            partner_id=place.partner_id,
            share=place.share,
            posting_id=posting_id,
        )
        for place in places
    )


def _standing_places(operation_id: int) -> list[Location]:
    placed = Location.objects.filter(operation=operation_id)
    last = placed.order_by("-posting__number").values_list("posting", flat=True).first()
    return [
        place
        for place in placed.filter(posting=last)
        if place.commune_id is not None or place.epci_id is not None
    ]
