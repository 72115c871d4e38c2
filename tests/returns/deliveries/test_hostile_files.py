"""Files made to harm, handed in on the page: one sentence, a failure number, and the file kept."""

from __future__ import annotations

from typing import Any

import pytest

from beffroi.files.actions import path_of
from beffroi.ledger.models import Statement
from beffroi.partners.models import Organisation
from beffroi.returns.models import Delivery
from beffroi.returns.reading.workbook import LIMITS
from tests.returns.deliveries.desk import Desk
from tests.returns.deliveries.test_pages import address, client_of, sent, text_of
from tests.returns.reading.hostile import hostile_files, linked_and_named_otherwise

WRONG = sorted(hostile_files())


def handed_in(desk: Desk, content: bytes, name: str) -> Delivery:
    """The delivery of a workbook of the State sent by the form, once its job is done."""
    state = Organisation.objects.get(slug="etat")
    form = sent(desk, content, name, whose=str(state.pk))
    answer = client_of(desk).post(address("deposit"), form)
    assert answer.status_code == 302, text_of(answer)
    return desk.worked(Delivery.objects.get())


@pytest.mark.parametrize("wrong", WRONG)
def test_a_hostile_file_is_refused_and_kept_with_its_failure_number(desk: Desk, wrong: str) -> None:
    hostile = hostile_files()[wrong]
    delivery = handed_in(desk, hostile.content, hostile.name)
    assert (delivery.state, hostile.said in delivery.refusal) == ("refused", True)
    sentence, number = delivery.refusal.split(" (Échec n° ")
    assert number == f"{desk.job(delivery).pk}.)"
    assert "\n" not in sentence
    assert ". " not in sentence.replace(hostile.name, "")
    assert path_of(delivery.file_id).read_bytes() == hostile.content
    page = client_of(desk).get(address("delivery", number=delivery.pk))
    assert f"Échec n° {number}" in text_of(page)
    assert not Statement.objects.filter(evidence__file=delivery.file_id).exists()


def test_links_to_other_files_are_told_and_not_opened(desk: Desk) -> None:
    delivery = handed_in(desk, linked_and_named_otherwise(), "suivi.csv")
    assert delivery.state != "refused"
    kinds = {each["kind"] for each in delivery.findings}
    assert {"external_links", "other_format"} <= kinds


def test_a_file_too_large_is_refused_by_the_form(desk: Desk, settings: Any) -> None:
    assert LIMITS.file_bytes == settings.LARGEST_UPLOAD
    settings.LARGEST_UPLOAD = 1_000
    answer = client_of(desk).post(address("deposit"), sent(desk, b"x" * 2_000))
    assert answer.status_code == 422
    assert not Delivery.objects.exists()
