"""Web pages, Excel 2003's XML and flat ODS, whatever they are named; what several programs save."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beffroi.returns.reading import UnreadableFile, read_return
from beffroi.returns.reading.opening import read_workbook
from beffroi.returns.reading.workbook import Merge, Sheet, Workbook
from tests.returns.reading.containers import parts_of
from tests.returns.reading.mutating import Page, save_csv, save_ods, save_xlsx
from tests.returns.reading.refusals import assert_one_sentence
from tests.returns.reading.rounds import FIXTURES

FORMATS = FIXTURES / "formats"


def page(body: str, head: str = "") -> bytes:
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


def sheet_of(content: bytes, name: str = "export.html") -> Sheet:
    (sheet,) = read_workbook(content, name).sheets
    return sheet


def rows_of(content: bytes) -> list[list[object]]:
    return [list(row) for row in sheet_of(content).rows]


def said(workbook: Workbook) -> dict[str, str]:
    return {found.kind: found.shown for found in workbook.findings}


# The same workbook, as LibreOffice saves it in each format


@pytest.mark.parametrize("suffix", [".xls", ".xlsx", ".ods"])
def test_what_libreoffice_saves(suffix: str) -> None:
    workbook = read_workbook(FORMATS / f"suivi{suffix}")
    sheet, hidden = workbook.sheets
    blank = [value for value in sheet.rows[0][1:] if value != ""]
    assert not blank
    assert [list(row)[:6] for row in sheet.rows[1:4]] == [
        ["Code", "Intitulé", "SIRET", "Date", "Montant", "Reste"],
        [
            *("A1", "Médiathèque d’Étaples", 21590350100017.0, datetime.date(2024, 2, 29)),
            *(1234.56, 617.28),
        ],
        [
            *("A2", "Halle « Lot 2 » & abords", "21590350100017"),
            *(datetime.datetime.fromisoformat("2024-03-01 13:05"), -12.0, ""),
        ],
    ]
    assert sheet.at(4, 1) == "Piste\ncyclable"
    assert sheet.at(5, 5) == ""
    assert sheet.faults == {(3, 5): "#DIV/0!", (4, 5): "#N/A"}
    assert list(sheet.merges) == [Merge(0, 0, 0, 5)]
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({4}, {2})
    assert (hidden.hidden, hidden.at(0, 1)) == (True, 5.0)
    assert not workbook.findings


def test_the_page_that_libreoffice_saves() -> None:
    """A page shows a date, and keeps its number; it shows an error, and keeps nought."""
    rows = rows_of((FORMATS / "suivi.html").read_bytes())
    assert rows[1:4] == [
        ["Code", "Intitulé", "Date", "Montant", "Reste"],
        ["A1", "Médiathèque d’Étaples", "29/02/2024", 1234.56, 617.28],
        ["A2", "Halle « Lot 2 » & abords", "01/03/2024 13:05", -12.0, "#DIV/0!"],
    ]


# Web pages


def test_a_table_with_everything_a_page_may_hold() -> None:
    content = page(
        "<h1>Suivi &amp; bilan</h1><p>Montants en k&euro;<br>au 31/12</p><script>var x;</script>"
        "<table><caption>Retour</caption><thead><tr><th>Code<th>Intitul&eacute;</thead>"
        "<tbody><tr><td>A1</td><td> Halle\n  <b>de</b><br>marché </td><td>1&nbsp;234,56</td></tr>"
        "<tr><td>A2<td>&nbsp;<td>5</table><p>Source : services</p>"
    )
    assert rows_of(content) == [
        ["Suivi & bilan"],
        ["Montants en k€"],
        ["au 31/12"],
        ["Retour"],
        ["Code", "Intitulé"],
        ["A1", "Halle de\nmarché", "1\u00a0234,56"],
        ["A2", "", "5"],
        ["Source : services"],
    ]


def test_cells_that_span_are_merges() -> None:
    sheet = sheet_of(
        page(
            "<table><tr><td rowspan=3>Axe</td><td colspan=2>Crédits</td><td>Fin</td></tr>"
            "<tr><td>AE</td><td>CP</td><td>x</td></tr><tr><td>1</td><td rowspan='2'>2</td></tr>"
            "<tr><td>a</td><td>b</td><td>c</td></tr></table>"
        )
    )
    assert [list(row) for row in sheet.rows] == [
        ["Axe", "Crédits", "", "Fin"],
        ["", "AE", "CP", "x"],
        ["", "1", "2"],
        ["a", "b", "", "c"],
    ]
    assert set(sheet.merges) == {Merge(0, 0, 2, 0), Merge(0, 1, 0, 2), Merge(2, 2, 3, 2)}


def test_tables_stand_one_below_the_other() -> None:
    assert rows_of(
        page("<table><tr><td>a</td></tr></table>Texte<table><tr><td>b</td><td>c</td></tr></table>")
    ) == [["a"], ["Texte"], ["b", "c"]]


def test_a_table_within_a_table_stands_below_what_came_before() -> None:
    assert rows_of(
        page(
            "<table><tr><td>Titre<table><tr><td>Code</td><td>Payé</td></tr>"
            "<tr><td>A1</td><td>5</td></tr></table>Note</td></tr><tr><td>Fin</td></tr></table>"
        )
    ) == [["Titre"], ["Code", "Payé"], ["A1", "5"], ["Note"], ["Fin"]]


def test_numbers_kept_beside_their_text() -> None:
    content = page(
        '<table><tr><td x:num="1234.5678">1 234,57 €</td><td sdval="0.125">12,5 %</td>'
        '<td x:num="45351">29/02/2024</td><td x:num>12</td><td x:num="0">#N/A</td>'
        '<td x:num="-3.5">(3,50)</td><td x:num="beaucoup">7</td></tr></table>'
    )
    assert rows_of(content) == [[1234.5678, 0.125, "29/02/2024", "12", "#N/A", -3.5, "7"]]


def test_what_a_page_hides() -> None:
    sheet = sheet_of(
        page(
            "<table><col><col span=2 style='display:none'><tr><td>a</td></tr>"
            "<tr style='mso-height:0;display: none'><td>b</td></tr><tr><td>c</td></tr></table>"
        )
    )
    assert sheet.hidden_rows == {1}
    assert sheet.hidden_columns == {1, 2}


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("cp1252", "windows-1252"),
        ("cp1252", "iso-8859-1"),
        ("cp1252", "utf-8"),
        ("cp1252", ""),
        ("iso8859-15", "iso-8859-15"),
        ("mac_roman", "macintosh"),
        ("utf-16", "utf-16"),
        ("utf-8-sig", ""),
    ],
)
def test_the_encoding_of_a_page(encoding: str, declared: str) -> None:
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    text = page("<table><tr><td>Médiathèque d'Étaples</td></tr></table>", head).decode()
    assert rows_of(text.encode(encoding)) == [["Médiathèque d'Étaples"]]


def test_the_sheet_that_excel_names_in_its_page() -> None:
    head = "<!--[if gte mso 9]><xml><x:ExcelWorksheet><x:Name>Suivi</x:Name></xml><![endif]-->"
    assert sheet_of(page("<table><tr><td>a</td></tr></table>", head)).name == "Suivi"


@pytest.mark.parametrize(
    "start", ["<table", "\r\n<TABLE", "<!-- x --><table", "<div><table", "﻿<table"]
)
def test_a_page_without_its_head(start: str) -> None:
    content = f"{start}><tr><td>Été</td><td>b</td></tr></table>".encode()
    assert rows_of(content) == [["Été", "b"]]


def test_a_page_kept_whole_in_one_file() -> None:
    part = (
        "--x\r\nContent-Location: file:///C:/suivi_fichiers/{}.htm\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        'Content-Type: text/html; charset="utf-8"\r\n\r\n{}\r\n\r\n'
    )
    table = "<table><tr><td>Code</td><td>Pay=C3=A9</td></tr></table>"
    content = (
        "MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n"
        'Content-Type: multipart/related; boundary="x"\r\n\r\n'
        + part.format("cadres", "<html><frameset></frameset></html>")
        + part.format("sheet001", table)
        + part.format("sheet002", table)
        + "--x--\r\n"
    )
    workbook = read_workbook(content.encode(), "suivi.xls")
    assert [sheet.name for sheet in workbook.sheets] == ["sheet001", "sheet002"]
    assert list(workbook.sheets[0].rows[0]) == ["Code", "Payé"]
    assert "page HTML" in said(workbook)["other_format"]


def test_a_return_as_a_page_reads_as_the_workbook(tmp_path: Path) -> None:
    rows = [
        ["N° EJ", "Intitulé", "Objectif CPER", "AE programmées", "AE engagées", "CP payés"],
        ["E1", "Médiathèque", "I.1", "1 234,56", "12", "0"],
        ["E2", "Halle", "I.2", "100", "", "5,5"],
    ]
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    path = tmp_path / "retour.xls"
    path.write_bytes(page(f"<table>{cells}</table>"))
    reading = read_return(path)
    assert reading.sums_cents == {"programmed": 133456, "committed": 1200, "paid": 550}
    assert "other_format" in {found.kind for found in reading.findings}


@settings(deadline=None)
@given(st.text(alphabet='<>/table rdhf"=&;!-[]é1\n', max_size=200))
def test_any_page_is_read_or_refused(text: str) -> None:
    try:
        read_workbook(f"<html>{text}".encode(), "page.html")
    except UnreadableFile as refusal:
        assert_one_sentence(refusal, "page.html")


# Excel 2003's XML

XML = """\ufeff<?xml version="1.0" encoding="UTF-8"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:o="urn:schemas-microsoft-com:office:office"
 xmlns:x="urn:schemas-microsoft-com:office:excel"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:html="http://www.w3.org/TR/REC-html40">
 <Worksheet ss:Name="Suivi é"><Table ss:ExpandedColumnCount="9">
  <Column ss:Index="2" ss:Hidden="1"/><Column/><Column ss:Hidden="1" ss:Span="1"/>
  <Row><Cell ss:MergeAcross="2"><Data ss:Type="String">Titre</Data></Cell>
   <Cell><Data ss:Type="String">Après</Data></Cell></Row>
  <Row ss:Index="3" ss:Hidden="1"><Cell ss:Index="2"><Data ss:Type="Number">1234.56</Data></Cell>
   <Cell ss:MergeDown="1"><Data ss:Type="DateTime">2024-02-29T00:00:00.000</Data></Cell>
   <Cell><Data ss:Type="DateTime">2024-02-29T13:05:00.000</Data></Cell>
   <Cell><Data ss:Type="Boolean">1</Data></Cell></Row>
  <Row><Cell ss:Formula="=1/0"><Data ss:Type="Error">#DIV/0!</Data></Cell>
   <Cell ss:Formula="=R[-1]C*2"/>
   <Cell ss:Index="5" ss:Formula="=1+1"><Data ss:Type="Number">2</Data></Cell>
   <Cell><ss:Data ss:Type="String"><B xmlns="http://www.w3.org/TR/REC-html40">Gras</B> et
 maigre</ss:Data><Comment><ss:Data>Remarque</ss:Data></Comment></Cell></Row>
  <Row/>
 </Table></Worksheet>
 <Worksheet ss:Name="Cachée"><Table><Row><Cell><Data ss:Type="String">x</Data></Cell></Row></Table>
  <WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">
   <Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>
