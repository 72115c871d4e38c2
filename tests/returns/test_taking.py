"""What a return changes in the hard cases: complete ones, corrected places, titles too long."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import pytest

from beffroi.contracts.models import Contract
from beffroi.framework.loading import load_contract_file, load_reference
from beffroi.journal.actions import last_number
from beffroi.ledger.queries import Scope, figures
from beffroi.operations.models import Operation
from beffroi.returns.actions import Imported, ReturnRefused, import_return
from beffroi.workspace.maquette import maquette
from tests.returns.reading.rounds import DEMO

pytestmark = pytest.mark.django_db

FIRST, SECOND = datetime.date(2023, 12, 31), datetime.date(2024, 12, 31)
HEADER = (
    "Dossier;Libellé opération;Bénéficiaire;INSEE;Axe;Objectif;"
    "Montant programmé;Montant engagé;Montant mandaté"
)
Row = tuple[str, ...]


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    load_reference()
    path = tmp_path / "demo-contract.yaml"
    path.write_bytes((DEMO / "demo-contract.yaml").read_bytes())
    return load_contract_file(path).loaded.contract


def take(
    folder: Path, rows: Sequence[Row], on: datetime.date, *, complete: bool = False, name: str = "r"
) -> Imported:
    """Import a workbook of the Pas-de-Calais of these lines."""
    path = folder / f"{name}-{on}.csv"
    path.write_text("\n".join([HEADER, *map(";".join, rows)]), encoding="utf-8")
    contract = Contract.objects.get(slug="demo-cper")
    return import_return(path, contract=contract, partner_slug="cd62", on=on, complete=complete)


def said(on: datetime.date, by: str = "stage") -> dict[object, int]:
    """The department's figures, contracted left out."""
    scope = Scope(Contract.objects.get(slug="demo-cper"))
    found = figures(scope, on, last_number(), [by, "stage", "funder"])
    sums: dict[object, int] = {}
    for figure in found:
        if figure.labels["funder"] == "cd62" and figure.labels["stage"] != "contracted":
            label = figure.labels[by]
            sums[label] = sums.get(label, 0) + figure.value.cents
    return sums


def line(code: str, *amounts: str, title: str = "", commune: str = "62041", objective: str = "I.1"):
    return (code, title or f"Opération {code}", "Ville", commune, "I", objective, *amounts)


def test_a_complete_return_covers_every_stage_it_has_a_column_for(
    contract: Contract, tmp_path: Path
) -> None:
    take(tmp_path, [line("A1", "10", "5", "1"), line("A2", "20", "8", "2")], FIRST)
    take(tmp_path, [line("A1", "10", "5", "")], SECOND, complete=True)
    assert said(FIRST) == {"programmed": 3000, "committed": 1300, "paid": 300}
    assert said(SECOND) == {"programmed": 1000, "committed": 500, "paid": 0}


def test_a_partial_return_leaves_the_others_as_they_were(
    contract: Contract, tmp_path: Path
) -> None:
    take(tmp_path, [line("A1", "10", "5", "1"), line("A2", "20", "8", "2")], FIRST)
    take(tmp_path, [line("A1", "11", "", "")], SECOND)
    assert said(SECOND) == {"programmed": 3100, "committed": 1300, "paid": 300}


def test_an_operation_charged_to_another_objective_counts_once(
    contract: Contract, tmp_path: Path
) -> None:
    take(tmp_path, [line("A1", "10", "5", "1")], FIRST)
    take(tmp_path, [line("A1", "12", "5", "1", objective="II.1")], SECOND)
    assert said(FIRST, "axis") == {"I": 1600}
    assert said(SECOND, "axis")["II"] == 1800
    assert said(SECOND, "axis").get("I", 0) == 0


def test_titles_too_long_to_be_remembered_are_known_again(
    contract: Contract, tmp_path: Path
) -> None:
    long = "Aménagement " * 60
    twins = [
        line("A1", "10", "", "", title=long),
        line("A1", "7", "", "", title="Autre nom du même dossier"),
    ]
    take(tmp_path, twins, FIRST)
    again = [
        line("A1", "11", "", "", title=long),
        line("A1", "7", "", "", title="Autre nom du même dossier"),
    ]
    take(tmp_path, again, SECOND)
    assert said(SECOND) == {"programmed": 1800}


