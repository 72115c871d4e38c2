"""Returns whose tables moved: other columns, rows, sheets and formats, and the same figures."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from beffroi.returns.reading import read_return
from tests.returns.reading.habits import HABITS, MEL, STATE, Habit, assert_reads_the_truth, read
from tests.returns.reading.mutating import Page, load, save_csv, shuffled
from tests.returns.reading.rounds import contract, return_path, truth

YEARS = (2023, 2024)
every_return = pytest.mark.parametrize(
    ("year", "habit"),
    [pytest.param(year, habit, id=f"{year}-{habit.file}") for year in YEARS for habit in HABITS],
)
every_habit = pytest.mark.parametrize(
    "habit", [pytest.param(habit, id=habit.file) for habit in HABITS]
)
BY_SHEETS = [pytest.param(habit, id=habit.file) for habit in HABITS if habit.suffix != ".csv"]


@every_return
@pytest.mark.parametrize("name", ["Copie de retour (2) VF.tableur", "sans-extension", "x.csv"])
def test_a_file_is_told_by_its_content(year: int, habit: Habit, name: str, tmp_path: Path) -> None:
    renamed = tmp_path / name
    shutil.copy(return_path(year, habit.file), renamed)
    assert_reads_the_truth(read_return(renamed, contract=contract()), year, habit.file)


@every_return
@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_the_same_table_in_another_format(
    year: int, habit: Habit, suffix: str, tmp_path: Path
) -> None:
    pages = habit.pages(year)
    pages[0].name = pages[0].name or "Export"
    assert_reads_the_truth(read(pages, tmp_path / f"retour{suffix}"), year, habit.file)


@pytest.mark.parametrize("separator", [";", "\t", ",", "|"])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_whatever_its_separator_and_encoding(
    separator: str, encoding: str, tmp_path: Path
) -> None:
    file = "departement_pas_de_calais.csv"
    path = tmp_path / "retour.csv"
    save_csv(load(return_path(2024, file))[0], path, separator=separator, encoding=encoding)
    assert_reads_the_truth(read_return(path, contract=contract()), 2024, file)


@every_return
@pytest.mark.parametrize("seed", range(3))
def test_columns_in_another_order(year: int, habit: Habit, seed: int, tmp_path: Path) -> None:
    pages = habit.pages(year)
    for page in habit.tables(pages):
        page.rearrange(shuffled(page, seed))
    assert_reads_the_truth(read(pages, tmp_path / f"retour{habit.suffix}"), year, habit.file)


@every_return
@pytest.mark.parametrize("at", [0, 3, 99])
def test_unknown_columns_are_said_and_not_read(
    year: int, habit: Habit, at: int, tmp_path: Path
) -> None:
    pages = habit.pages(year)
    for page in habit.tables(pages):
        row = habit.header_row(page)
        page.insert_column(min(at, page.width), row, "Indice de priorité", "17")
        page.insert_column(min(at, page.width), row, "Avis du référent", "favorable")
    reading = read(pages, tmp_path / f"retour{habit.suffix}")
    assert_reads_the_truth(reading, year, habit.file)
    said = [found.message for found in reading.findings if found.kind == "unused_columns"]
    assert len(said) == len(habit.tables(pages))
    assert all("Indice de priorité" in each and "Avis du référent" in each for each in said)


@every_return
@pytest.mark.parametrize("count", [1, 4, 17])
def test_a_header_moved_down_moves_every_address(
    year: int, habit: Habit, count: int, tmp_path: Path
) -> None:
    pages = habit.pages(year)
    for page in habit.tables(pages):
        page.insert_rows(0, [["Direction des partenariats"], *[[""]] * (count - 1)])
    reading = read(pages, tmp_path / f"retour{habit.suffix}")
    assert_reads_the_truth(reading, year, habit.file)
    lines = {line.where for line in reading.lines}
    assert lines == {_down(line["where"], count) for line in truth(year, habit.file)["lines"]}
    found = {(found.where, found.kind) for found in reading.findings}
    bad = truth(year, habit.file)["bad_cells"]
    assert found >= {(_down(each["where"], count), each["kind"]) for each in bad}


@every_return
def test_titles_removed(year: int, habit: Habit, tmp_path: Path) -> None:
    pages = habit.pages(year)
    for page in habit.tables(pages):
        groups = min((top for top, *_ in page.merges), default=habit.header_row(page))
        page.delete_rows(0, groups)
    assert_reads_the_truth(read(pages, tmp_path / f"retour{habit.suffix}"), year, habit.file)


@every_return
def test_blank_lines_everywhere(year: int, habit: Habit, tmp_path: Path) -> None:
    pages = habit.pages(year)
    for page in habit.tables(pages):
        for at in range(len(page.rows), habit.header_row(page), -7):
            page.insert_rows(at, [[""] * page.width, ["  ", "\u00a0"]])
    assert_reads_the_truth(read(pages, tmp_path / f"retour{habit.suffix}"), year, habit.file)


@every_return
def test_headers_repeated_as_on_printed_pages(year: int, habit: Habit, tmp_path: Path) -> None:
    pages = habit.pages(year)
    for page in habit.tables(pages):
        header = page.rows[habit.header_row(page)]
        for at in range(len(page.rows) - 1, habit.header_row(page) + 1, -20):
            page.insert_rows(at, [header])
    reading = read(pages, tmp_path / f"retour{habit.suffix}")
    assert_reads_the_truth(reading, year, habit.file)
    assert "header" in {row.what for row in reading.not_data}


@every_habit
def test_headers_written_otherwise(habit: Habit, tmp_path: Path) -> None:
    pages = habit.pages(2024)
    for page in habit.tables(pages):
        row = habit.header_row(page)
        page.rows[row] = [
            f"  {value.upper().replace(' ', chr(10), 1)} " if isinstance(value, str) else value
            for value in page.rows[row]
        ]
    assert_reads_the_truth(read(pages, tmp_path / f"retour{habit.suffix}"), 2024, habit.file)


# Sheets


@pytest.mark.parametrize("habit", BY_SHEETS)
def test_sheets_in_another_order_after_a_notice(habit: Habit, tmp_path: Path) -> None:
    notice = Page("Lisez-moi", [["Mode d'emploi"], ["Les montants sont en millions d'euros."]])
    pages = [notice, *reversed(habit.pages(2024))]
    reading = read(pages, tmp_path / f"retour{habit.suffix}")
    assert_reads_the_truth(reading, 2024, habit.file)
    assert ("Lisez-moi!1", "sheet_not_read") in {(f.where, f.kind) for f in reading.findings}


@pytest.mark.parametrize("habit", BY_SHEETS)
def test_a_hidden_sheet_does_not_count_and_is_said(habit: Habit, tmp_path: Path) -> None:
    pages = habit.pages(2024)
    hidden = habit.tables(habit.pages(2023))[0]
    hidden.name, hidden.hidden = "Archive", True
    reading = read([hidden, *pages], tmp_path / f"retour{habit.suffix}")
    assert_reads_the_truth(reading, 2024, habit.file)
    assert ("Archive!1", "hidden_sheet") in {(f.where, f.kind) for f in reading.findings}


@pytest.mark.parametrize("habit", BY_SHEETS)
def test_a_twin_sheet_counts_once_and_is_said(habit: Habit, tmp_path: Path) -> None:
    pages = habit.pages(2024)
    twin = habit.tables(habit.pages(2024))[0]
    twin.name = "Copie"
    reading = read([*pages, twin], tmp_path / f"retour{habit.suffix}")
    assert_reads_the_truth(reading, 2024, habit.file)
    assert ("Copie!1", "twin_sheet") in {(f.where, f.kind) for f in reading.findings}


def test_numbers_of_a_sheet_left_out_are_said(tmp_path: Path) -> None:
    summary = Page("Récapitulatif", [["Axe I", 1e6], ["Axe II", 2e6], ["Axe III", 3e6]])
    reading = read([summary, *STATE.pages(2024)], tmp_path / "retour.xlsx")
    assert_reads_the_truth(reading, 2024, STATE.file)
    said = {(found.where, found.kind) for found in reading.findings}
    assert ("Récapitulatif!1", "sheet_with_numbers_not_read") in said


def test_the_label_of_a_group_may_part(tmp_path: Path) -> None:
    """Years of programming and of payments, interleaved: each column keeps its own group."""
    pages = MEL.pages(2024)
    programmed, paid = range(4, 11), range(11, 18)
    woven = [at for pair in zip(programmed, paid, strict=True) for at in pair]
    pages[0].rearrange([*woven, 0, 1, 2, 3])
    assert len(pages[0].merges) == 14
    assert_reads_the_truth(read(pages, tmp_path / "retour.xlsx"), 2024, MEL.file)


def _down(where: str, count: int) -> str:
    """An address, so many rows lower."""
    head = where.rstrip("0123456789")
    return f"{head}{int(where[len(head) :]) + count}"
