"""Proposing which figure stands, accepting it, leaving a gap open: symmetric, both sides kept.

A turn takes :data:`AGREEING_LOCK` of its contract: of two people at once, the second reads what the
first did and is told. Accepting is a posting; before that lock it takes, in this order, the lock of
recognitions of the contract (no return of it is taken meanwhile) and the streams of both sides.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beffroi.accounts.models import User
from beffroi.contracts.models import Contract
from beffroi.journal.actions import OpenPosting, last_number, posting
from beffroi.journal.models import PostingKind
from beffroi.ledger.actions import lock_stream
from beffroi.ledger.agreed import agreed_figures
from beffroi.ledger.arbitrating import Money, Settlement, arbitrate
from beffroi.ledger.queries import Scope
from beffroi.operations.actions import lock_recognition
from beffroi.partners.models import Organisation
from beffroi.reconciliation.agreements.queries import agreements_of, last_turn
from beffroi.reconciliation.models import Agreement, Turn, TurnKind
from beffroi.reconciliation.queries import Gap, gaps_at
from beffroi.server.constraints import sentence_of

#: First half of the advisory lock under which both sides of a contract take turns.
AGREEING_LOCK = 0x41475245  # "AGRE"

#: What an arbitration of the ledger names as its evidence.
EVIDENCE = "agreement"


class AgreementRefused(Exception):
    """The turn cannot be taken: one sentence says why. Nothing was written."""


class Figure(StrEnum):
    """Which of the two figures of a gap is to stand."""

    OWN = "own"
    CLAIM = "claim"

    def of(self, gap: Gap) -> int | None:
        """That figure, in cents; ``None`` where the funder gives none."""
        return gap.own_cents if self is Figure.OWN else gap.claim_cents


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: somebody, and the partners for which they may."""

    author: User
    sides: frozenset[int]


@dataclass(frozen=True, slots=True)
class Document:
    """A file kept as the reason of a proposal."""

    sha256: str
    name: str


def propose(
    contract: Contract,
    gap: Gap,
    cents: int,
    voice: Voice,
    *,
    reason: str,
    seen: int = 0,
    document: Document | None = None,
) -> Turn:
    """Propose the figure, in cents, that is to stand for a gap; or another one than proposed.

    ``seen`` is the rank of the last turn that the person read (0: none). Raises
    :class:`AgreementRefused`.
    """
    with _turns(contract):
        _refuse_outdated(contract, [gap])
        (agreement,) = _agreements(contract, [gap])
        last = last_turn(agreement)
        _refuse_unread(last, seen)
        if last and last.kind == TurnKind.ACCEPTS and gap.agreed_cents == cents:
            raise AgreementRefused(_("Ce montant est déjà celui dont vous êtes convenus."))
        turn = Turn(
            agreement=agreement,
            rank=seen + 1,
            side_id=_side(agreement, voice),
            author=voice.author,
            kind=TurnKind.PROPOSES,
            cents=cents,
            reason=reason.strip(),
            document_id=document.sha256 if document else None,
            document_name=document.name if document else "",
        )
        turn.save()
    return turn


def propose_all(
    contract: Contract, chosen: Sequence[Gap], figure: Figure, voice: Voice, *, reason: str
) -> int:
    """Propose for many gaps that the funder's figure stands, or the claim; how many were proposed.

    Left as they are: gaps on which both sides are already talking or agreed, those of which the
    person represents neither side, those that have no such figure. Raises
    :class:`AgreementRefused`.
    """
    with _turns(contract):
        _refuse_outdated(contract, chosen)
        wanted = [
            gap
            for gap in chosen
            if gap.agreed_cents is None
            and figure.of(gap) is not None
            and not voice.sides.isdisjoint(gap.sides)
        ]
        turns = []
        for gap, agreement in zip(wanted, _agreements(contract, wanted), strict=True):
            last = last_turn(agreement)
            is_busy = last is not None and last.kind == TurnKind.PROPOSES
            if not is_busy:
                turns.append(
                    Turn(
                        agreement=agreement,
                        rank=last.rank + 1 if last else 1,
                        side_id=_side(agreement, voice),
                        author=voice.author,
                        kind=TurnKind.PROPOSES,
                        cents=figure.of(gap),
                        reason=reason.strip(),
                    )
                )
        Turn.objects.bulk_create(turns)
    return len(turns)


