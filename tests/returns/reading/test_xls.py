"""XLS workbooks, as Excel before 2007 and many programs still write them."""

from __future__ import annotations

import datetime
from pathlib import Path
from struct import pack

import pytest
import xlwt
from openpyxl import load_workbook

from beffroi.returns.reading import UnreadableFile, read_return
from beffroi.returns.reading.opening import read_workbook
from beffroi.returns.reading.workbook import Merge, Workbook
from tests.returns.reading.containers import ole_with, small_xls, xls_of
from tests.returns.reading.habits import assert_reads_the_truth
from tests.returns.reading.refusals import assert_one_sentence
from tests.returns.reading.rounds import FILES, FIXTURES, contract, return_path

FORMATS = FIXTURES / "formats"
DATE = xlwt.easyxf(num_format_str="DD/MM/YYYY")
MOMENT = xlwt.easyxf(num_format_str="DD/MM/YYYY hh:mm")
HOUR = xlwt.easyxf(num_format_str="hh:mm")
EURO = xlwt.easyxf(num_format_str='#,##0.00 "€"')
AFTERNOON = datetime.datetime.fromisoformat("2024-02-29 13:05")
PERCENT = xlwt.easyxf(num_format_str="0 %")


def read(book: xlwt.Workbook) -> Workbook:
    return read_workbook(xls_of(book), "retour.xls")


@pytest.mark.parametrize("from_1904", [False, True])
def test_every_type_of_cell(from_1904: bool) -> None:
    book = xlwt.Workbook()
    book.dates_1904 = from_1904
    sheet = book.add_sheet("Été")
    cells = [
        ("Médiathèque d’Étaples — « Lot 2 »", None, "Médiathèque d’Étaples — « Lot 2 »"),
        (21590350100017, None, 21590350100017.0),
        (1234.56, EURO, 1234.56),
        (0.25, PERCENT, 0.25),
        (-12, None, -12.0),
        (0, None, 0.0),
        (1e15, None, 1e15),
        (datetime.date(2024, 2, 29), DATE, datetime.date(2024, 2, 29)),
        (AFTERNOON, MOMENT, AFTERNOON),
        (datetime.time(13, 5), HOUR, datetime.time(13, 5)),
        (True, None, True),
        ("x" * 30_000, None, "x" * 30_000),
    ]
    for column, (value, style, _) in enumerate(cells):
        sheet.write(0, column, value, style or xlwt.Style.default_style)
    (read_sheet,) = read(book).sheets
    assert read_sheet.name == "Été"
    assert list(read_sheet.rows[0]) == [expected for _, _, expected in cells]
    assert [type(value) for value in read_sheet.rows[0]] == [type(kept) for _, _, kept in cells]


def test_a_date_the_calendar_has_not_stays_a_number() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Suivi")
    sheet.write(0, 0, -5, DATE)
    sheet.write(0, 1, 3_000_000, DATE)
    assert list(read(book).sheets[0].rows[0]) == [-5.0, 3_000_000.0]


ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def test_errors_are_faults() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Suivi")
    sheet.write(0, 0, "Montant")
    for column, code in enumerate(ERRORS, 1):
        sheet.row(0).set_cell_error(column, code)
    (read_sheet,) = read(book).sheets
    assert read_sheet.faults == {(0, at): error for at, error in enumerate(ERRORS.values(), 1)}
    assert list(read_sheet.rows[0]) == ["Montant", *[""] * len(ERRORS)]


NUMERIC = ["B1*0.8", "B1+1", "B1-1", "B1/2", "-B1", "10%", "SUM(B1:B2)", "ROUND(B1,2)", "MAX(B1,2)"]


@pytest.mark.parametrize("formula", NUMERIC)
def test_a_formula_never_computed_is_a_fault(formula: str) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Suivi")
    sheet.write(0, 0, xlwt.Formula(formula))
    sheet.write(0, 1, 12.5)
    (read_sheet,) = read(book).sheets
    assert read_sheet.faults == {(0, 0): "=…"}
    assert list(read_sheet.rows[0]) == ["", 12.5]