</Workbook>"""


def test_excel_2003_xml() -> None:
    workbook = read_workbook(XML.encode(), "suivi.xls")
    sheet, hidden = workbook.sheets
    assert [list(row) for row in sheet.rows] == [
        ["Titre", "", "", "Après"],
        [],
        [
            *("", 1234.56, datetime.date(2024, 2, 29)),
            *(datetime.datetime.fromisoformat("2024-02-29 13:05"), True),
        ],
        ["", "", "", "", 2.0, "Gras et\n maigre"],
    ]
    assert sheet.faults == {(3, 0): "#DIV/0!", (3, 1): "=R[-1]C*2"}
    assert set(sheet.merges) == {Merge(0, 0, 0, 2), Merge(2, 2, 3, 2)}
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({2}, {1, 3, 4})
    assert (sheet.name, sheet.hidden, hidden.hidden) == ("Suivi é", False, True)
    assert said(workbook) == {"other_format": ".xls, alors que c'est un classeur XML"}


@pytest.mark.parametrize("prefix", ["ss", "tableur"])
def test_excel_2003_xml_with_prefixes(prefix: str) -> None:
    text = (
        f'<{prefix}:Workbook xmlns:{prefix}="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<{prefix}:Worksheet {prefix}:Name="Suivi"><{prefix}:Table><{prefix}:Row><{prefix}:Cell>'
        f'<{prefix}:Data {prefix}:Type="Number">5</{prefix}:Data></{prefix}:Cell></{prefix}:Row>'
        f"</{prefix}:Table></{prefix}:Worksheet></{prefix}:Workbook>"
    )
    assert [list(row) for row in sheet_of(text.encode(), "suivi.xml").rows] == [[5.0]]


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_excel_2003_xml_in_another_encoding(encoding: str) -> None:
    text = XML.removeprefix("\ufeff").replace("UTF-8", encoding.replace("cp", "windows-"))
    assert read_workbook(text.encode(encoding), "suivi.xml").sheets[0].name == "Suivi é"


# Flat ODS


def test_a_flat_ods(tmp_path: Path) -> None:
    path = tmp_path / "modèle.ods"
    save_ods([Page("Suivi", [["Code", "Payé"], ["A1", 5.0]])], path)
    inside = parts_of(path.read_bytes())["content.xml"].decode()
    flat = inside.replace("office:document-content", "office:document")
    for name in ("suivi.fods", "suivi.xml"):
        workbook = read_workbook(flat.encode(), name)
        assert [list(row) for row in workbook.sheets[0].rows] == [["Code", "Payé"], ["A1", 5.0]]
        assert not workbook.findings


# Extensions that lie


def test_an_extension_that_lies_is_said(tmp_path: Path) -> None:
    table = Page("Suivi", [["Code", "Payé"], ["A1", "5"]])
    save_xlsx([table], tmp_path / "a.xlsx")
    save_ods([table], tmp_path / "a.ods")
    save_csv(table, tmp_path / "a.csv", separator=";", encoding="utf-8")
    contents = {
        "un classeur XLSX": (tmp_path / "a.xlsx").read_bytes(),
        "un classeur ODS": (tmp_path / "a.ods").read_bytes(),
        "un texte CSV": (tmp_path / "a.csv").read_bytes(),
        "un classeur XLS": (FORMATS / "suivi.xls").read_bytes(),
        "une page HTML": page("<table><tr><td>a</td><td>b</td></tr></table>"),
    }
    right = {
        "un classeur XLSX": {".xlsx", ".xlsm"},
        "un classeur ODS": {".ods"},
        "un texte CSV": {".csv", ".tsv", ".txt"},
        "un classeur XLS": {".xls"},
        "une page HTML": {".html", ".htm"},
    }
    for what, content in contents.items():
        for suffix in set().union(*right.values()):
            found = said(read_workbook(content, f"RETOUR{suffix.upper()}")).get("other_format")
            assert found == (None if suffix in right[what] else f"{suffix}, alors que c'est {what}")
        assert not said(read_workbook(content, "sans extension"))
        assert not said(read_workbook(content, "retour.v2.inconnue"))
