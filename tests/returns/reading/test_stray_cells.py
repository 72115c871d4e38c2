"""Cells far away, however their address is written: refused before any memory is taken."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from beffroi.returns.reading import UnreadableFile
from beffroi.returns.reading.opening import read_workbook
from tests.returns.reading.mutating import Page, save_xlsx
from tests.returns.reading.refusals import assert_one_sentence

MEMBER = "xl/worksheets/sheet1.xml"


def with_cells(cells: str, path: Path, row: int = 1_048_576) -> bytes:
    """A workbook of four cells near, then a row of others."""
    save_xlsx([Page("Feuille", [["a", "b"], ["c", "d"]])], path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    end = b"</sheetData>"
    parts[MEMBER] = parts[MEMBER].replace(end, f'<row r="{row}">{cells}</row>'.encode() + end)
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path.read_bytes()


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="XFD1048576"><v>1</v></c>',
        "<c r='XFD1048576'><v>1</v></c>",
        '<c\tr="XFD1048576"><v>1</v></c>',
        '<c\n  s="1"\n  r="XFD1048576"\n><v>1</v></c>',
        '<c r = "XFD1048576"><v>1</v></c>',
        '<c r="xfd1048576"><v>1</v></c>',
        '<c s=">" r="XFD1048576"><v>1</v></c>',
        '<x:c xmlns:x="urn:x" r="XFD1048576"><v>1</v></x:c>',
        "<c><v>1</v></c>",
    ],
)
def test_a_far_cell(cell: str, tmp_path: Path) -> None:
    content = with_cells(cell, tmp_path / "retour.xlsx")
    with pytest.raises(UnreadableFile, match="1048576 lignes") as refusal:
        read_workbook(content, "retour.xlsx")
    assert_one_sentence(refusal.value, "retour.xlsx")


def test_a_wide_row_of_cells_without_address(tmp_path: Path) -> None:
    content = with_cells("<c><v>1</v></c>" * 703, tmp_path / "retour.xlsx", row=3)
    with pytest.raises(UnreadableFile, match="703 colonnes"):
        read_workbook(content, "retour.xlsx")


def test_cells_without_address_are_read_where_they_stand(tmp_path: Path) -> None:
    content = with_cells("<c><v>1</v></c><c><v>2</v></c>", tmp_path / "retour.xlsx", row=3)
    (sheet,) = read_workbook(content, "retour.xlsx").sheets
    assert list(sheet.rows[2]) == [1.0, 2.0]
