"""Tables as files: every line, to the cent, said for what they are, and never a formula."""

from __future__ import annotations

import csv
import datetime
import io

import pytest
from django.core.exceptions import BadRequest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from beffroi.ui.columns import Cell, Column, Rate, Row, Table
from beffroi.ui.exporting import export
from beffroi.ui.figures import Unit

ABOUT = [("Contrat", "Essai"), ("Situation au", "2024-12-31")]
COLUMNS = [
    Column("box", "Choix", "choice"),
    Column("name", "Nom"),
    Column("cents", "Montant", "amount"),
    Column("rate", "Taux", "rate"),
    Column("on", "Le", "date"),
]


def table(*rows: dict, fictitious: bool = False) -> Table:  # type: ignore[type-arg]
    return Table("Essai : [2024]", COLUMNS, [Row(row) for row in rows], fictitious=fictitious)


@given(st.integers(-(10**14), 10**14), st.sampled_from(list(Unit)))
def test_amounts_are_exact_whatever_the_unit_shown(cents: int, unit: Unit) -> None:
    shown = Table("Essai", COLUMNS, [Row({"name": "A", "cents": cents})], unit=unit)
    text = export([shown], "csv", "essai", ABOUT).content.decode("utf-8-sig")
    (_header, line) = csv.reader(io.StringIO(text), delimiter=";")
    assert round(float(line[1].replace(",", ".")) * 100) == cents
    book = load_workbook(io.BytesIO(export([shown], "xlsx", "essai", ABOUT).content))
    assert round(book.worksheets[0]["B2"].value * 100) == cents


@pytest.mark.parametrize("text", ["=1+1", "+A1", "@SUM(A1)", "-cmd", "\t=1", "\r=1"])
def test_what_people_wrote_never_runs(text: str) -> None:
    written = export([table({"name": text})], "csv", "essai", [("Qui", text)]).content
    (_header, line) = csv.reader(io.StringIO(written.decode("utf-8-sig")), delimiter=";")
    assert line[0].startswith("'")
    assert line[4].startswith("'")
    book = load_workbook(
        io.BytesIO(export([table({"name": text})], "xlsx", "essai", [("Qui", text)]).content)
    )
    types = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert types <= {"s", "inlineStr", "n"}


def test_every_line_says_what_it_is() -> None:
    row = {"name": "A", "cents": 1, "rate": Rate(1, 2), "on": datetime.date(2024, 1, 2), "box": "1"}
    answer = export([table(row, fictitious=True)], "csv", "essai", ABOUT)
    (header, line) = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    assert header == ["Nom", "Montant", "Taux", "Le", "Contrat", "Situation au", "Données"]
    assert line == ["A", "0,01", "50,0\u00a0%", "2024-01-02", "Essai", "2024-12-31", "fictives"]
    assert 'filename="essai-fictif.csv"' in answer["Content-Disposition"]


def test_several_tables_are_as_many_sheets() -> None:
    book = load_workbook(io.BytesIO(export([table(), table()], "xlsx", "essai", ABOUT).content))
    assert len(book.worksheets) == 3
    assert not set("".join(book.sheetnames)) & set("[]:*?/\\")
    about = {row[0].value: row[1].value for row in book.worksheets[-1].iter_rows()}
    assert about["Contrat"] == "Essai"


def test_a_form_that_is_none() -> None:
    with pytest.raises(BadRequest, match="pdf"):
        export([table()], "pdf", "essai", ABOUT)


def test_what_stands_beside_a_value_has_its_own_column() -> None:
    rows = [Row({"name": Cell("Halle", note="OP1"), "cents": Cell(5_00, unread=3)})]
    shown = Table("Essai", COLUMNS[1:], [*rows, Row({"name": "B"})])
    text = export([shown], "csv", "essai", [("Nom", "Essai")]).content.decode("utf-8-sig")
    header, first, second = csv.reader(io.StringIO(text), delimiter=";")
    assert header[:4] == ["Nom", "Nom : précision", "Montant", "Montant : cellules non lues"]
    assert first[:4] == ["Halle", "OP1", "5,00", "3"]
    assert second[:4] == ["B", "", "", ""]
    assert "Nom (du fichier)" in header
    book = load_workbook(io.BytesIO(export([shown], "xlsx", "essai", ABOUT).content))
    assert [cell.value for cell in book.worksheets[0][2]][:4] == ["Halle", "OP1", 5, 3]
