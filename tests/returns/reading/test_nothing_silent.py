"""Errors, formulas never computed, hidden rows and columns: always found, never silent."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from beffroi.returns.reading import Reading, read_return
from beffroi.returns.reading.opening import read_workbook
from tests.returns.reading.habits import STATE, assert_reads_the_truth
from tests.returns.reading.mutating import ERRORS, Page, Value, save_csv, save_ods, save_xlsx
from tests.returns.reading.rounds import contract, return_path, truth

HEADERS = (
    *("N° EJ", "Intitulé de l'opération", "Objectif CPER"),
    *("AE programmées", "AE engagées", "CP payés"),
)
LINE: tuple[str | float, ...] = ("EJ1", "Médiathèque", "I.1", 100.0, 80.0, 60.0)
FIXED = ".xlsx", ".ods"


def page_with(column: int, value: str | float) -> Page:
    """A return of two lines whose first has one cell changed."""
    changed: list[Value] = [*LINE]
    changed[column] = value
    other = ("EJ2", "Halle", "I.2", 10.0, 8.0, 6.0)
    return Page("Suivi", [[*HEADERS], changed, [*other]])


def written(page: Page, path: Path) -> Path:
    (save_ods if path.suffix == ".ods" else save_xlsx)([page], path)
    return path


def said(reading: Reading) -> set[tuple[str, str]]:
    return {(found.where, found.kind) for found in reading.findings}


def rewritten(path: Path, member: str, change: str, by: str) -> Path:
    """The same file, one of its parts changed."""
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts[member].decode().replace("<v />", "<v></v>").replace("<v/>", "<v></v>")
    assert change in text
    parts[member] = text.replace(change, by, 1).encode()
    with ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path


# Errors


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("suffix", FIXED)
def test_an_error_in_an_amount(error: str, suffix: str, tmp_path: Path) -> None:
    reading = read_return(written(page_with(4, error), tmp_path / f"retour{suffix}"))
    assert ("Suivi!E2", "error_cell") in said(reading)
    assert reading.rows == 2
    assert reading.unread == {"committed": 1}
    assert reading.sums_cents == {"programmed": 11000, "committed": 800, "paid": 6600}
    (amount,) = (a for a in reading.lines[0].amounts if a.stage == "committed")
    assert (amount.cents, amount.cell, amount.shown) == (None, "E2", error)


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("prefix", ["", "x:"])
def test_an_error_whatever_the_writing_of_the_xml(quote: str, prefix: str, tmp_path: Path) -> None:
    path = written(page_with(4, "#REF!"), tmp_path / "retour.xlsx")
    with ZipFile(path) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode().replace("<v />", "<v></v>")
    other = xml.replace("</", f"</{prefix}").replace("<", f"<{prefix}").replace(f"<{prefix}/", "</")
    other = other.replace(f"</{prefix}{prefix}", f"</{prefix}").replace(
        't="e"', f"t={quote}e{quote}"
    )
    if prefix:
        other = other.replace('xmlns="', 'xmlns:x="')
    reading = read_return(rewritten(path, "xl/worksheets/sheet1.xml", xml, other))
    assert ("Suivi!E2", "error_cell") in said(reading)
    assert reading.unread == {"committed": 1}


@pytest.mark.parametrize("column", [0, 1, 2])
@pytest.mark.parametrize("suffix", FIXED)
def test_an_error_in_what_names_a_line(column: int, suffix: str, tmp_path: Path) -> None:
    reading = read_return(written(page_with(column, "#REF!"), tmp_path / f"retour{suffix}"))
    assert (f"Suivi!{'ABC'[column]}2", "error_cell") in said(reading)
    assert reading.rows == 2
    assert reading.sums_cents["programmed"] == 11000


@pytest.mark.parametrize("column", [0, 1, 2, 4])
def test_an_error_written_as_text(column: int, tmp_path: Path) -> None:
    """What a CSV keeps of it, or a paste of values alone."""
    path = tmp_path / "retour.csv"
    save_csv(page_with(column, "#REF!"), path, separator=";", encoding="utf-8")
    reading = read_return(path)
    assert (f"{'ABCDE'[column]}2", "error_cell") in said(reading)
    assert reading.rows == 2
    assert reading.sums_cents["programmed"] == 11000


# Formulas


@pytest.mark.parametrize("formula", ["=D2*0.8", "=SUM(A1:A2)", '=IF(D2<1,"","é")'])
@pytest.mark.parametrize("suffix", FIXED)
def test_a_formula_never_computed(formula: str, suffix: str, tmp_path: Path) -> None:
    reading = read_return(written(page_with(4, formula), tmp_path / f"retour{suffix}"))
    assert ("Suivi!E2", "formula_without_value") in said(reading)
    assert reading.unread == {"committed": 1}
    assert reading.sums_cents["committed"] == 800
    (amount,) = (a for a in reading.lines[0].amounts if a.stage == "committed")
    assert amount.shown == formula


def test_a_formula_computed_reads_as_its_value(tmp_path: Path) -> None:
    path = written(page_with(4, "=D2*0.8"), tmp_path / "retour.xlsx")
    member = "xl/worksheets/sheet1.xml"
    rewritten(path, member, "<f>D2*0.8</f><v></v>", "<f>D2*0.8</f><v>80</v>")
    reading = read_return(path)
    assert not reading.unread
    assert reading.sums_cents["committed"] == 8800


def test_a_shared_formula_without_value_is_found_in_each_cell(tmp_path: Path) -> None:
    page = Page("Suivi", [[*HEADERS]])
    page.rows += [[f"EJ{number}", *LINE[1:4], "=D2*2", 1.0] for number in range(2, 6)]
    path = written(page, tmp_path / "retour.xlsx")
    for at in range(4):
        by = f'<f t="shared" si="0"{" ref=" + chr(34) + "E2:E5" + chr(34) if not at else ""}/>'
        rewritten(path, "xl/worksheets/sheet1.xml", "<f>D2*2</f><v></v>", by)
    reading = read_return(path)
    found = {where for where, kind in said(reading) if kind == "formula_without_value"}
    assert found == {f"Suivi!E{row}" for row in range(2, 6)}
    assert reading.unread == {"committed": 4}


def test_a_formula_that_gives_an_empty_text_is_silent_and_no_fault(tmp_path: Path) -> None:
    path = written(page_with(4, "=D2"), tmp_path / "retour.xlsx")
    member = "xl/worksheets/sheet1.xml"
    rewritten(path, member, '<c r="E2"><f>D2</f><v></v>', '<c r="E2" t="str"><f>D2</f><v></v>')
    reading = read_return(path)
    assert not reading.unread
    assert reading.sums_cents["committed"] == 800


@pytest.mark.parametrize("year", [2023, 2024])
def test_the_formulas_of_the_state_are_all_seen(year: int) -> None:
    path = return_path(year, STATE.file)
    page = STATE.pages(year)[0]
    formulas = {
        (row, column): str(value)
        for row, line in enumerate(page.rows)
        for column, value in enumerate(line)
        if isinstance(value, str) and value.startswith("=")
    }
    assert len(formulas) > 300
    assert read_workbook(path).sheets[0].faults == formulas


# What is hidden


@pytest.mark.parametrize("year", [2023, 2024])
def test_hidden_rows_and_columns_are_read_and_said(year: int, tmp_path: Path) -> None:
    book = load_workbook(return_path(year, STATE.file))
    sheet = book["Suivi CPER"]
    for row in (9, 10, 30):
        sheet.row_dimensions[row].hidden = True
    sheet.column_dimensions["K"].hidden = True
    path = tmp_path / "retour.xlsx"
    book.save(path)
    reading = read_return(path, contract=contract())
    assert_reads_the_truth(reading, year, STATE.file)
    header = truth(year, STATE.file)["not_data"][0]["where"].split("!")[0]
    assert (f"{header}!9", "hidden_rows") in said(reading)
    assert (f"{header}!K6", "hidden_column") in said(reading)
    (hidden,) = (found for found in reading.findings if found.kind == "hidden_rows")
    assert hidden.shown == "3"


@pytest.mark.parametrize("how", ["collapse", "filter"])
def test_hidden_rows_and_columns_of_an_ods(how: str, tmp_path: Path) -> None:
    path = written(page_with(3, 100.0), tmp_path / "retour.ods")
    row = "</table:table-row><table:table-row"
    rewritten(path, "content.xml", row, f'{row} table:visibility="{how}"')
    columns = (
        '<table:table-column table:number-columns-repeated="4"/>'
        f'<table:table-column table:visibility="{how}"/>'
    )
    first = "<table:table-row>"
    rewritten(path, "content.xml", first, columns + first)
    reading = read_return(path)
    assert {("Suivi!2", "hidden_rows"), ("Suivi!E1", "hidden_column")} <= said(reading)
    assert reading.sums_cents["committed"] == 8800


def test_a_return_all_hidden_is_read_and_said(tmp_path: Path) -> None:
    page = page_with(3, 100.0)
    page.hidden = True
    path = tmp_path / "retour.xlsx"
    save_xlsx([Page("Notice", [["Voir l'autre feuille"]]), page], path)
    reading = read_return(path)
    assert reading.rows == 2
    assert ("Suivi!1", "only_hidden_sheets") in said(reading)


# What no column or row takes


def test_a_second_column_of_the_same_header_is_said(tmp_path: Path) -> None:
    page = page_with(3, 100.0)
    page.insert_column(5, 0, "AE engagées", 999.0)
    reading = read_return(written(page, tmp_path / "retour.xlsx"))
    assert reading.sums_cents["committed"] == 8800
    assert ("Suivi!F1", "repeated_column") in said(reading)


def test_amounts_without_a_name_are_said(tmp_path: Path) -> None:
    page = page_with(3, 100.0)
    page.rows.append(["", "", "", 1e6, 2e6, 3e6])
    reading = read_return(written(page, tmp_path / "retour.xlsx"))
    assert reading.sums_cents["programmed"] == 11000
    assert ("Suivi!4", "unlabelled_row") in said(reading)


@pytest.mark.parametrize("text", ["à préciser", "1.234.56", "12 34", "1.234", "1,2,3", "<n.c.>"])
@pytest.mark.parametrize("suffix", FIXED)
def test_a_text_that_is_no_amount(text: str, suffix: str, tmp_path: Path) -> None:
    reading = read_return(written(page_with(4, text), tmp_path / f"retour{suffix}"))
    (found,) = (each for each in reading.findings if each.where == "Suivi!E2")
    assert found.kind in {"not_a_number", "ambiguous_number"}
    assert found.severity == "error"
    assert found.shown == text
    assert escape(text) not in found.message or "<" not in text
    assert reading.unread == {"committed": 1}


def test_zero_and_silence_are_two_things(tmp_path: Path) -> None:
    for value, amounts in ((0.0, 3), ("", 2), ("-", 2), ("0", 3)):
        reading = read_return(written(page_with(4, value), tmp_path / "retour.xlsx"))
        assert len(reading.lines[0].amounts) == amounts
        assert not reading.unread