@pytest.mark.parametrize("formula", ['IF(B1<1,"x","")', "B2", '"a"&"b"'])
def test_a_formula_that_may_give_an_empty_text_is_no_fault(formula: str) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Suivi")
    sheet.write(0, 0, xlwt.Formula(formula))
    sheet.write(0, 1, 12.5)
    assert not read(book).sheets[0].faults


def with_results(content: bytes, results: list[float], flags: int) -> bytes:
    """The file with a number for the result of each of its formulas, as a program keeps them."""
    changed = bytearray(content)
    at = 0
    for result in results:
        at = changed.index(pack("<Q", 0xFFFF000000000003), at)
        changed[at : at + 10] = pack("<dH", result, flags)
    return bytes(changed)


def formulas() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Suivi")
    sheet.write(0, 0, xlwt.Formula("C1*2"))
    sheet.write(0, 1, xlwt.Formula("C1*3"))
    sheet.write(0, 2, 12.5)
    return xls_of(book)


def test_noughts_left_to_compute_on_opening_are_faults() -> None:
    content = with_results(formulas(), [0.0, 0.0], flags=2)
    (sheet,) = read_workbook(content, "retour.xls").sheets
    assert sheet.faults == {(0, 0): "=…", (0, 1): "=…"}
    assert list(sheet.rows[0]) == ["", "", 12.5]


@pytest.mark.parametrize(("results", "flags"), [([25.0, 0.0], 2), ([0.0, 0.0], 0), ([1.0, 2.0], 0)])
def test_formulas_that_were_computed_have_their_value(results: list[float], flags: int) -> None:
    (sheet,) = read_workbook(with_results(formulas(), results, flags), "retour.xls").sheets
    assert not sheet.faults
    assert list(sheet.rows[0]) == [*results, 12.5]


def test_merges_and_what_is_hidden() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Suivi")
    sheet.write_merge(0, 0, 0, 3, "Crédits")
    sheet.write_merge(1, 3, 0, 0, "Axe")
    sheet.write(4, 2, 1)
    sheet.row(2).hidden = True
    sheet.row(4).hidden = True
    sheet.col(1).hidden = True
    sheet.col(3).hidden = True
    for name, visibility in (("Cachée", 1), ("Très cachée", 2)):
        other = book.add_sheet(name)
        other.write(0, 0, "x")
        other.visibility = visibility
    suivi, hidden, very_hidden = read(book).sheets
    assert set(suivi.merges) == {Merge(0, 0, 0, 3), Merge(1, 0, 3, 0)}
    assert suivi.hidden_rows == {2, 4}
    assert suivi.hidden_columns == {1, 3}
    assert (suivi.hidden, hidden.hidden, very_hidden.hidden) == (False, True, True)


def test_far_formatted_blanks_take_no_place() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Suivi")
    sheet.write(0, 0, "Code")
    sheet.write(65_535, 255, None, EURO)
    assert sum(map(len, read(book).sheets[0].rows)) == 1


@pytest.mark.parametrize("file", [file for file in FILES if file.endswith(".xlsx")])
@pytest.mark.parametrize("year", [2023, 2024])
def test_a_return_saved_as_xls_reads_the_same(file: str, year: int, tmp_path: Path) -> None:
    """Every cell of the workbook written again by xlwt; what it cannot write is left blank."""
    source = read_workbook(return_path(year, file))
    hidden = load_workbook(return_path(year, file))
    book = xlwt.Workbook()
    for sheet in source.sheets:
        page = book.add_sheet(sheet.name)
        page.visibility = 0 if hidden[sheet.name].sheet_state == "visible" else 1
        for at, row in enumerate(sheet.rows):
            for column, value in enumerate(row):
                if value != "":
                    style = DATE if isinstance(value, datetime.date) else EURO
                    page.write(at, column, value, style)
        for at, column in sheet.faults:
            page.write(at, column, xlwt.Formula("A1*1"))
        for merge in sheet.merges:
            page.merge(merge.top, merge.bottom, merge.left, merge.right)
        for column in sheet.hidden_columns:
            page.col(column).hidden = True
    path = tmp_path / "retour.xls"
    path.write_bytes(xls_of(book))
    assert_reads_the_truth(read_return(path, contract=contract()), year, file)


