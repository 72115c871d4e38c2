"""A delivery from its arrival to its posting: what waits for what, is asked, is refused."""

from __future__ import annotations

import io
import logging

import openpyxl
import pytest

from beffroi.files.queries import damaged_files
from beffroi.jobs import actions as jobs
from beffroi.jobs.models import Job
from beffroi.jobs.running import run
from beffroi.ledger.checking import ledger_faults
from beffroi.operations.models import Operation
from beffroi.returns.deliveries import work
from beffroi.returns.deliveries.actions import (
    DeliveryRefused,
    decide,
    decide_all_new,
    prepare,
    read_again,
    submit,
    withdraw,
)
from beffroi.returns.layouting.storing import NewVersion, store_version
from beffroi.returns.models import Delivery, LineMatch, Return
from beffroi.returns.reading.sandbox import ReadingFailed
from tests.returns.deliveries.desk import FIRST, SECOND, Desk, line, workbook
from tests.returns.deliveries.renamed import renamed_layout, renamed_workbook
from tests.returns.reading.rounds import return_path


def test_a_known_workbook_is_read_previewed_and_submitted(desk: Desk) -> None:
    delivery = desk.hand_in(workbook(line("A1", "10", "5"), line("A2", "20")))
    assert (delivery.state, desk.job(delivery).state) == ("received", "queued")
    delivery = desk.worked(delivery)
    assert (delivery.state, desk.job(delivery).sentence) == ("ready", "")
    assert delivery.summary["sums"] == {"programmed": 3000, "committed": 500}
    assert delivery.preview["counts"] == {"added": 2, "changed": 0, "removed": 0, "same": 0}
    assert not Return.objects.exists()
    delivery = desk.submitted(delivery)
    assert (delivery.state, delivery.posted.delivery) == ("submitted", delivery)
    assert (delivery.sender_name, delivery.submitter_name) == ("L'équipe", "L'équipe")
    assert desk.said(FIRST) == {("cd62", "programmed"): 3000, ("cd62", "committed"): 500}
    assert list(ledger_faults()) == []


def test_a_preview_leaves_nothing_behind(desk: Desk) -> None:
    before = (Operation.objects.count(), Return.objects.count(), desk.said(FIRST))
    assert desk.read(workbook(line("A1", "10"))).state == "ready"
    assert (Operation.objects.count(), Return.objects.count(), desk.said(FIRST)) == before


def test_what_is_posted_carries_the_findings_that_were_seen(desk: Desk) -> None:
    delivery = desk.read(workbook(line("A1", "10", "dix"), line("A2", "5", commune="99999")))
    kinds = {found["kind"] for found in delivery.findings}
    assert {"not_a_number", "unknown_commune"} <= kinds
    with pytest.raises(DeliveryRefused, match="J'ai vu les erreurs"):
        submit(delivery, desk.actor, errors_seen=False)
    posted = desk.submitted(delivery).posted
    assert posted.findings == delivery.findings


def test_a_file_that_cannot_be_read_is_kept_and_refused_in_a_sentence(desk: Desk) -> None:
    delivery = desk.read(b"%PDF-1.7 rien", name="rapport.pdf")
    assert (delivery.state, desk.job(delivery).state) == ("refused", "done")
    assert delivery.refusal.startswith("rapport.pdf")
    assert delivery.refusal.endswith(f". (Échec n° {desk.job(delivery).pk}.)")
    assert delivery.file.size == len(b"%PDF-1.7 rien")
    assert delivery.file_id not in {damaged.sha256 for damaged in damaged_files()}
    again = desk.read(workbook(line("A1", "10")))
    assert again.state == "ready", "it does not hold the place"
    with pytest.raises(DeliveryRefused, match="déjà en cours"):
        read_again(delivery, desk.actor)