def leave_open(
    contract: Contract, agreement: Agreement, voice: Voice, *, reason: str, seen: int
) -> Turn:
    """Say that a gap stays open, and why. Raises :class:`AgreementRefused`."""
    with _turns(contract):
        last = last_turn(agreement)
        _refuse_unread(last, seen)
        if last is None or last.kind != TurnKind.PROPOSES:
            raise AgreementRefused(_("Il n'y a pas de proposition à laisser ouverte."))
        turn = Turn(
            agreement=agreement,
            rank=seen + 1,
            side_id=_side(agreement, voice),
            author=voice.author,
            kind=TurnKind.LEAVES_OPEN,
            reason=reason.strip(),
        )
        turn.save()
    return turn


def accept(contract: Contract, seen: Mapping[int, int], voice: Voice, *, reason: str = "") -> int:
    """Accept what the other side proposed: all that is agreed is posted at once; how many figures.

    ``seen`` gives, by the id of each agreement, the rank of the proposal that the person read.
    Raises :class:`AgreementRefused`: somebody answered in between, or what one of them rests on is
    no longer what is said. Nothing is written then.
    """
    label = ngettext("%(n)s montant convenu", "%(n)s montants convenus", len(seen))
    try:
        with posting(PostingKind.AGREEMENT, label % {"n": len(seen)}) as opened:
            lock_recognition(contract.pk)
            found = list(agreements_of(contract).filter(pk__in=seen))
            if len(found) < max(1, len(seen)):
                raise AgreementRefused(_("Choisissez les propositions à accepter."))
            for side in sorted({pk for each in found for pk in (each.source_id, each.funder_id)}):
                lock_stream(contract.pk, side)
            _lock(contract)
            accepted = [
                (each, _accepted(opened, each, seen[each.pk], voice, reason))
                for each in agreements_of(contract).filter(pk__in=seen)
            ]
            _refuse_moved(contract, found)
            _refuse_otherwise_agreed(contract, accepted)
            arbitrate(opened, contract.pk, [settlement for _each, settlement in accepted])
    except IntegrityError as error:
        raise AgreementRefused(
            sentence_of(error) or _("Cet accord n'a pas pu être pris.")
        ) from error
    return len(accepted)


def _accepted(
    opened: OpenPosting, agreement: Agreement, seen: int, voice: Voice, reason: str
) -> Settlement:
    """One side accepts what the other proposed: its turn, and what it settles."""
    last = last_turn(agreement)
    _refuse_unread(last, seen)
    if last is None or last.cents is None:
        raise AgreementRefused(
            _("« %(operation)s » : il n'y a pas de proposition à accepter.")
            % {"operation": agreement.operation}
        )
    other = ({agreement.source_id, agreement.funder_id} - {last.side_id}).pop()
    if other not in voice.sides:
        raise AgreementRefused(
            _("« %(operation)s » : c'est à l'autre partenaire d'accepter.")
            % {"operation": agreement.operation}
        )
    Turn.objects.create(
        agreement=agreement,
        rank=seen + 1,
        side_id=other,
        author=voice.author,
        kind=TurnKind.ACCEPTS,
        reason=reason.strip(),
        posting_id=opened.id,
    )
    return Settlement(
        Money(agreement.operation_id, agreement.funder_id, agreement.stage, agreement.nature),
        agreement.on,
        last.cents,
        agreement.statements,
        EVIDENCE,
        agreement.pk,
    )


@contextmanager
def _turns(contract: Contract) -> Iterator[None]:
    """One transaction in which somebody takes turns in a contract, alone."""
    try:
        with transaction.atomic():
            _lock(contract)
            yield
    except IntegrityError as error:
        raise AgreementRefused(
            sentence_of(error) or _("Cette réponse n'a pas pu être prise.")
        ) from error


def _lock(contract: Contract) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [AGREEING_LOCK, contract.pk])