def test_a_line_without_title_is_called_by_its_code(contract: Contract, tmp_path: Path) -> None:
    take(tmp_path, [("A1", "", "Ville", "62041", "I", "I.1", "10", "", "")], FIRST)
    assert said(FIRST) == {"programmed": 1000}
    assert Operation.objects.latest("pk").title == "A1"


def test_a_partner_corrects_the_place_it_gave(contract: Contract, tmp_path: Path) -> None:
    take(tmp_path, [line("A1", "10", "", "", commune="62041")], FIRST)
    known = last_number()
    take(tmp_path, [line("A1", "10", "", "", commune="62119")], SECOND)
    scope = Scope(contract)
    at = {
        connu: {f.labels["commune"] for f in figures(scope, SECOND, connu, ["commune"])}
        for connu in (known, last_number())
    }
    assert "62041" in at[known]
    assert "62119" in at[last_number()]
    assert "62041" not in at[last_number()]


def test_the_same_file_is_read_again_when_the_tree_has_changed(
    contract: Contract, tmp_path: Path
) -> None:
    rows = [line("A1", "10", "", "", objective="I.9")]
    assert not take(tmp_path, rows, FIRST).unchanged
    assert take(tmp_path, rows, FIRST).unchanged
    assert said(FIRST, "axis") == {"?": 1000}
    added = "      - {code: I.9, title: Neuf}\n  - code: II\n"
    rewrite(tmp_path, "  - code: II\n", added)
    assert not take(tmp_path, rows, FIRST).unchanged
    assert said(FIRST, "axis") == {"I": 1000, "?": 0} or said(FIRST, "axis") == {"I": 1000}


def test_an_objective_that_moves_keeps_its_money(contract: Contract, tmp_path: Path) -> None:
    take(tmp_path, [line("A1", "10", "", "", objective="I.2")], FIRST)
    text = (tmp_path / "demo-contract.yaml").read_text(encoding="utf-8")
    moved = next(row for row in text.splitlines(keepends=True) if "code: I.2," in row)
    rewrite(tmp_path, moved, "")
    first_of_second = next(row for row in text.splitlines(keepends=True) if "code: II.1," in row)
    rewrite(tmp_path, first_of_second, moved + first_of_second)
    assert said(FIRST, "axis") == {"II": 1000}


def test_an_objective_withdrawn_leaves_its_money_unplaced_on_the_page_too(
    contract: Contract, tmp_path: Path
) -> None:
    take(tmp_path, [line("A1", "10", "", "", objective="I.2")], FIRST)
    text = (tmp_path / "demo-contract.yaml").read_text(encoding="utf-8")
    gone = next(row for row in text.splitlines(keepends=True) if "code: I.2," in row)
    rewrite(tmp_path, gone, "")
    assert said(FIRST, "axis") == {"?": 1000}
    page = maquette(contract, FIRST, last_number(), "contractual")
    assert page.has_unplaced
    unplaced = page.total("programmed", node=None)
    assert unplaced
    assert unplaced.cents == 1000


def test_contracted_amounts_are_corrected_even_when_the_start_moves(
    contract: Contract, tmp_path: Path
) -> None:
    rewrite(tmp_path, '"2021-01-01"', '"2020-01-01"')
    rewrite(tmp_path, "I: 2920000000", "I: 1000000000")
    scope = Scope(Contract.objects.get(slug="demo-cper"))
    found = figures(scope, SECOND, last_number(), ["axis", "funder"], stage="contracted")
    amounts = {(f.labels["axis"], f.labels["funder"]): f.value.cents for f in found}
    assert amounts["I", "etat"] == 1_000_000_000
    known = last_number()
    assert load_contract_file(tmp_path / "demo-contract.yaml").unchanged
    assert last_number() == known


def rewrite(folder: Path, before: str, after: str) -> None:
    """Change the contract's file and load it again."""
    path = folder / "demo-contract.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    load_contract_file(path)


def test_a_complete_return_with_a_sheet_left_out_is_refused(
    contract: Contract, tmp_path: Path
) -> None:
    import openpyxl

    path = tmp_path / "region.xlsx"
    book = openpyxl.load_workbook(DEMO / "returns-2023" / "region.xlsx")
    book.worksheets[1].sheet_state = "hidden"
    book.save(path)
    with pytest.raises(ReturnRefused, match="--complete"):
        import_return(path, contract=contract, partner_slug="region-hdf", on=FIRST, complete=True)
