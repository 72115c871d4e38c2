"""Contracts as files: what a change of the file changes, and what it leaves of the past."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from beffroi.contracts.loading import ContractFileRefused
from beffroi.contracts.models import Contract, Fact, Link, Milestone, PublishedAmount
from beffroi.contracts.reference import load_foundations
from beffroi.contracts.tree import tree
from beffroi.framework.loading import load_contract_file, load_reference
from beffroi.journal.actions import last_number
from beffroi.ledger.queries import Scope, figures

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 1, 1)
TEXT = """
id: essai
name: Contrat d'essai
kind: cper
fictitious: true
period: {start: "2021-01-01", end: "2027"}
levels: [axe, objectif]
signatories: [etat, region-hdf]
tree:
  - code: I
    title: Premier axe
    children:
      - {code: I.1, title: Premier objectif}
      - {code: I.2, title: Second objectif}
  - {code: II, title: Second axe}
framework:
  etat: {I: 100000, II: 50000}
  region-hdf: {I: 7}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    load_foundations()
    path = tmp_path / "essai.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def rewrite(path: Path, before: str, after: str) -> Path:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    return path


def contracted() -> dict[tuple[object, object], int]:
    scope = Scope(Contract.objects.get(slug="essai"))
    found = figures(scope, TODAY, last_number(), ["axis", "funder"], stage="contracted")
    return {(f.labels["axis"], f.labels["funder"]): f.value.cents for f in found}


def titles(connu: int) -> list[str]:
    contract = Contract.objects.get(slug="essai")
    return [f"{node.code} {node.title}" for node in tree(contract, TODAY, connu)]


def test_created_then_unchanged(file: Path) -> None:
    first = load_contract_file(file)
    assert first.as_data() == {
        "contract": "essai",
        "created": True,
        "nodes_changed": 4,
        "contracted_lines": 3,
        "unchanged": False,
    }
    known = last_number()
    again = load_contract_file(file)
    assert again.unchanged
    assert last_number() == known
    assert contracted() == {
        ("I", "etat"): 100000,
        ("II", "etat"): 50000,
        ("I", "region-hdf"): 7,
    }


def test_a_new_title_leaves_the_past_as_it_was_known(file: Path) -> None:
    load_contract_file(file)
    before = last_number()
    load_contract_file(rewrite(file, "Second objectif", "Objectif révisé"))
    assert "I.2 Second objectif" in titles(before)
    assert "I.2 Objectif révisé" in titles(last_number())
    assert len(titles(last_number())) == 4


def test_a_node_withdrawn_is_still_known_then(file: Path) -> None:
    load_contract_file(file)
    before = last_number()
    load_contract_file(rewrite(file, "      - {code: I.2, title: Second objectif}\n", ""))
    assert len(titles(before)) == 4
    assert len(titles(last_number())) == 3


def test_an_amount_withdrawn_is_contracted_at_zero(file: Path) -> None:
    load_contract_file(file)
    load_contract_file(rewrite(file, "{I: 100000, II: 50000}", "{I: 120000}"))
    assert contracted() == {("I", "etat"): 120000, ("II", "etat"): 0, ("I", "region-hdf"): 7}


def test_nothing_is_written_when_refused(file: Path) -> None:
    known = last_number()
    with pytest.raises(ContractFileRefused):
        load_contract_file(rewrite(file, "signatories: [etat,", "signatories: [personne,"))
    assert last_number() == known
    assert not Contract.objects.filter(slug="essai").exists()


def test_the_real_contracts() -> None:
    assert load_reference()["contracts"] == 12
    known = last_number()
    assert load_reference()["contracts"] == 12
    assert last_number() == known, "again changes nothing"
    assert not Contract.objects.filter(fictitious=True).exists()


def test_every_fact_of_the_real_contracts_has_its_status_and_sources() -> None:
    load_reference()
    for model in (PublishedAmount, Fact, Milestone):
        for stated in model.objects.select_related("contract"):
            said = f"{stated.contract.slug} : {stated}"
            if stated.status in {"published", "contradicted"}:
                assert stated.sources, f"{said} has no source"
            if stated.status == "derived":
                assert stated.note or stated.sources, f"{said} does not say from what"
    statuses = set(PublishedAmount.objects.values_list("status", flat=True))
    assert statuses == {"published", "derived", "contradicted", "unknown"}


def test_generations_are_linked() -> None:
    load_reference()
    followed = Link.objects.filter(kind="predecessor").values_list("contract__slug", "other__slug")
    assert set(followed) == {
        ("cper-hdf-2021-2027", "cper-npdc-2015-2020"),
        ("cper-hdf-2021-2027", "cper-picardie-2015-2020"),
        ("pacte-sat-2", "pacte-sat-1"),
        ("pacte-sat-3", "pacte-sat-2"),
    }
    framed = Link.objects.filter(kind="frames").values_list("contract__slug", "other__slug")
    assert set(framed) == {
        ("cpm-mel", "accords-cadres-poles"),
        ("cpm-caam", "accords-cadres-poles"),
    }


def test_published_amounts_of_the_planning_contracts_add_up_as_published() -> None:
    """The five funders of Nord-Pas-de-Calais 2015-2020 make the published total to the cent."""
    load_reference()
    amounts = PublishedAmount.objects.filter(
        contract__slug="cper-npdc-2015-2020", group="Crédits contractualisés"
    )
    total = amounts.get(label="Total publié").cents
    assert total == 216_480_400_000
    assert sum(a.cents for a in amounts.filter(organisation__isnull=False)) == total
