"""Several workers empty the outbox at once: each notice leaves once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from beffroi.notices.actions import Person, tell
from beffroi.notices.sending import send_due
from tests.notices.mail_server import mailing

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def db(own_database: str) -> None:
    """A database of the test's own: real parallel transactions."""


def test_several_workers_at_once_send_each_once(settings: Any) -> None:
    with mailing(settings) as server:
        for rank in range(12):
            tell(f"{rank}", Person(f"personne-{rank}@exemple.fr"), subject="Objet", body="Texte")
        server.slowness = 0.02
        counts: list[int] = []

        def work() -> None:
            try:
                counts.append(send_due().sent)
            finally:
                connection.close()

        with server.up():
            workers = [threading.Thread(target=work) for _ in range(4)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        assert sum(counts) == 12
        assert sorted(mail["To"] for mail in server.received) == sorted(
            f"personne-{rank}@exemple.fr" for rank in range(12)
        )
        assert sum(count > 0 for count in counts) > 1, "they did work at once"
