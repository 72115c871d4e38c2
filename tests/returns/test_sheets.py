"""Drawing a workbook as it came, and keeping the last ones read at hand."""

from __future__ import annotations

import pytest

from beffroi.returns import sheets
from beffroi.returns.reading.workbook import Sheet, Workbook
from beffroi.returns.sheets import draw, draw_around, kept_workbook, position_of


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Kept files by a name that stands for their digest; the shelf is empty."""
    monkeypatch.setattr(sheets, "path_of", lambda sha256: tmp_path / sha256)
    monkeypatch.setattr(sheets, "_shelf", sheets._Shelf())
    return tmp_path


def test_a_cell_is_drawn_with_the_top_and_the_rows_around_it(files) -> None:
    rows = "\n".join(f"Ligne {number};{number},50" for number in range(1, 101))
    (files / "a").write_text(f"Opération;Montant\n{rows}\n", encoding="utf-8")
    drawn = draw_around("a", "", "B50")
    assert drawn is not None
    numbers = [row.number for row in drawn.rows]
    assert numbers == [*range(1, 9), *range(42, 59)]
    assert [row.number for row in drawn.rows if row.gap] == [42]
    assert [column.letters for column in drawn.columns] == ["A", "B"]
    here = [cell.text for row in drawn.rows for cell in row.cells if cell.here]
    assert here == ["49,50"]


def test_what_is_no_cell_of_the_sheet_is_not_drawn(files) -> None:
    (files / "a").write_text("Opération;Montant\nÉcole;12\n", encoding="utf-8")
    (files / "b").write_bytes(b"PK\x03\x04 not really")
    assert draw_around("a", "", "B99") is None
    assert draw_around("a", "Feuille", "B1") is None
    assert draw_around("a", "", "nowhere") is None
    assert draw_around("b", "", "A1") is None
    assert position_of("A0") is None
    assert position_of("AB12") == (11, 27)


def test_values_are_written_as_the_file_holds_them() -> None:
    sheet = Sheet("F", [[1234.0, 0.1, True, "x" * 1000]], faults={(0, 4): "#DIV/0!"})
    cells = draw(sheet, [0], range(5)).rows[0].cells
    assert [cell.text for cell in cells[:3]] == ["1234", "0,1", "VRAI"]
    assert len(cells[3].text) == sheets.LONGEST_TEXT
    assert (cells[4].text, cells[4].fault) == ("#DIV/0!", True)


def test_the_last_workbooks_stay_at_hand_as_cells_allow(files, monkeypatch) -> None:
    read: list[str] = []

    def reader(content: bytes, name: str) -> Workbook:
        read.append(content.decode())
        return Workbook(name, [Sheet("", [["x"] * 10] * 10)])

    monkeypatch.setattr(sheets, "workbook_in_worker", reader)
    monkeypatch.setattr(sheets, "MOST_CELLS_KEPT", 250)
    for name in "abc":
        (files / name).write_text(name, encoding="utf-8")
    for name in "aabacb":
        assert kept_workbook(name, f"{name}.xlsx").name == f"{name}.xlsx"
    # a, b, then c pushes out b, the one asked for least recently; b is read again.
    assert read == ["a", "b", "c", "b"]