def test_a_reading_that_breaks_has_a_number(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ReadingFailed("suivi.csv fait échouer la lecture.", "exit code -9")

    with monkeypatch.context() as broken_reader, caplog.at_level(logging.ERROR, "beffroi"):
        broken_reader.setattr(work, "read_in_worker", broken)
        delivery = desk.read(workbook(line("A1", "10")))
    number = desk.job(delivery).pk
    assert (delivery.state, f"Échec n° {number}" in delivery.refusal) == ("refused", True)
    assert f"Échec n° {number} : exit code -9" in caplog.text
    read_again(delivery, desk.actor)
    assert desk.worked(delivery).state == "ready"


def test_a_complete_return_with_a_sheet_left_out_is_refused(desk: Desk) -> None:
    book = openpyxl.load_workbook(return_path(2023, "region.xlsx"))
    book.worksheets[1].sheet_state = "hidden"
    hidden = io.BytesIO()
    book.save(hidden)
    on = {"name": "region.xlsx", "partner": "region-hdf"}
    refused = desk.read(hidden.getvalue(), complete=True, **on)
    assert refused.state == "refused"
    assert "remontée complète" in refused.refusal
    assert desk.read(hidden.getvalue(), **on).state == "ready"


def test_an_unknown_shape_is_asked_about_then_read_by_what_was_confirmed(desk: Desk) -> None:
    delivery = desk.read(renamed_workbook(line("A1", "10", "5")))
    assert delivery.state == "layout"
    assert "mise en page" in delivery.summary["no_layout"]
    with pytest.raises(DeliveryRefused, match="comment ce classeur se lit"):
        prepare(delivery, desk.actor)
    stored = store_version(
        desk.contract, desk.partner, NewVersion("suivi", renamed_layout()), desk.actor
    )
    read_again(delivery, desk.actor, layout=stored)
    delivery = desk.worked(delivery)
    assert (delivery.state, delivery.layout_name) == ("ready", "suivi v1")
    desk.submitted(delivery)
    assert desk.said(FIRST) == {("cd62", "programmed"): 1000, ("cd62", "committed"): 500}
    after = desk.read(renamed_workbook(line("A1", "12", "5")), SECOND)
    assert (after.state, after.layout) == ("ready", None), "known from now on"


def test_the_workbook_of_another_partner_is_not_taken_for_ones_own(desk: Desk) -> None:
    delivery = desk.hand_in_round(2023, "departement_nord.ods", "cd62")
    assert desk.worked(delivery).state == "layout"


# Matching


def asked(desk: Desk) -> tuple[Delivery, LineMatch]:
    """A delivery with one question, about an operation that another partner has named."""
    title = "Rénovation de la médiathèque Jean Macé"
    desk.known("cd59", title, commune="62041")
    alike = line("Z9", "77", title=f"{title} tranche 2")
    delivery = desk.read(workbook(alike, line("Z8", "5", title="Tout autre chose")), SECOND)
    assert delivery.state == "matching", delivery.summary
    return delivery, LineMatch.objects.get(delivery=delivery, standing="asked")


def operations_of(delivery: Delivery) -> set[int | None]:
    """The operations that a preview tells, ``None`` for those it would make."""
    return {move["operation"] for move in delivery.preview["moves"]}


def test_a_doubtful_line_is_asked_and_the_answer_holds(desk: Desk) -> None:
    delivery, question = asked(desk)
    assert (question.question, delivery.preview) == (1, None)
    with pytest.raises(DeliveryRefused, match="pas encore prête"):
        submit(delivery, desk.actor, errors_seen=True)
    with pytest.raises(DeliveryRefused, match="votre décision"):
        prepare(delivery, desk.actor)
    known = Operation.objects.get(title__contains="Macé")
    assert decide(delivery, question.pk, known.pk, desk.actor) == 0
    delivery = desk.worked(delivery)
    assert delivery.state == "ready", "the last answer asked for the preview"
    assert operations_of(delivery) == {known.pk, None}
    made = Operation.objects.count()
    desk.submitted(delivery)
    assert Operation.objects.count() == made + 1
    question.refresh_from_db()
    assert (question.standing, question.decided_by_name) == ("decided", "L'équipe")


def test_an_answer_can_be_changed_until_submission(desk: Desk) -> None:
    delivery, question = asked(desk)
    known = Operation.objects.get(title__contains="Macé")
    decide(delivery, question.pk, known.pk, desk.actor)
    assert operations_of(desk.worked(delivery)) == {known.pk, None}
    decide(delivery, question.pk, None, desk.actor)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.preview) == ("matching", None), "what was shown is no longer"
    assert operations_of(desk.worked(delivery)) == {None}
    desk.submitted(delivery)
    with pytest.raises(DeliveryRefused, match="déjà soumise"):
        decide(delivery, question.pk, known.pk, desk.actor)


def test_all_that_is_left_can_be_new(desk: Desk) -> None:
    delivery, _ = asked(desk)
    assert decide_all_new(delivery, desk.actor) == 1
    assert operations_of(desk.worked(delivery)) == {None}


