"""Workbooks that public bodies really published, and traps: read, or refused in one sentence."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from beffroi.returns.reading import UnreadableFile, read_return
from beffroi.returns.reading.opening import read_workbook
from beffroi.returns.reading.workbook import Merge
from tests.returns.reading.refusals import assert_one_sentence
from tests.returns.reading.rounds import FIXTURES

REAL = sorted((FIXTURES / "real").iterdir())
TRAP = FIXTURES / "traps" / "cellules-sans-type.ods"


def found(start: str) -> Path:
    return next(path for path in REAL if path.name.startswith(start))


def test_three_real_workbooks_are_there() -> None:
    assert len(REAL) == 3


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name[:12])
def test_no_layout_knows_them_and_they_are_refused_in_one_sentence(path: Path) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_return(path)
    assert_one_sentence(refusal.value, path.name)


def test_somme_a_byte_order_mark_that_lies() -> None:
    """UTF-8 byte-order mark, then cp1252 bytes."""
    (sheet,) = read_workbook(found("DEP_Somme")).sheets
    assert len(sheet.rows) == 42
    assert sheet.rows[0][:4] == [
        "nomAttribuant",
        "idAttribuant",
        "dateConvention",
        "referenceDecision",
    ]
    assert {len(row) for row in sheet.rows} == {13}
    first = sheet.rows[1]
    assert first[0] == "Département de la Somme"
    assert first[2:4] == ["2017/09/08", "6.2"]
    assert first[7] == "26 956,00"
    assert str(first[6]).startswith("Création d'une aire de camping-cars au plan d'eau")
    assert "jusqu’à hauteur de 5 %" in str(first[9])
    every = "".join(str(value) for row in sheet.rows for value in row)
    assert not {"\ufffd", "\ufeff", "Ã", "\x92"} & set(every)


def test_aube_merged_band_and_amounts_in_words() -> None:
    workbook = read_workbook(found("DEP_Aube"))
    (sheet,) = workbook.sheets_with_content()
    assert len(workbook.sheets) == 3
    assert sheet.merges
    cells = {value for row in sheet.rows for value in row}
    assert {"50\u00a0000 euros", "97\u00a0000euros", "07/11/2017\nSolde en 2018"} <= cells
    assert datetime.date(2017, 11, 3) in cells


def test_pyrenees_orientales_title_blank_rows_and_two_rows_a_grant() -> None:
    (sheet,) = read_workbook(found("DEP_Pyr")).sheets
    assert [bool(row) for row in sheet.rows[:6]] == [False, False, True, False, False, True]
    assert sheet.rows[5][:3] == ["SIRET_ORG", "NOM", "Montant octroyé"]
    assert sheet.rows[6][:3] == ["30908524900048", "l'Association La Bressola", 40000.0]
    assert sheet.at(6, 4) == datetime.date(2017, 7, 24)
    assert Merge(38, 0, 39, 0) in sheet.merges
    amounts = [row[2] for row in sheet.rows[6:] if len(row) > 2 and row[2] != ""]
    assert len(amounts) > 50
    assert all(isinstance(amount, float) for amount in amounts)


def test_cells_without_a_type_are_cells() -> None:
    (sheet,) = read_workbook(TRAP).sheets
    assert sheet.rows == [
        ["Réf.", "Opération", "Voté"],
        ["A1", "Étude (fictif)", "1 234,56 €"],
        ["A2", "Travaux (fictif)", "2 000,00 €"],
    ]


def test_a_return_of_cells_without_a_type_is_never_empty() -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_return(TRAP)
    assert_one_sentence(refusal.value, TRAP.name)
    assert "Objectif" in str(refusal.value)
