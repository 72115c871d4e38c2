"""Who may do what about a return, wherever it stands: a table of actors and states."""

from __future__ import annotations

import pytest

from beffroi.contracts.models import Contract
from beffroi.returns.actors import Actor, signed_in
from beffroi.returns.models import Return
from beffroi.returns.reviews.abilities import abilities
from beffroi.returns.reviews.actions import accept, open_query
from beffroi.returns.reviews.standing import standing_now
from tests.returns.reviews.desk import Desk

STATES = ("submitted", "queried", "accepted", "superseded", "superseded with a query")
NONE = dict.fromkeys(STATES, "")
SEES = dict.fromkeys(STATES, "see")
ANSWERS = SEES | {"queried": "see answer", "superseded with a query": "see answer"}
REVIEWS = {
    "submitted": "see query accept",
    "queried": "see query answer close",
    "accepted": "see withdraw",
    "superseded": "see",
    "superseded with a query": "see answer close",
}
TABLE = {
    "nobody": NONE,
    "manager of another contract": NONE,
    "reader": SEES,
    "contributor of another partner": SEES,
    "contributor": ANSWERS,
    "manager of the partner alone": ANSWERS,
    "manager": REVIEWS,
    "manager of the other partner": REVIEWS,
    "manager of both": REVIEWS,
    "administrator": REVIEWS,
    "link of the request": ANSWERS,
    "link of another request": NONE,
}


def actor_named(who: str, desk: Desk, submitted: Return) -> Actor:
    accesses: dict[str, list[tuple[str, int | None]]] = {
        "nobody": [],
        "reader": [("reader", None)],
        "contributor": [("contributor", 0)],
        "contributor of another partner": [("contributor", 1)],
        "manager": [("manager", None)],
        "manager of the partner alone": [("manager", 0)],
        "manager of the other partner": [("manager", 1)],
        "manager of both": [("manager", 0), ("manager", 1)],
    }
    if who in accesses:
        return desk.actor(*accesses[who])
    if who.startswith("link"):
        return desk.by_link(submitted, 0 if who == "link of the request" else 1)
    user = desk.person()
    if who == "administrator":
        user.is_superuser = True
        return signed_in(user, desk.contract)
    other = Contract.objects.create(slug="autre", name="Autre", kind="cper")
    user.accesses.create(contract=other, level="manager")
    return signed_in(user, desk.contract)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("who", TABLE)
def test_what_each_may_do(desk: Desk, who: str, state: str) -> None:
    submitted = desk.submitted()
    manager = desk.actor(("manager", None))
    actor = actor_named(who, desk, submitted)
    submitted = Return.objects.get(pk=submitted.pk)
    if state.endswith(("queried", "with a query")):
        open_query(manager, submitted, sheet="", cell="C2", text="Pourquoi ?")
    if state == "accepted":
        accept(manager, submitted)
    if state.startswith("superseded"):
        desk.submitted()
    assert abilities(actor, submitted, standing_now(submitted)) == set(TABLE[who][state].split())