# What is refused, and what is left alone


def refused(content: bytes) -> str:
    with pytest.raises(UnreadableFile) as refusal:
        read_workbook(content, "retour.xls")
    assert_one_sentence(refusal.value, "retour.xls")
    return str(refusal.value)


@pytest.mark.parametrize("way", ["97", "2002"])
def test_a_workbook_whose_structure_is_protected(way: str) -> None:
    """Encrypted by a password that every program knows: opened without asking."""
    plain = read_workbook(FORMATS / "suivi.xls")
    protected = read_workbook(FORMATS / f"structure-protegee-{way}.xls")
    assert protected.sheets == plain.sheets


def test_a_workbook_behind_a_password() -> None:
    assert "mot de passe" in refused((FORMATS / "mot-de-passe.xls").read_bytes())


def test_an_encrypted_workbook() -> None:
    content = small_xls()
    code_page = pack("<HHH", 0x42, 2, 1200)
    assert code_page in content
    encrypted = content.replace(code_page, pack("<HHH", 0x2F, 2, 0), 1)
    assert "mot de passe" in refused(encrypted)


@pytest.mark.parametrize("kept", [0.05, 0.3, 0.5, 0.9])
def test_a_truncated_workbook(kept: float) -> None:
    content = small_xls()
    assert "abîmé" in refused(content[: int(len(content) * kept)])


@pytest.mark.parametrize("seed", range(30))
def test_flipped_bytes_are_read_or_refused(seed: int) -> None:
    damaged = bytearray(small_xls())
    for step in range(1 + seed):
        damaged[(seed * 7919 + step * 104_729) % len(damaged)] ^= 0x5A
    try:
        read_workbook(bytes(damaged), "raye.xls")
    except UnreadableFile as refusal:
        assert_one_sentence(refusal, "raye.xls")


def test_sectors_in_a_circle() -> None:
    """The allocation table says that a sector follows itself."""
    content = bytearray(small_xls())
    table = 512 * (1 + int.from_bytes(content[76:80], "little"))
    first = int.from_bytes(content[48:52], "little")
    content[table + 4 * first : table + 4 * first + 4] = first.to_bytes(4, "little")
    assert "abîmé" in refused(bytes(content))


def test_a_record_without_container() -> None:
    """A worksheet as Excel 2 wrote it: bare records, one sheet."""
    bof = pack("<HHHH", 0x09, 4, 2, 0x10)
    label = pack("<HHHH3xB4s", 0x04, 12, 0, 0, 4, b"Code")
    number = pack("<HHHH3xd", 0x03, 15, 0, 1, 12.5)
    end = pack("<HH", 0x0A, 0)
    (sheet,) = read_workbook(bof + label + number + end, "vieux.xls").sheets
    assert list(sheet.rows[0]) == ["Code", 12.5]


def test_macros_are_not_run_and_said() -> None:
    content = bytearray(small_xls())
    # A sheet of another type: macros of Excel 4.
    at = content.index(pack("<H", 0x85))
    content[at + 9] = 1
    with pytest.raises(UnreadableFile):
        read_workbook(bytes(content), "macros.xls")
    book = xlwt.Workbook()
    book.add_sheet("Macro")
    book.add_sheet("Suivi").write(0, 0, "Code")
    content = bytearray(xls_of(book))
    at = content.index(pack("<H", 0x85))
    content[at + 9] = 1
    workbook = read_workbook(bytes(content), "macros.xls")
    assert [sheet.name for sheet in workbook.sheets] == ["Suivi"]
    assert [found.kind for found in workbook.findings] == ["macros_not_run"]


def test_a_word_document_named_xls() -> None:
    assert "un document Word" in refused(ole_with("WordDocument"))
