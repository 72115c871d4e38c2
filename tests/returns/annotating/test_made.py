"""Copies made of the values of a file, where its format holds neither colours nor comments."""

from __future__ import annotations

import datetime
import io

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from beffroi.returns.annotating import FrontCell, Mark, annotated
from beffroi.returns.annotating.made import made_of, sheet_names
from beffroi.returns.reading.opening import read_workbook
from beffroi.returns.reading.workbook import Merge, Sheet, Workbook
from tests.returns.annotating.workbooks import notes

TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15)
DATES = st.dates(datetime.date(1950, 1, 1), datetime.date(2100, 1, 1))


@given(st.lists(st.lists(st.one_of(TEXTS, NUMBERS, DATES), max_size=6), min_size=1, max_size=8))
def test_values_come_back_as_they_were(rows: list[list[object]]) -> None:
    rows[0] = ["Code", *rows[0]]
    sheet = Sheet("Suivi", rows)  # type: ignore[arg-type]
    again = read_workbook(made_of(Workbook("x.xls", [sheet]), "Feuille 1"), "x.xlsx").sheets[0]
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            assert again.at(at, column) == value


def test_a_sheet_s_name_is_made_good() -> None:
    names = ["", "Suivi: [2024]", "suivi_ _2024_", "x" * 40, "x" * 31]
    book = Workbook("x.xls", [Sheet(name, [["a"]]) for name in names])
    called = load_workbook(io.BytesIO(made_of(book, "Feuille 1"))).sheetnames
    assert called == list(sheet_names(book, "Feuille 1").values())
    assert called[0] == "Feuille 1"
    assert len({name.casefold() for name in called}) == len(names)
    assert max(map(len, called)) <= 31


def test_hidden_and_merged_stay_so() -> None:
    sheet = Sheet("S", [["a", ""], ["b", "c"]], merges=[Merge(0, 0, 0, 1)], hidden_rows={1})  # type: ignore[arg-type]
    hidden = Sheet("H", [["a"]], hidden=True)
    book = load_workbook(io.BytesIO(made_of(Workbook("x.xls", [sheet, hidden]), "F")))
    assert [str(each) for each in book["S"].merged_cells.ranges] == ["A1:B1"]
    assert book["S"].row_dimensions[2].hidden
    assert book["H"].sheet_state == "hidden"


def test_a_csv_s_formulas_stay_text_and_links_lead_to_its_sheet() -> None:
    raw = "Code;Intitulé;Montant\nA1;=1+1;-12,50\nA2;@x;3\n".encode()
    rows = [[FrontCell("B2", "text", ("", "B2"))]]
    again, name = annotated(raw, "suivi.csv", notes([Mark("", "B2", "error", "Ici.")], rows))
    book = load_workbook(io.BytesIO(again))
    sheet = book["Feuille 1"]
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=1+1", "s")
    assert (sheet["B3"].quotePrefix, sheet["C2"].quotePrefix) == (True, False)
    assert sheet["B2"].comment.text == "Ici."
    front = book["Relevé Beffroi"]
    assert front["A2"].value == "Copie des valeurs."
    assert front["A3"].hyperlink.location == "'Feuille 1'!B2"
    assert (
        read_workbook(again, name).sheets[0].rows == read_workbook(raw, "suivi.csv").sheets[0].rows
    )
