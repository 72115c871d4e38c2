"""Several people make the same version at once, in real parallel transactions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from beffroi.partners.models import Organisation
from beffroi.returns.layouting.storing import LayoutConflict, NewVersion, store_version
from beffroi.returns.models import StoredLayout
from tests.returns.layouting.contents import content
from tests.worlds import make_world

PEOPLE = "abcdefgh"


def test_one_makes_the_version_and_the_others_are_told(own_database: str) -> None:
    contract = make_world().contract
    partner = Organisation.objects.get(slug="source-0")

    def one(person: str) -> str:
        mine = NewVersion("suivi", content(partner.slug, title=f"Suivi de {person}"))
        try:
            return store_version(contract, partner, mine, by=None).content["title"]
        except LayoutConflict as conflict:
            return str(conflict)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(PEOPLE)) as people:
        answers = list(people.map(one, PEOPLE))
    assert answers.count(StoredLayout.objects.get().content["title"]) == 1
    told = [answer for answer in answers if "vient de faire la version 1" in answer]
    assert len(told) == len(PEOPLE) - 1
