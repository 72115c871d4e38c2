"""Two people at once, and who gives up while the other posts: one outcome, told in a sentence."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections

from beffroi.jobs import actions as jobs
from beffroi.jobs.running import run
from beffroi.ledger.checking import ledger_faults
from beffroi.operations.models import Operation
from beffroi.returns.deliveries.actions import DeliveryRefused, submit, withdraw
from beffroi.returns.models import Delivery, Return
from beffroi.returns.taking import Taken, Taking
from tests.returns.deliveries.desk import FIRST, Desk, line, workbook


def together(*acts: Callable[[], object]) -> list[object]:
    """What each says, all started at the same moment, each in a session of its own."""
    gate = threading.Barrier(len(acts))
    said: list[object] = [None] * len(acts)

    def one(rank: int) -> None:
        try:
            gate.wait()
            said[rank] = acts[rank]()
        except DeliveryRefused as refusal:
            said[rank] = str(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=[rank]) for rank in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


@contextmanager
def while_posting(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> Iterator[None]:
    """Have somebody do something in the middle of a posting, in a session of their own."""
    write = Taking.write

    def interrupted(self: Taking, *given: object) -> Taken:
        taken = write(self, *given)  # type: ignore[arg-type]
        together(act)
        return taken

    with monkeypatch.context() as patched:
        patched.setattr(Taking, "write", interrupted)
        yield


def test_two_uploads_at_once_for_one_date(desk: Desk) -> None:
    contents = [workbook(line("A1", "10")), workbook(line("A1", "11"))]
    said = together(*(lambda c=content: desk.hand_in(c) for content in contents))
    assert Delivery.objects.count() == 1
    refused = [each for each in said if isinstance(each, str)]
    assert ["finissez-le, ou retirez-le" in each for each in refused] == [True]


def test_two_people_submit_the_same_delivery_at_once(desk: Desk) -> None:
    delivery = desk.read(workbook(line("A1", "10")))
    click = lambda: submit(delivery, desk.actor, errors_seen=True)  # noqa: E731
    said = together(click, click, click)
    refused = [each for each in said if isinstance(each, str)]
    assert (len(refused), said.count(None)) == (2, 1)
    assert all("en cours" in each for each in refused)
    number = desk.job(delivery).pk
    together(lambda: run(number), lambda: run(number))
    assert (Return.objects.count(), desk.said(FIRST)) == (1, {("cd62", "programmed"): 1000})
    assert list(ledger_faults()) == []


def test_giving_up_while_it_posts_leaves_nothing_posted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = desk.read(workbook(line("A1", "10")))
    known = (Operation.objects.count(), desk.said(FIRST))
    submit(delivery, desk.actor, errors_seen=True)
    job = desk.job(delivery)
    with while_posting(monkeypatch, lambda: jobs.cancel(job)):
        desk.worked(delivery)
    assert (delivery.state, desk.job(delivery).state) == ("ready", "cancelled")
    assert (Operation.objects.count(), desk.said(FIRST)) == known
    assert not Return.objects.exists()
    assert desk.submitted(delivery).state == "submitted"
    assert list(ledger_faults()) == []


def test_withdrawing_while_it_posts_leaves_nothing_posted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = desk.read(workbook(line("A1", "10")))
    submit(delivery, desk.actor, errors_seen=True)
    with while_posting(monkeypatch, lambda: withdraw(delivery)):
        desk.worked(delivery)
    assert (delivery.state, desk.job(delivery).state) == ("withdrawn", "cancelled")
    assert not Return.objects.exists()


def test_giving_up_once_it_is_posted_changes_nothing(desk: Desk) -> None:
    delivery = desk.submitted(desk.read(workbook(line("A1", "10"))))
    assert not jobs.cancel(desk.job(delivery))
    with pytest.raises(DeliveryRefused, match="déjà soumise"):
        withdraw(delivery)


def test_another_partner_s_return_waits_for_a_preview_and_not_for_its_reading(desk: Desk) -> None:
    first = desk.hand_in(workbook(line("A1", "10")))
    second = desk.hand_in_round(2023, "mel.xlsx", "mel")
    numbers = [desk.job(each).pk for each in (first, second)]
    together(*(lambda n=number: run(n) for number in numbers))
    for each in (first, second):
        each.refresh_from_db()
    assert {first.state, second.state} <= {"ready", "matching"}
    assert not connection.in_atomic_block
