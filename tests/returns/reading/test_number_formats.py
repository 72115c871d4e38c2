"""What number formats show: a currency makes money of a column, a percent sign makes a rate."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook as Book  # type: ignore[import-untyped]
from openpyxl.styles.numbers import BUILTIN_FORMATS  # type: ignore[import-untyped]

from beffroi.returns.reading.number_formats import shown_by
from beffroi.returns.reading.opening import read_workbook
from beffroi.returns.reading.proposing import ProposedTable, propose

CODES = {
    '#,##0.00\\ "€"': "€",
    "[$£-809]#,##0": "£",
    '_("$"* #,##0.00_)': "$",
    '#,##0\\ "k€"': "k€",
    '#,##0,\\ "k€"': "€",
    "0.0%": "%",
    "_-* #,##0.00\\ _€_-": "",
    '0.00" kWh"': "",
    "dd/mm/yyyy": "",
    "General": "",
}


@pytest.mark.parametrize(("code", "shown"), CODES.items())
def test_what_a_format_shows(code: str, shown: str) -> None:
    assert shown_by(code) == shown


def table(path: Path, formats: dict[str, str]) -> ProposedTable:
    """A small table whose header says nothing of money, its columns formatted."""
    book = Book()
    sheet = book.active
    sheet.append(["NAME", "KEY21", "X21", "Y21"])
    for number in range(1, 9):
        sheet.append([f"Town {number}", 100_000 + 7 * number, 200_001 + number, number / 10])
    for letter, code in formats.items():
        for row in range(2, 10):
            sheet[f"{letter}{row}"].number_format = code
    book.save(path)
    (found,) = propose(read_workbook(path)).tables
    return found


def test_a_currency_format_tells_money_and_its_unit(tmp_path: Path) -> None:
    found = table(tmp_path / "cdbg.xlsx", {"C": '"$"#,##0', "D": "0%"})
    meanings = {column.labels[-1]: column.meaning for column in found.columns}
    assert meanings["X21"].startswith("amount:")
    assert meanings["Y21"] == "rate"
    assert not meanings["KEY21"].startswith("amount:")
    assert (found.unit, found.unit_sure) == ("$", "stated")
    assert [column.cents for column in found.amounts] == [160_004_400]


def test_the_currency_of_whoever_opens_the_workbook_is_no_unit(tmp_path: Path) -> None:
    found = table(tmp_path / "some.xlsx", {"C": BUILTIN_FORMATS[44]})
    assert [column.labels[-1] for column in found.amounts] == ["X21"]
    assert found.unit == ""
