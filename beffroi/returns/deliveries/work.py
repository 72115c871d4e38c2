"""The worker's side of deliveries: reading, matching and previewing one, then posting it.

Every write ends in one transaction that expects the delivery in the state it left it in: where
somebody has withdrawn it meanwhile, or another worker has done the work, nothing is written.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from beffroi.contracts.vocabulary import Nature
from beffroi.files.actions import path_of
from beffroi.jobs.running import GivenUp, Work, WorkFailed
from beffroi.journal.actions import OpenPosting, posting
from beffroi.journal.context import acting
from beffroi.journal.models import PostingKind
from beffroi.ledger.recognition import reunite
from beffroi.returns.admission import (
    checked_against_past,
    checked_for_contract,
    dated,
    sheet_left_out,
)
from beffroi.returns.deliveries.matches import answers_of, keep_proposals, proposals_for
from beffroi.returns.deliveries.preview import preview_of, same_change
from beffroi.returns.frames import bodies_known, communes_index, contract_frame
from beffroi.returns.layouting.drafts import rows_said_of
from beffroi.returns.layouting.storing import layouts_known
from beffroi.returns.models import Delivery, DeliveryState
from beffroi.returns.reading import Finding, Reading, UnreadableFile
from beffroi.returns.reading.collecting import cycles_left_alone
from beffroi.returns.reading.progress import Progress
from beffroi.returns.reading.sandbox import ReadingFailed, read_in_worker
from beffroi.returns.reading.workbook import UnknownShape
from beffroi.returns.taking import ReturnRefused, Taking, why_refused

log = logging.getLogger(__name__)

READ, CHECK, MATCH, PREVIEW, POST = "read", "check", "match", "preview", "post"


MOVED = gettext_noop(
    "D'autres remontées sont arrivées depuis votre aperçu, et il a changé : rien n'est encore "
    "soumis. Relisez-le, puis soumettez à nouveau."
)


class _Refused(Exception):
    """The workbook cannot be taken as it is: one sentence."""


class _TakenBack(Exception):
    """A posting that was made to be looked at."""


def prepare(work: Work) -> None:
    """Read a delivery as far as can be without asking; where nothing is asked, preview it."""
    delivery = _delivery(work, DeliveryState.RECEIVED, DeliveryState.MATCHING)
    try:
        reading = _read(delivery, work)
        if delivery.state == DeliveryState.RECEIVED:
            work.step(CHECK)
            reading = checked_for_contract(reading, delivery.contract, delivery.effective_on)
            if _match(delivery, reading, work):
                return
        _preview(delivery, reading, work)
    except UnknownShape as unknown:
        _ask_for_layout(delivery, unknown, work)
    except (_Refused, UnreadableFile, ReturnRefused) as refusal:
        _refuse(delivery, refusal, work)


def submit(work: Work) -> None:
    """Post a delivery as the partner's word, if that changes exactly what its preview tells."""
    delivery = _delivery(work, DeliveryState.READY)
    try:
        _submit(delivery, work)
    except (_Refused, UnreadableFile, ReturnRefused) as refusal:
        raise WorkFailed(str(refusal)) from refusal


def _submit(delivery: Delivery, work: Work) -> None:
    assert delivery.preview is not None
    found = [Finding(**said) for said in delivery.findings]  # those that were seen
    taking = _taking(delivery, replace(_read(delivery, work), findings=found))
    work.step(POST)
    try:
        with _open_posting(delivery) as new:
            taking.lock()
            work.step(POST)
            taken = taking.write(new, delivery.file)
            work.step(POST)
            changed = preview_of(taking, new)
            if not same_change(changed, delivery.preview):
                raise _TakenBack(changed)
            kept = taking.keep(new, delivery.file)
            _moved(
                delivery,
                DeliveryState.SUBMITTED,
                posted=kept,
                submitted_at=timezone.now(),
                preview=changed,
            )
            new.as_last_act("job", lambda number: work.conclude(""))
    except _TakenBack as moved:
        _show_again(delivery, moved.args[0], work)
    else:
        if taken.settled.to_reunite:  # left for the next return, where it is cut short
            reunite(delivery.contract_id)


def _delivery(work: Work, *states: DeliveryState) -> Delivery:
    """The delivery to work on. Raises ``GivenUp`` where it has moved on since it was asked for."""
    delivery = (
        Delivery.objects.filter(pk=work.target_id, state__in=states)
        .select_related("contract", "partner", "service", "file", "layout")
        .first()
    )
    if delivery is None:
        raise GivenUp
    return delivery