def _agreements(contract: Contract, chosen: Sequence[Gap]) -> list[Agreement]:
    """The agreement of each gap, in the same order; made where there is none yet."""
    made = {
        tuple(each.statements): each
        for each in agreements_of(contract).filter(
            statements__in=[gap.statements for gap in chosen]
        )
    }
    new = [
        Agreement(
            contract=contract,
            operation_id=gap.operation_id,
            source_id=gap.sides[0],
            funder_id=gap.sides[1],
            stage=gap.stage,
            nature=gap.nature,
            on=gap.on,
            seen_on=gap.seen_on,
            claim_cents=gap.claim_cents,
            own_cents=gap.own_cents,
            cause=gap.cause.value,
            statements=gap.statements,
        )
        for gap in chosen
        if tuple(gap.statements) not in made
    ]
    made |= {tuple(each.statements): each for each in Agreement.objects.bulk_create(new)}
    return [made[tuple(gap.statements)] for gap in chosen]


def _side(agreement: Agreement, voice: Voice) -> int:
    """The side for which somebody speaks. Whose money it is comes first where they speak for both.

    Raises :class:`AgreementRefused`.
    """
    for side in (agreement.funder_id, agreement.source_id):
        if side in voice.sides:
            return side
    raise AgreementRefused(
        _("Seuls celui qui annonce ce montant et celui dont c'est l'argent en conviennent.")
    )


def _refuse_unread(last: Turn | None, seen: int) -> None:
    """Two people at once: the second is told, and decides again."""
    if (last.rank if last else 0) != seen:
        raise AgreementRefused(_("Quelqu'un a répondu entre-temps : relisez, puis décidez."))


def _refuse_outdated(contract: Contract, chosen: Sequence[Gap]) -> None:
    _refuse_lost(contract, [(gap.seen_on, gap.statements, gap.title) for gap in chosen])


def _refuse_moved(contract: Contract, found: Sequence[Agreement]) -> None:
    _refuse_lost(contract, [(e.seen_on, e.statements, str(e.operation)) for e in found])


def _refuse_lost(
    contract: Contract, rests_on: Sequence[tuple[datetime.date, Sequence[int], str]]
) -> None:
    """What is agreed on is what is said now: a return received since makes another gap of it."""
    dates = {on for on, _statements, _title in rests_on}
    said = {
        tuple(gap.statements)
        for found in gaps_at(Scope(contract), dates, last_number()).values()
        for gap in found
    }
    lost = [title for _on, statements, title in rests_on if tuple(statements) not in said]
    if lost:
        raise AgreementRefused(
            _("Ce qui est dit de « %(operation)s » a changé depuis : relisez l'écart.")
            % {"operation": lost[0]}
        )


def _refuse_otherwise_agreed(
    contract: Contract, accepted: Sequence[tuple[Agreement, Settlement]]
) -> None:
    """One figure for one money: what is agreed with another partner is not undone on the side."""
    connu = last_number()
    for on in sorted({settlement.on for _agreement, settlement in accepted}):
        standing = agreed_figures(contract.pk, on, connu)
        for agreement, settlement in accepted:
            figure = standing.get(settlement.money) if settlement.on == on else None
            if figure is None or figure == settlement.cents:
                continue
            with_whom = _agreed_before(agreement)
            if with_whom is not None and with_whom.pk != agreement.source_id:
                raise AgreementRefused(
                    _("« %(operation)s » : un autre montant est déjà convenu avec %(partner)s.")
                    % {"operation": agreement.operation, "partner": with_whom}
                )


def _agreed_before(agreement: Agreement) -> Organisation | None:
    """With whom the funder last agreed on the same money, this agreement left out."""
    same_money = Agreement.objects.filter(
        operation_id=agreement.operation_id,
        funder_id=agreement.funder_id,
        stage=agreement.stage,
        nature=agreement.nature,
    ).exclude(pk=agreement.pk)
    last = Turn.objects.filter(kind=TurnKind.ACCEPTS, agreement__in=same_money).order_by("-pk")
    found = last.select_related("agreement__source").first()
    return found.agreement.source if found else None
