"""What people do with a delivery. Each act is one short transaction under the delivery's row lock.

Long work is asked for here and done by the worker (``work``): none of it is waited for.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from beffroi.contracts.models import Contract
from beffroi.files.models import StoredFile
from beffroi.jobs import actions as jobs
from beffroi.jobs.models import ACTIVE, Job
from beffroi.partners.models import Organisation, Service
from beffroi.returns.actors import Actor
from beffroi.returns.checking.severities import Judged, judged
from beffroi.returns.models import OPEN, Delivery, DeliveryState, LineMatch, Request, StoredLayout
from beffroi.returns.reading import Finding

TARGET = "delivery"
PREPARE, SUBMIT = "returns.prepare", "returns.submit"


class DeliveryRefused(Exception):
    """It cannot be done now: one sentence says why and what to do. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A workbook as it comes in: whose word it is, of which date, under which name."""

    contract: Contract
    partner: Organisation
    on: datetime.date
    file: StoredFile
    file_name: str
    service: Service | None = None
    complete: bool = False
    request: Request | None = None


@transaction.atomic
def receive(arrival: Arrival, by: Actor) -> Delivery:
    """Hand in a workbook that is kept, and ask for it to be read.

    Raises :class:`DeliveryRefused` where another is already being handed in for the same date.
    """
    try:
        with transaction.atomic():
            delivery = Delivery.objects.create(
                contract=arrival.contract,
                partner=arrival.partner,
                service=arrival.service,
                effective_on=arrival.on,
                request=arrival.request,
                link=by.link,
                sender=by.user,
                sender_name=by.name[:300],
                file=arrival.file,
                file_name=arrival.file_name[:255],
                complete=arrival.complete,
                state=DeliveryState.RECEIVED,
            )
    except IntegrityError as error:
        raise DeliveryRefused(_one_at_a_time()) from error
    _start(PREPARE, delivery, by)
    return delivery


def read_again(delivery: Delivery, by: Actor, *, layout: StoredLayout | None = None) -> None:
    """Read a workbook again: after a failure, or by a layout that somebody has just confirmed.

    Raises :class:`DeliveryRefused`.
    """
    with _held(delivery) as held:
        if held.state not in {*OPEN, DeliveryState.REFUSED}:
            raise DeliveryRefused(_over(held))
        LineMatch.objects.filter(delivery=held).delete()
        held.layout = layout or held.layout
        held.state, held.refusal, held.preview = DeliveryState.RECEIVED, "", None
        try:
            with transaction.atomic():
                held.save(update_fields=["layout", "state", "refusal", "preview"])
        except IntegrityError as error:
            raise DeliveryRefused(_one_at_a_time()) from error
        _start(PREPARE, held, by)


def prepare(delivery: Delivery, by: Actor) -> None:
    """Ask again for the preview of a delivery whose lines are all decided, or for its reading.

    Raises :class:`DeliveryRefused`.
    """
    with _held(delivery) as held:
        if held.state not in OPEN:
            raise DeliveryRefused(_over(held))
        if held.state == DeliveryState.LAYOUT:
            raise DeliveryRefused(_("Dites d'abord comment ce classeur se lit."))
        if _asked(held):
            raise DeliveryRefused(_("Des lignes attendent encore votre décision."))
        _to_be_previewed(held)
        _start(PREPARE, held, by)


def decide(delivery: Delivery, number: int, operation_id: int | None, by: Actor) -> int:
    """Decide which operation some lines are, ``None`` for a new one; how many are still asked.

    The last answer asks for the preview. Raises :class:`DeliveryRefused`.
    """
    with _held(delivery) as held:
        _refuse_unless_matched(held)
        match = LineMatch.objects.filter(delivery=held, pk=number).first()
        if match is None:
            raise DeliveryRefused(_("Cette question n'existe plus : le classeur a été relu."))
        if operation_id is not None and not _is_of(held.contract, operation_id):
            raise DeliveryRefused(_("Cette opération n'est pas de ce contrat."))
        _decided(LineMatch.objects.filter(pk=match.pk), operation_id, by)
        return _after_decisions(held, by)


def decide_all_new(delivery: Delivery, by: Actor) -> int:
    """Make a new operation of all that is still asked; how many it was.

    Raises :class:`DeliveryRefused`.
    """
    with _held(delivery) as held:
        _refuse_unless_matched(held)
        asked = LineMatch.objects.filter(delivery=held, standing=LineMatch.Standing.ASKED)
        count = _decided(asked, None, by)
        _after_decisions(held, by)
        return count


def submit(delivery: Delivery, by: Actor, *, errors_seen: bool) -> None:
    """Ask for a delivery to be posted as the partner's word.

    Errors do not prevent it: they are only to have been seen. Raises :class:`DeliveryRefused`.
    """
    with _held(delivery) as held:
        if held.state == DeliveryState.SUBMITTED:
            raise DeliveryRefused(_("Cette remontée est déjà soumise."))
        if held.state != DeliveryState.READY:
            raise DeliveryRefused(_("Cette remontée n'est pas encore prête : suivez ses étapes."))
        if not errors_seen and judged_of(held).counts.get("error"):
            raise DeliveryRefused(
                _("Regardez les erreurs relevées, puis cochez « J'ai vu les erreurs ».")
            )
        held.submitter_name = by.name[:300]
        held.save(update_fields=["submitter_name"])
        _start(SUBMIT, held, by)


@transaction.atomic
def withdraw(delivery: Delivery) -> None:
    """Give up a delivery that is not submitted; its file stays kept, with who sent it.

    Whatever work goes on on it is given up with it. Raises :class:`DeliveryRefused`.
    """
    held = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if held.state not in {*OPEN, DeliveryState.REFUSED}:
        raise DeliveryRefused(_over(held))
    held.state, held.preview = DeliveryState.WITHDRAWN, None
    held.save(update_fields=["state", "preview"])
    for job in Job.objects.filter(target_kind=TARGET, target_id=held.pk, state__in=ACTIVE):
        jobs.cancel(job)


def judged_of(delivery: Delivery) -> Judged:
    """The findings of a delivery as its contract judges them today."""
    return judged(
        (Finding(**said) for said in delivery.findings),
        delivery.contract,
        delivery.partner,
        timezone.localdate(),
    )


@contextmanager
def _held(delivery: Delivery) -> Iterator[Delivery]:
    """The delivery as it now is, while nobody else changes it and no work goes on on it.

    Raises :class:`DeliveryRefused` where some does.
    """
    with transaction.atomic():
        held = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
        if Job.objects.filter(target_kind=TARGET, target_id=held.pk, state__in=ACTIVE).exists():
            raise DeliveryRefused(
                _("Un travail est en cours sur ce dépôt : attendez qu'il finisse, ou annulez-le.")
            )
        yield held


def _start(kind: str, delivery: Delivery, by: Actor) -> None:
    try:
        jobs.start(kind, TARGET, delivery.pk, by.user.pk if by.user else None)
    except jobs.AlreadyActive as error:
        raise DeliveryRefused(str(error)) from error


def _one_at_a_time() -> str:
    return _("Un classeur est déjà en cours de dépôt pour cette date : finissez-le, ou retirez-le.")


def _over(delivery: Delivery) -> str:
    if delivery.state == DeliveryState.SUBMITTED:
        return _("Cette remontée est déjà soumise : pour la corriger, déposez un autre classeur.")
    if delivery.state == DeliveryState.WITHDRAWN:
        return _("Ce dépôt est retiré : déposez à nouveau le classeur.")
    return _("Ce classeur n'a pas pu être lu : déposez-le à nouveau une fois corrigé.")


def _refuse_unless_matched(delivery: Delivery) -> None:
    if delivery.state not in {DeliveryState.MATCHING, DeliveryState.READY}:
        raise DeliveryRefused(
            _over(delivery) if delivery.state not in OPEN else _("Ce classeur n'est pas encore lu.")
        )


def _is_of(contract: Contract, operation_id: int) -> bool:
    return contract.operations.filter(pk=operation_id).exists()


def _decided(matches, operation_id: int | None, by: Actor) -> int:  # type: ignore[no-untyped-def]
    return int(
        matches.update(
            standing=LineMatch.Standing.DECIDED,
            operation_id=operation_id,
            decided_by=by.user,
            decided_by_name=by.name[:300],
            decided_at=timezone.now(),
        )
    )


def _asked(delivery: Delivery) -> int:
    return LineMatch.objects.filter(delivery=delivery, standing=LineMatch.Standing.ASKED).count()


def _after_decisions(delivery: Delivery, by: Actor) -> int:
    _to_be_previewed(delivery)
    left = _asked(delivery)
    if not left:
        _start(PREPARE, delivery, by)
    return left


def _to_be_previewed(delivery: Delivery) -> None:
    if delivery.state == DeliveryState.READY:
        delivery.state, delivery.preview = DeliveryState.MATCHING, None
        delivery.save(update_fields=["state", "preview"])