def _read(delivery: Delivery, work: Work) -> Reading:
    """The workbook, read in a process apart, with what its date and its completeness ask."""
    work.step(READ)

    def told(progress: Progress) -> None:
        phase = CHECK if progress.phase == "checking" else READ
        work.step(phase, progress.done, progress.total or None)

    known = layouts_known(delivery.contract, delivery.partner)
    own = {name: layout for name, layout in known.items() if layout.source == delivery.partner.slug}
    chosen = delivery.layout
    try:
        reading = read_in_worker(
            path_of(delivery.file_id).read_bytes(),
            delivery.file_name,
            known=own,
            layout=chosen.name if chosen else None,
            contract=contract_frame(delivery.contract, delivery.effective_on),
            communes=communes_index(),
            bodies=bodies_known(delivery.contract, delivery.partner),
            said=rows_said_of(delivery) if chosen else None,
            listener=told,
        )
    except ReadingFailed as failure:
        log.error("Échec n° %s : %s", work.job_id, failure.details)
        raise
    if reading.nature == Nature.ORDINARY:
        raise _Refused(
            "Ce classeur est celui d'un droit commun, hors contrat : il ne se dépose pas ici."
        )
    if delivery.complete and (sheet := sheet_left_out(reading)):
        raise _Refused(
            f"Une remontée complète se lit tout entière, et la feuille « {sheet} » n'est pas "
            "lue : retirez-la du classeur, corrigez ses en-têtes, ou déposez-le sans cocher "
            "« remontée complète »."
        )
    return dated(reading, delivery.effective_on)


def _ask_for_layout(delivery: Delivery, found: UnknownShape, work: Work) -> None:
    with transaction.atomic():
        _moved(delivery, DeliveryState.LAYOUT, summary={"no_layout": str(found)})
        work.conclude("")


def _match(delivery: Delivery, reading: Reading, work: Work) -> int:
    """Keep what was read, and which operations its lines propose to be; how many are asked."""
    work.step(MATCH)
    with cycles_left_alone():
        proposals = proposals_for(delivery, reading)
    reading = checked_against_past(
        reading,
        [proposal.operation_id for proposal in proposals],
        delivery.contract,
        delivery.partner,
        delivery.effective_on,
    )
    with transaction.atomic():
        counts = keep_proposals(delivery, reading, proposals)
        _moved(
            delivery,
            DeliveryState.MATCHING,
            summary=_summary(reading, counts),
            layout_name=reading.layout,
            findings=[finding.as_data() for finding in reading.findings],
            not_data=[row.as_data() for row in reading.not_data],
        )
        if counts["asked"]:
            work.conclude("")
    return counts["asked"]


def _preview(delivery: Delivery, reading: Reading, work: Work) -> None:
    work.step(PREVIEW)
    taking = _taking(delivery, reading)
    try:
        with _open_posting(delivery) as new:
            taking.lock()
            work.step(PREVIEW)
            taking.write(new, delivery.file)
            raise _TakenBack(preview_of(taking, new))
    except _TakenBack as shown:
        with transaction.atomic():
            _moved(delivery, DeliveryState.READY, preview=shown.args[0])
            work.conclude("")


def _show_again(delivery: Delivery, preview: dict[str, Any], work: Work) -> None:
    """What was previewed is no longer what would be posted: nothing is, and it is shown anew."""
    with transaction.atomic():
        _moved(delivery, DeliveryState.READY, preview=preview)
        work.conclude(MOVED)


def _refuse(delivery: Delivery, refusal: Exception, work: Work) -> None:
    sentence = str(refusal)
    if isinstance(refusal, UnreadableFile):
        sentence = f"{sentence} (Échec n° {work.job_id}.)"
    with transaction.atomic():
        _moved(delivery, DeliveryState.REFUSED, refusal=sentence, preview=None)
        work.conclude(sentence)


def _taking(delivery: Delivery, reading: Reading) -> Taking:
    return Taking(
        reading,
        delivery.partner,
        delivery.effective_on,
        contract=delivery.contract,
        service=delivery.service,
        complete=delivery.complete,
        answers=answers_of(delivery, reading),
    )


@contextlib.contextmanager
def _open_posting(delivery: Delivery) -> Iterator[OpenPosting]:
    who = f"{delivery.partner}, {delivery.service}" if delivery.service else str(delivery.partner)
    label = f"{who}, au {delivery.effective_on:%d/%m/%Y}, {delivery.contract.name}"
    try:
        with (
            acting(file=delivery.file_name),
            posting(PostingKind.RETURN, f"{label} — {delivery.file_name}") as new,
        ):
            yield new
    except (IntegrityError, DataError) as error:
        raise ReturnRefused(f"{delivery.file_name} : {why_refused(error)}") from error


def _moved(delivery: Delivery, state: DeliveryState, **changes: Any) -> None:
    """Move the delivery on from the state it is believed to be in. Raises ``GivenUp`` otherwise."""
    moved = Delivery.objects.filter(pk=delivery.pk, state=delivery.state).update(
        state=state, **changes
    )
    if not moved:
        raise GivenUp
    delivery.state = state


def _summary(reading: Reading, counts: dict[str, int]) -> dict[str, Any]:
    """What the reading found. Sums in cents by stage, the partner's own money only."""
    return {
        "rows": reading.rows,
        "unit": reading.unit,
        "sums": reading.sums_cents,
        "unread": reading.unread,
        "matches": counts,
        "set_aside": len(reading.not_data),
    }
