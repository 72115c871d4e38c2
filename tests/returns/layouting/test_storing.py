"""Layouts kept by version: none is lost, and a workbook of the same shape is recognised."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from beffroi.contracts.models import Contract
from beffroi.partners.models import Organisation
from beffroi.returns.actions import ReturnRefused, import_return
from beffroi.returns.layouting.files import LayoutRefused
from beffroi.returns.layouting.storing import (
    LayoutConflict,
    NewVersion,
    free_name,
    layouts_known,
    store_version,
)
from beffroi.returns.models import Return, StoredLayout
from beffroi.returns.prefilled.columns import NAME
from beffroi.returns.reading.layout import layouts
from tests.returns.layouting.contents import content
from tests.worlds import make_world

pytestmark = pytest.mark.django_db

SOURCE = "source-0"
DAY = datetime.date(2024, 12, 31)


@pytest.fixture
def contract() -> Contract:
    return make_world().contract


def store(contract: Contract, after: int = 0, name: str = "suivi", **changes: Any) -> StoredLayout:
    new = NewVersion(name, content(**{"source": SOURCE, **changes}), after)
    return store_version(contract, Organisation.objects.get(slug=SOURCE), new, by=None)


def test_each_version_stays_and_the_last_is_in_force(contract: Contract) -> None:
    first = store(contract)
    second = store(contract, after=1, unit="k€")
    other = store(contract, name="autre")
    assert (first.version, second.version, other.version) == (1, 2, 1)
    partner = Organisation.objects.get(slug=SOURCE)
    known = layouts_known(contract, partner)
    assert (known["suivi"].name, known["suivi"].unit) == ("suivi v2", "k€")
    assert known.keys() == {"suivi", "autre", *layouts(), NAME}
    neighbour = layouts_known(contract, Organisation.objects.get(slug="source-1"))
    assert neighbour.keys() == {*layouts(), NAME}
    with pytest.raises(DatabaseError), transaction.atomic():
        StoredLayout.objects.filter(pk=first.pk).update(note="autrement")


def test_saying_the_same_again_makes_no_version(contract: Contract) -> None:
    assert store(contract).pk == store(contract, after=1).pk
    assert StoredLayout.objects.count() == 1


def test_a_version_made_meanwhile_is_told(contract: Contract) -> None:
    store(contract)
    store(contract, after=1, unit="k€")
    with pytest.raises(LayoutConflict, match="version 2"):
        store(contract, after=1, unit="M€")
    with pytest.raises(LayoutConflict, match="version 2"):
        store(contract, after=0, unit="M€")
    with pytest.raises(LayoutConflict, match="pas encore de version"):
        store(contract, after=1, name="autre")


def test_what_is_no_layout_of_the_partner_is_refused(contract: Contract) -> None:
    with pytest.raises(LayoutRefused, match="pas de « source-0 »"):
        store(contract, source="source-1")
    with pytest.raises(LayoutRefused, match="atlantide"):
        store(contract, source="atlantide")
    assert not StoredLayout.objects.exists()


def test_a_new_layout_takes_a_name_nobody_has(contract: Contract) -> None:
    partner = Organisation.objects.get(slug=SOURCE)
    assert free_name(contract, partner, "Suivi des aides (2024)") == "suivi-des-aides-2024"
    store(contract, name="suivi")
    assert free_name(contract, partner, "Suivi") == "suivi-2"
    assert free_name(contract, partner, "MEL") == "mel-2"
    assert free_name(contract, partner, "—") == "classeur"


def workbook(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("\n".join(["Dossier;Projet aidé;Aide accordée", *rows]), encoding="utf-8")
    return path


def test_a_workbook_of_that_shape_is_read_whatever_its_name(
    contract: Contract, tmp_path: Path
) -> None:
    path = workbook(tmp_path, "x.csv", "A1;École;1 200,50", "A2;Gymnase;300")
    with pytest.raises(ReturnRefused, match="aucune mise en page"):
        import_return(path, contract=contract, partner_slug=SOURCE, on=DAY)
    store(contract)
    taken = import_return(path, contract=contract, partner_slug=SOURCE, on=DAY)
    assert taken.reading.sums_cents == {"programmed": 150_050}
    assert Return.objects.get().layout == "suivi v1"
    with pytest.raises(ReturnRefused, match="aucune mise en page"):
        import_return(path, contract=contract, partner_slug="source-1", on=DAY)


def test_the_same_file_is_taken_again_once_its_layout_is_corrected(
    contract: Contract, tmp_path: Path
) -> None:
    path = workbook(tmp_path, "x.csv", "A1;École;1 200,50")
    store(contract)
    take = {"contract": contract, "partner_slug": SOURCE, "on": DAY}
    assert not import_return(path, **take).unchanged
    assert import_return(path, **take).unchanged
    store(contract, after=1, unit="k€")
    again = import_return(path, **take)
    assert not again.unchanged
    assert again.reading.sums_cents == {"programmed": 120_050_000}


def test_of_two_that_fit_alike_the_confirmed_one_reads(contract: Contract, tmp_path: Path) -> None:
    mine = Organisation.objects.create(slug="cd62", name="C", sort_key="c", kind="department")
    carried = layouts()["cd62"]
    path = tmp_path / "retour.csv"
    path.write_text(
        "Dossier;Libellé opération;Objectif;Montant programmé;Montant engagé;Montant mandaté\n"
        "A1;École;I.1;1;0;0\n",
        encoding="utf-8",
    )
    take = {"contract": contract, "partner_slug": "cd62", "on": DAY}
    assert import_return(path, **take).reading.layout == "cd62"
    own = {
        "title": "Le nôtre",
        "source": "cd62",
        "unit": "k€",
        "columns": {
            meaning: [carried.labels[meaning]] for meaning in ("code", "title", "objective")
        },
        "required": ["code"],
        "amounts": [
            {"header": [f"Montant {word}"], "stage": stage, "funder": "cd62"}
            for word, stage in (
                ("programmé", "programmed"),
                ("engagé", "committed"),
                ("mandaté", "paid"),
            )
        ],
    }
    store_version(contract, mine, NewVersion("le-notre", own), by=None)
    assert import_return(path, **take).reading.layout == "le-notre v1"
