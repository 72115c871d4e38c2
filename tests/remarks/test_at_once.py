"""Two people who resolve one remark at the same moment."""

from __future__ import annotations

import threading

from django.db import connections

from beffroi.accounts.models import User
from beffroi.contracts.pages.situation import Situation
from beffroi.journal.actions import last_number
from beffroi.operations.models import Operation
from beffroi.remarks import actions
from beffroi.remarks.models import Outcome
from tests.reconciliation.words import D24
from tests.worlds import make_world


def test_of_two_who_resolve_at_once_one_is_told(own_database: str) -> None:
    world = make_world()
    author = User.objects.create_superuser("a@exemple.fr", "x" * 12)
    code = Operation.objects.get(pk=world.operations[0]).code
    situation = Situation(D24, last_number(), {})
    made = actions.write(world.contract, f"operation:{code}", situation, "A", author)
    together = threading.Barrier(2)
    refused: list[str] = []

    def resolve() -> None:
        together.wait()
        try:
            actions.resolve(made, author)
        except actions.RemarkRefused as refusal:
            refused.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=resolve) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert refused == ["C'est déjà fait : quelqu'un vient de passer avant vous."]
    assert Outcome.objects.count() == 1
