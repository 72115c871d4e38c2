"""Reuniting operations found to be one, and undoing it: the decision and its money, together.

Each of these is one posting. It takes, in this order, the lock of recognitions of the contract
(:func:`beffroi.operations.actions.lock_recognition`: no return of it is taken meanwhile), the locks
of the sources concerned (:func:`beffroi.ledger.actions.lock_stream`), and that of known time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Q, QuerySet

from beffroi.journal.actions import OpenPosting, posting
from beffroi.journal.models import Posting, PostingKind
from beffroi.ledger.moving import move_statements
from beffroi.operations.actions import lock_recognition
from beffroi.operations.grouping import Links
from beffroi.operations.models import Judgement, Operation, Reference, Verdict
from beffroi.operations.queries import Judged, judgements, lines_of
from beffroi.operations.recognition import (
    Move,
    assign,
    decided_by,
    followers_of,
    give_back,
    judge,
    make_apart,
    references_now,
)


class RecognitionRefused(Exception):
    """The decision cannot be carried out: one sentence says why. Nothing was written."""


class _NothingToReunite(Exception):
    """No posting is needed."""


def merge(operation_id: int, into_id: int, *, seen: int | None = None) -> int:
    """Make one of two operations found to be one; the number of the posting.

    The first is absorbed by the second, which bears its references and statements from then on.
    ``seen`` is the row id of the last decision of the pair (:func:`decisions_of`; 0 for none) that
    somebody read. Raises :class:`RecognitionRefused`.
    """
    one, other = _operation(operation_id), _operation(into_id)
    if one == other:
        raise RecognitionRefused("Il faut deux opérations différentes pour les réunir.")
    if one.contract_id != other.contract_id:
        raise RecognitionRefused(
            f"{one.code} et {other.code} sont de deux contrats : elles ne se réunissent pas."
        )
    with posting(PostingKind.RECOGNITION, f"{one.code} réunie à {other.code}") as opened:
        lock_recognition(one.contract_id)
        _refuse_absorbed(one, other)
        _refuse_decided(one, other, seen)
        _absorb(opened, {one.pk: other.pk}, one.contract_id)
    return _number(opened)


def tell_apart(operation_id: int, other_id: int, *, seen: int | None = None) -> int:
    """Say that two operations that look alike are two; the number of the posting.

    ``seen`` is as :func:`merge` has it. Raises :class:`RecognitionRefused`.
    """
    one, other = _operation(operation_id), _operation(other_id)
    if one == other or one.contract_id != other.contract_id:
        raise RecognitionRefused("Il faut deux opérations différentes d'un même contrat.")
    label = f"{one.code} et {other.code} sont deux opérations"
    with posting(PostingKind.RECOGNITION, label) as opened:
        lock_recognition(one.contract_id)
        _refuse_absorbed(one, other)
        _refuse_decided(one, other, seen)
        judge([(one.pk, other.pk)], Verdict.DIFFERENT, posting_id=opened.id)
    return _number(opened)


def decisions_of(one: int, other: int) -> QuerySet[Judgement]:
    """What was decided of two operations, the last word first."""
    pair = Q(operation=one, other=other) | Q(operation=other, other=one)
    return Judgement.objects.filter(pair).order_by("-pk")


def _refuse_absorbed(*operations: Operation) -> None:
    absorbed = judgements(operations[0].contract_id).absorbed
    for operation in operations:
        if operation.pk in absorbed:
            raise RecognitionRefused(f"{operation.code} est déjà réunie à une autre.")


def _refuse_decided(one: Operation, other: Operation, seen: int | None) -> None:
    """Two people at once: the second is told, and decides again."""
    last = decisions_of(one.pk, other.pk).values_list("pk", flat=True).first()
    if seen is not None and (last or 0) != seen:
        raise RecognitionRefused("Quelqu'un vient d'en décider : relisez, puis décidez.")


def reunite(contract_id: int | None) -> int | None:
    """Reunite the operations that returns, or the answers given, showed to be one.

    The oldest absorbs the others. The number of the posting; ``None`` where nothing waited.
    """
    label = "Opérations réunies à la suite d'une remontée"
    try:
        with posting(PostingKind.RECOGNITION, label) as opened:
            lock_recognition(contract_id)
            reunions = _reunions(judgements(contract_id))
            if not reunions:
                raise _NothingToReunite
            _absorb(opened, reunions, contract_id)
    except _NothingToReunite:
        return None
    return _number(opened)


def separate(reference_ids: Collection[int]) -> int:
    """Undo a match: make an operation of its own of references that are not its lines.

    The references recognised in them since follow. The number of the posting. Raises
    :class:`RecognitionRefused`.
    """
    references = list(Reference.objects.filter(pk__in=reference_ids).select_related("operation"))
    if not references:
        raise RecognitionRefused("Nommez les lignes à séparer.")
    contract_id = references[0].operation.contract_id
    with posting(PostingKind.RECOGNITION, "Lignes séparées d'une opération") as opened:
        lock_recognition(contract_id)
        now = lines_of({reference.operation_id for reference in references}).operation_of
        bearing = {now[reference.pk] for reference in references}
        if len(bearing) > 1:
            raise RecognitionRefused(
                "Ces lignes sont de plusieurs opérations : séparez-les à part."
            )
        operation_id = bearing.pop()
        every = set(references_now(operation_id))
        leaving = sorted(followers_of(reference_ids) & every)
        if every <= set(leaving):
            raise RecognitionRefused(
                "Ce sont toutes les lignes de l'opération : il n'y a rien dont les séparer."
            )
        made = make_apart(leaving, posting_id=opened.id)
        judge([(made, operation_id)], Verdict.DIFFERENT, posting_id=opened.id)
        assign([Move(leaving, operation_id, made)], posting_id=opened.id)
        _move(opened, {operation_id, made}, contract_id)
    return _number(opened)


def undo(number: int) -> int:
    """Undo a posting of this module; the number of the posting that does.

    Lines go back to the operations they had, with those recognised in them since. Raises
    :class:`RecognitionRefused` where there is nothing left of it to undo.
    """
    undone = Posting.objects.filter(number=number, kind=PostingKind.RECOGNITION).first()
    decided = decided_by(undone.pk) if undone else None
    if undone is None or decided is None:
        raise RecognitionRefused(f"L'écriture n° {number} n'est pas un rapprochement à défaire.")
    with posting(PostingKind.RECOGNITION, f"Écriture n° {number} défaite") as opened:
        lock_recognition(decided.contract_id)
        judged = judgements(decided.contract_id)
        moves = _moves_back(decided.moves, judged)
        if not moves:
            raise RecognitionRefused(f"L'écriture n° {number} est déjà défaite.")
        give_back(moves, undone=undone.pk, posting_id=opened.id)
        emptied = {move.from_id for move in moves if not references_now(move.from_id)}
        same = [(move.from_id, move.to_id) for move in moves if move.from_id in emptied]
        judge(same, Verdict.SAME, posting_id=opened.id)
        judge(
            _told_apart(decided.moves, moves, judged) - set(same),
            Verdict.DIFFERENT,
            posting_id=opened.id,
        )
        changed = {operation_id for move in moves for operation_id in (move.from_id, move.to_id)}
        _move(opened, changed, decided.contract_id)
    return _number(opened)


def _moves_back(moves: Sequence[Move], judged: Judged) -> list[Move]:
    """The moves that undo others: of the references that are still where these put them."""
    absorbed = judged.absorbed
    found = []
    for move in moves:
        bearer = absorbed.get(move.to_id, move.to_id)
        there = set(references_now(bearer))
        leaving = followers_of(there & set(move.reference_ids)) & there
        if leaving:
            found.append(Move(sorted(leaving), bearer, move.from_id))
    return found


def _told_apart(
    moves: Sequence[Move], back: Sequence[Move], judged: Judged
) -> set[tuple[int, int]]:
    """The pairs of operations that are two again."""
    apart = {(move.from_id, move.to_id) for move in moves}
    apart |= {(move.to_id, move.from_id) for move in back}
    parted = {operation_id for pair in apart for operation_id in pair}
    return apart | {
        pair
        for pair, verdict in judged.verdicts.items()
        if verdict == Verdict.FOUND and set(pair) <= parted
    }


def _reunions(judged: Judged) -> dict[int, int]:
    """Which operation absorbs each of those to reunite."""
    links = Links({operation_id for pair in judged.to_reunite for operation_id in pair})
    for one, other in judged.to_reunite:
        links.join(one, other)
    return {
        operation_id: min(together)
        for together in links.components()
        for operation_id in together
        if operation_id != min(together)
    }


def _absorb(opened: OpenPosting, into: dict[int, int], contract_id: int | None) -> None:
    """Let operations be absorbed by others, with their lines and their money."""
    judge(into.items(), Verdict.SAME, posting_id=opened.id)
    assign(
        [Move(references_now(one), one, other) for one, other in sorted(into.items())],
        posting_id=opened.id,
    )
    _move(opened, {*into, *into.values()}, contract_id)


def _move(opened: OpenPosting, operations: Collection[int], contract_id: int | None) -> None:
    lines = lines_of(operations)
    move_statements(
        opened,
        operations=operations,
        formerly=lines.formerly,
        operation_of=lines.operation_of,
        absorbed=judgements(contract_id).absorbed,
    )


def _operation(operation_id: int) -> Operation:
    found = Operation.objects.filter(pk=operation_id).first()
    if found is None:
        raise RecognitionRefused("Cette opération n'existe pas.")
    return found


def _number(opened: OpenPosting) -> int:
    return Posting.objects.values_list("number", flat=True).get(pk=opened.id)
