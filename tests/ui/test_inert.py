"""What people wrote is text in every export, and a number stays a number."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from beffroi.returns.reading.opening import read_workbook
from beffroi.ui.inert import LONGEST_IN_XLSX, begins_a_formula, for_csv, write_text

FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://exemple.fr";"ici")',
    "+1+1",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1:A2)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\tMédiathèque",
    "  =1+1",
    "\u00a0=1+1",
    "＝1+1",
    "-",
    "- tiret de liste",
    "+33 (0)3",
]
NUMBERS = ["-12", "-12,50", "-12.5", "+12", "-1 234,56", "-1\u202f234,56 €", "-5 %", "-1.5e-7"]
TEXTS = ["Médiathèque", "", "1-2", "a=b", "courriel@exemple.fr", "'=1+1", "12,50", "−3"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_behind_an_apostrophe(text: str) -> None:
    assert begins_a_formula(text)
    assert for_csv(text) == f"'{text}"


@pytest.mark.parametrize("text", [*NUMBERS, *TEXTS])
def test_numbers_and_plain_texts_are_left_alone(text: str) -> None:
    assert for_csv(text) == text


@settings(deadline=None)
@given(st.text())
def test_no_text_comes_out_as_a_formula(text: str) -> None:
    written = for_csv(text)
    assert written.removeprefix("'") == text.removeprefix("'")
    assert not begins_a_formula(written)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_text_in_a_workbook(text: str) -> None:
    content = io.BytesIO()
    book = Workbook()
    write_text(book.active["A1"], text)
    book.save(content)
    with zipfile.ZipFile(content) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert b'quotePrefix="1"' in archive.read("xl/styles.xml")
    cell = load_workbook(content).active["A1"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert cell.value.strip() == text.replace("\r", "\n").strip()
    (sheet,) = read_workbook(content.getvalue(), "export.xlsx").sheets
    assert not sheet.faults


def test_what_xml_cannot_hold_is_left_out() -> None:
    content = io.BytesIO()
    book = Workbook()
    write_text(book.active["A1"], "a\0b\x0bc\ud800d")
    write_text(book.active["A2"], "x" * 40_000)
    book.save(content)
    sheet = load_workbook(content).active
    assert sheet["A1"].value == "abcd"
    assert len(sheet["A2"].value) == LONGEST_IN_XLSX