def test_a_line_is_not_given_an_operation_of_another_contract(desk: Desk) -> None:
    delivery, question = asked(desk)
    with pytest.raises(DeliveryRefused, match="pas de ce contrat"):
        decide(delivery, question.pk, 10**9, desk.actor)
    with pytest.raises(DeliveryRefused, match="n'existe plus"):
        decide(delivery, question.pk + 1000, None, desk.actor)


def test_a_sure_line_can_be_contested(desk: Desk) -> None:
    desk.submitted(desk.read(workbook(line("A1", "10"), line("A2", "20"))))
    delivery = desk.read(workbook(line("A1", "11")), SECOND)
    match = LineMatch.objects.get(delivery=delivery)
    assert (match.standing, match.operation.title) == ("sure", "Opération A1")
    decide(delivery, match.pk, None, desk.actor)
    assert desk.worked(delivery).preview["counts"] == {
        "added": 1,
        "changed": 0,
        "removed": 0,
        "same": 0,
    }


# Giving up, starting again


def test_a_withdrawn_delivery_gives_its_work_up_and_leaves_the_place(desk: Desk) -> None:
    delivery = desk.hand_in(workbook(line("A1", "10")))
    withdraw(delivery)
    assert desk.worked(delivery).state == "withdrawn"
    assert desk.job(delivery).state == "cancelled"
    assert desk.read(workbook(line("A1", "10"))).state == "ready"
    with pytest.raises(DeliveryRefused, match="retiré"):
        withdraw(delivery)


def test_a_reading_given_up_can_be_taken_up(desk: Desk) -> None:
    delivery = desk.hand_in(workbook(line("A1", "10")))
    assert jobs.cancel(desk.job(delivery))
    assert desk.worked(delivery).state == "received"
    read_again(delivery, desk.actor)
    assert desk.worked(delivery).state == "ready"


def test_what_was_matched_before_the_worker_died_is_only_previewed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = desk.hand_in(workbook(line("A1", "10")))

    def dies(*_: object) -> None:
        raise SystemExit("kill -9")

    with monkeypatch.context() as killed:
        killed.setattr(work, "_preview", dies)
        with pytest.raises(SystemExit):
            run(desk.job(delivery).pk)
    delivery.refresh_from_db()
    assert (delivery.state, desk.job(delivery).state) == ("matching", "running")
    numbers = set(LineMatch.objects.values_list("pk", flat=True))
    assert jobs.take_up_again() == [desk.job(delivery).pk]
    assert desk.worked(delivery).state == "ready"
    assert set(LineMatch.objects.values_list("pk", flat=True)) == numbers
    assert Job.objects.get().attempts == 2


# Taking the place of what came before


def test_a_resubmission_takes_over_and_both_stay(desk: Desk) -> None:
    first = desk.submitted(desk.read(workbook(line("A1", "10"), line("A2", "20"))))
    second = desk.submitted(desk.read(workbook(line("A1", "12"), line("A2", "20"))))
    assert desk.said(FIRST) == {("cd62", "programmed"): 3200}
    assert Return.objects.count() == 2
    assert [d.state for d in Delivery.objects.order_by("pk")] == ["submitted"] * 2
    assert first.posted.posting_id < second.posted.posting_id
    assert second.preview["counts"] == {"added": 0, "changed": 1, "removed": 0, "same": 1}


def test_one_workbook_at_a_time_for_a_date(desk: Desk) -> None:
    desk.hand_in(workbook(line("A1", "10")))
    with pytest.raises(DeliveryRefused, match="finissez-le, ou retirez-le"):
        desk.hand_in(workbook(line("A1", "11")))
    desk.hand_in(workbook(line("A1", "11")), SECOND)
    desk.hand_in_round(2023, "departement_nord.ods", "cd59")


def test_two_services_hand_in_their_parts(desk: Desk) -> None:
    roads, culture = (
        desk.partner.services.create(name=name) for name in ("Direction des routes", "Culture")
    )
    one = desk.read(workbook(line("A1", "10"), line("A2", "20")), service=roads)
    desk.submitted(one)
    two = desk.read(workbook(line("A1", "1"), line("A3", "5")), service=culture)
    assert two.preview["counts"] == {"added": 1, "changed": 1, "removed": 0, "same": 0}
    desk.submitted(two)
    assert desk.said(FIRST) == {("cd62", "programmed"): 3600}
