"""An XLSX annotated in place: what we say is there, and all the rest is as it was."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from beffroi.returns.annotating import FrontCell, Mark, annotated
from beffroi.returns.annotating.notes import COLOURS
from beffroi.returns.reading.front import FRONT_MARK
from beffroi.returns.reading.opening import read_workbook
from tests.returns.annotating.workbooks import SHEET, notes, parts_of, rich_workbook, with_parts

MARKS = [
    Mark(SHEET, "C3", "error", "Montant illisible."),
    Mark(SHEET, "C3", "warning", "Et douteux."),
    Mark(SHEET, "B4", "warning", "Intitulé à revoir."),
    Mark(SHEET, "E5", "query", "Pourquoi aucune date ?"),
    Mark(SHEET, "A1", "info", "En-tête."),
    Mark(SHEET, "8", "warning", "La ligne répète une autre."),
    Mark(SHEET, "C6", "error"),
    Mark(SHEET, "G40", "query", "Loin de tout."),
    Mark("Listes", "A2", "warning", "Sur une feuille masquée."),
]
ROWS = [[FrontCell("erreur", "error"), FrontCell("C3", "text", (SHEET, "C3"))]]


def opened(content: bytes) -> dict[str, Worksheet]:
    return {sheet.title: sheet for sheet in load_workbook(io.BytesIO(content)).worksheets}


def once(content: bytes, name: str = "suivi.xlsx", **said) -> bytes:
    return annotated(content, name, notes(said.get("marks", MARKS), said.get("rows", ROWS)))[0]


def ground(sheet: Worksheet, place: str) -> str:
    return sheet[place].fill.fgColor.rgb[2:]


def test_cells_are_coloured_and_commented() -> None:
    sheets = opened(once(rich_workbook()))
    sheet = sheets[SHEET]
    assert ground(sheet, "C3") == COLOURS["error"]
    assert sheet["C3"].comment.text == "Montant illisible.\n\nEt douteux."
    assert sheet["C3"].comment.author == "Beffroi"
    assert ground(sheet, "E5") == COLOURS["query"]
    assert sheet["E5"].number_format == "dd/mm/yyyy", "a blank cell keeps its format"
    assert (ground(sheet, "C6"), sheet["C6"].comment) == (COLOURS["error"], None)
    assert sheet["A8"].comment.text == "La ligne répète une autre."
    assert sheet["G40"].comment.text == "Loin de tout."
    assert sheets["Listes"]["A2"].comment.text == "Sur une feuille masquée."
    assert sheet["A1"].font.color is None, "white on a light ground would be lost"
    assert sheet["A1"].font.bold


def test_the_partner_s_comment_stays_above_ours() -> None:
    comment = opened(once(rich_workbook()))[SHEET]["B4"].comment
    assert comment.author == "Partenaire"
    assert comment.text.startswith("Vu avec la direction.")
    assert comment.text.endswith("Intitulé à revoir.")


def test_the_first_sheet_says_it_all_and_leads_to_cells() -> None:
    content = once(rich_workbook())
    book = load_workbook(io.BytesIO(content))
    front = book.worksheets[0]
    assert (front.title, front["A1"].value) == ("Relevé Beffroi", FRONT_MARK)
    assert book.active is front
    assert [s.title for s in book.worksheets if s.sheet_view.tabSelected] == [front.title]
    assert front["B2"].hyperlink.location == "'Suivi d''Amiens'!C3"
    assert ground(front, "A2") == COLOURS["error"]


def test_all_the_rest_is_as_it_was() -> None:
    before, content = rich_workbook(), once(rich_workbook())
    touched = re.compile(
        r"\[Content_Types\]\.xml|xl/workbook\.xml|xl/styles\.xml|xl/_rels/workbook\.xml\.rels"
        r"|xl/worksheets/sheet\d\.xml|xl/worksheets/_rels/sheet\d\.xml\.rels|xl/comments.*"
        r"|xl/drawings/.*[vV]mlDrawing.*|xl/drawings/comments.*"
    )
    after = parts_of(content)
    for name, part in parts_of(before).items():
        assert name in after
        assert touched.fullmatch(name) or after[name] == part, name
    for name, sheet in opened(before).items():
        same_sheet(sheet, opened(content)[name])
    was, now = (load_workbook(io.BytesIO(each)) for each in (before, content))
    assert now.defined_names["Total"].attr_text == was.defined_names["Total"].attr_text
    assert now[SHEET].print_title_rows == was[SHEET].print_title_rows
    assert now["Listes"].sheet_state == "hidden"


def same_sheet(was: Worksheet, now: Worksheet) -> None:
    marked = {mark.place for mark in MARKS} | {"A8"}
    for row in was.iter_rows():
        for cell in row:
            other = now[cell.coordinate]
            assert (cell.value, cell.data_type) == (other.value, other.data_type)
            aspects = ["number_format", "border", "alignment", "protection"]
            if cell.coordinate not in marked:
                aspects += ["fill", "font"]
            assert looks(cell, *aspects) == looks(other, *aspects), cell.coordinate
            assert (cell.font.bold, cell.font.name) == (other.font.bold, other.font.name)
    assert was.merged_cells.ranges == now.merged_cells.ranges
    assert was.freeze_panes == now.freeze_panes
    assert was.auto_filter.ref == now.auto_filter.ref
    assert was.column_dimensions["B"].width == now.column_dimensions["B"].width
    assert was.row_dimensions[7].hidden == now.row_dimensions[7].hidden
    assert validated(was) == validated(now)
    assert len(was.conditional_formatting) == len(now.conditional_formatting)
    assert len(was._charts) == len(now._charts)
    assert was.tables.keys() == now.tables.keys()


def looks(cell: Cell, *aspects: str) -> list[str]:
    return [repr(getattr(cell, aspect)) for aspect in aspects]


def validated(sheet: Worksheet) -> list[str]:
    return [str(each.sqref) for each in sheet.data_validations.dataValidation]


def test_a_second_againtakes_the_first_one_s_words_away() -> None:
    first = once(rich_workbook())
    bare = once(first, marks=[], rows=[])
    assert [s.title for s in load_workbook(io.BytesIO(bare)).worksheets] == [
        "Relevé Beffroi",
        SHEET,
        "Listes",
        "Tableau",
    ]
    sheets = opened(bare)
    for name, was in opened(rich_workbook()).items():
        for row in was.iter_rows():
            for cell in row:
                other = sheets[name][cell.coordinate]
                assert looks(cell, "fill", "font") == looks(other, "fill", "font")
                said = other.comment.text if other.comment else None
                assert said == (cell.comment.text if cell.comment else None)
    again = opened(once(bare))[SHEET]
    assert again["C3"].comment.text == "Montant illisible.\n\nEt douteux."


def test_a_second_copy_after_the_partner_saved_it_with_another_program() -> None:
    saved = io.BytesIO()
    book = load_workbook(io.BytesIO(once(rich_workbook())))
    book.worksheets[0].title = "Renommée"
    book.save(saved)
    sheets = opened(once(saved.getvalue(), marks=[MARKS[2]], rows=[]))
    assert list(sheets) == ["Renommée", SHEET, "Listes", "Tableau"]
    assert sheets[SHEET]["C3"].fill.fill_type is None
    assert sheets[SHEET]["C3"].comment is None
    assert sheets[SHEET]["C3"].number_format == '#,##0.00" €"'
    assert ground(sheets[SHEET], "A1") == "203040", "its own ground is back"
    said = sheets[SHEET]["B4"].comment.text
    assert said == "Vu avec la direction.\n— Beffroi —\nIntitulé à revoir."


def test_macros_stay_as_they_are() -> None:
    content = with_parts(rich_workbook(), **{"xl/vbaProject.bin": b"\0macro\1"})
    again, name = annotated(content, "Suivi.XLSM", notes(MARKS))
    assert name == "Suivi annoté.xlsm"
    assert parts_of(again)["xl/vbaProject.bin"] == b"\0macro\1"


def test_parts_written_with_prefixes_are_edited_too() -> None:
    parts = parts_of(rich_workbook())
    prefixed = {}
    for name, part in parts.items():
        if re.fullmatch(r"xl/(workbook|styles|worksheets/sheet\d|sharedStrings)\.xml", name):
            tags = re.sub(rb"<(/?)(?=[A-Za-z])(?![\w]+:)", rb"<\1x:", part)
            prefixed[name] = tags.replace(b' xmlns="http://schemas', b' xmlns:x="http://schemas', 1)
    content = with_parts(rich_workbook(), **prefixed)
    sheet = opened(once(content))[SHEET]
    assert ground(sheet, "C3") == COLOURS["error"]
    assert sheet["E5"].comment.text == "Pourquoi aucune date ?"
    assert read_workbook(once(content), "suivi.xlsx") == read_workbook(content, "suivi.xlsx")


@pytest.mark.parametrize(
    ("part", "before", "after"),
    [
        ("xl/styles.xml", b"<cellXfs", b"<unknown"),
        ("xl/styles.xml", b"<styleSheet", b'<?xml version="1.0" encoding="cp1252"?><styleSheet'),
        ("xl/worksheets/sheet1.xml", b"<sheetData>", b"<sheetData><![CDATA[]]>"),
    ],
)
def test_what_cannot_be_edited_in_place_is_copied(part: str, before: bytes, after: bytes) -> None:
    content = rich_workbook()
    changed = with_parts(content, **{part: parts_of(content)[part].replace(before, after, 1)})
    again, name = annotated(changed, "suivi.xlsx", notes(MARKS, ROWS))
    assert name == "suivi annoté.xlsx"
    sheets = opened(again)
    assert sheets["Relevé Beffroi"]["A2"].value == "Copie des valeurs."
    assert sheets[SHEET]["C3"].comment.text.startswith("Montant")


def test_what_we_write_is_never_a_formula() -> None:
    text = '=HYPERLINK("http://exemple.fr";"ici")'
    content = once(
        rich_workbook(),
        marks=[Mark(SHEET, "C3", "error", text)],
        rows=[[FrontCell(text), FrontCell("\x00+1\ud800")]],
    )
    front = opened(content)["Relevé Beffroi"]
    assert (front["A2"].data_type, front["A2"].quotePrefix) == ("s", True)
    assert front["A2"].value == text
    assert front["B2"].value == "+1"
    assert opened(content)[SHEET]["C3"].comment.text == text


def test_a_sheet_with_the_same_name_is_not_replaced() -> None:
    book = load_workbook(io.BytesIO(rich_workbook()))
    book["Tableau"].title = "relevé beffroi"
    saved = io.BytesIO()
    book.save(saved)
    names = [s.title for s in load_workbook(io.BytesIO(once(saved.getvalue()))).worksheets]
    assert names == ["Relevé Beffroi 2", SHEET, "Listes", "relevé beffroi"]


def test_amounts_are_exact_numbers() -> None:
    rows = [[FrontCell(-1_234_567_890_123_45, "amount"), FrontCell(5, "amount"), FrontCell(7)]]
    front = parts_of(once(rich_workbook(), rows=rows))["xl/worksheets/sheet4.xml"]
    assert b"<v>-1234567890123.45</v>" in front
    assert b"<v>0.05</v>" in front
    assert b"<v>7</v>" in front
