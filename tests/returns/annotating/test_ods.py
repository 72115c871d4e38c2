"""An ODS annotated in place: what we say is there, and all the rest is as it was."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from beffroi.returns.annotating import FrontCell, Mark, annotated
from beffroi.returns.annotating.notes import COLOURS
from beffroi.returns.reading.opening import read_workbook
from tests.returns.annotating.workbooks import notes, parts_of, zipped
from tests.returns.reading.rounds import return_path

TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
FO = "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
XLINK = "http://www.w3.org/1999/xlink"
HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.3">'
)
STYLES = (
    "<office:automatic-styles>"
    '<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1">'
    '<style:text-properties fo:color="#ffffff" fo:font-weight="bold"/></style:style>'
    '<style:style style:name="ce2" style:family="table-cell">'
    '<style:table-cell-properties fo:background-color="#203040" fo:border="1pt solid #000000"/>'
    "</style:style></office:automatic-styles>"
)
BODY = (
    "<office:body><office:spreadsheet>"
    '<table:table table:name="Suivi d\'Amiens">'
    '<table:table-column table:number-columns-repeated="2"/>'
    '<table:table-column table:number-columns-repeated="1000"'
    ' table:default-cell-style-name="ce1"/>'
    "<table:table-header-rows><table:table-row>"
    '<table:table-cell table:style-name="ce2"><text:p>Code</text:p></table:table-cell>'
    '<table:table-cell table:number-columns-repeated="3" office:value-type="float"'
    ' office:value="5"><text:p>5</text:p></table:table-cell></table:table-row>'
    "</table:table-header-rows>"
    '<table:table-row table:number-rows-repeated="3"><table:table-cell/>'
    '<table:table-cell office:value-type="string"><text:p>même</text:p></table:table-cell>'
    "</table:table-row>"
    '<table:table-row><table:table-cell table:number-columns-repeated="2"'
    ' table:number-rows-spanned="1" office:value-type="float" office:value="1.5">'
    "<office:annotation><dc:creator>Partenaire</dc:creator><text:p>Vu.</text:p>"
    "</office:annotation><text:p>1,5</text:p></table:table-cell><table:covered-table-cell/>"
    "</table:table-row>"
    '<table:table-row table:number-rows-repeated="1000000">'
    '<table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    "</table:table></office:spreadsheet></office:body></office:document-content>"
)
SHEET = "Suivi d'Amiens"
MARKS = [
    Mark(SHEET, "A1", "error", "Code <douteux> & vide."),
    Mark(SHEET, "C1", "warning", "Cinq ?"),
    Mark(SHEET, "B3", "query", "Pourquoi ?\nDeux fois."),
    Mark(SHEET, "A5", "info", "Décimale."),
    Mark(SHEET, "D900", "query", "Loin."),
    Mark(SHEET, "4", "warning", "Ligne répétée."),
    Mark(SHEET, "H1", "warning"),
]


def workbook(styles: str = STYLES) -> bytes:
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": (HEAD + styles + BODY).encode(),
            "settings.xml": b'<a><config:config-item config:name="ActiveTable" x="s">Suivi'
            b"</config:config-item></a>",
            "Pictures/1.png": b"\x89PNG",
        }
    )


def once(content: bytes, marks=MARKS, rows=()) -> bytes:
    again, name = annotated(content, "suivi.ods", notes(marks, rows))
    assert name == "suivi annoté.ods"
    return again


class Seen:
    """The cells of a table, by place, as a reader of ODS that is not ours sees them."""

    def __init__(self, content: bytes, rank: int = 1) -> None:
        root = ElementTree.fromstring(parts_of(content)["content.xml"])
        self.grounds = {
            style.get(f"{{{STYLE}}}name"): properties.get(f"{{{FO}}}background-color")
            for style in root.iter(f"{{{STYLE}}}style")
            for properties in style.iter(f"{{{STYLE}}}table-cell-properties")
        }
        self.styles = {s.get(f"{{{STYLE}}}name"): s for s in root.iter(f"{{{STYLE}}}style")}
        self.tables = list(root.iter(f"{{{TABLE}}}table"))
        self.cells: dict[tuple[int, int], ElementTree.Element] = {}
        row = 0
        for line in self.tables[rank].iter(f"{{{TABLE}}}table-row"):
            rows = int(line.get(f"{{{TABLE}}}number-rows-repeated", "1"))
            column = 0
            for cell in line:
                repeats = int(cell.get(f"{{{TABLE}}}number-columns-repeated", "1"))
                for at in range(column, min(column + repeats, 20)):
                    self.cells.update({(row + n, at): cell for n in range(min(rows, 1000))})
                column += repeats
            row += rows

    def ground(self, row: int, column: int) -> str | None:
        return self.grounds.get(self.cells[row, column].get(f"{{{TABLE}}}style-name"))

    def comment(self, row: int, column: int) -> list[str]:
        found = self.cells[row, column].find(f"{{{OFFICE}}}annotation")
        return [] if found is None else [p.text or "" for p in found.iter(f"{{{TEXT}}}p")]


def test_cells_are_coloured_and_commented() -> None:
    seen = Seen(once(workbook()))
    assert seen.ground(0, 0) == f"#{COLOURS['error']}"
    assert seen.comment(0, 0) == ["Code <douteux> & vide."]
    assert [seen.ground(0, at) for at in (1, 2, 3)] == [None, f"#{COLOURS['warning']}", None]
    assert seen.comment(2, 1) == ["Pourquoi ?", "Deux fois."]
    assert (seen.ground(1, 1), seen.comment(1, 1)) == (None, [])
    assert seen.comment(3, 1) == ["Ligne répétée."]
    assert seen.comment(4, 0) == ["Vu.", "— Beffroi —", "Décimale."]
    assert seen.comment(899, 3) == ["Loin."]
    assert (seen.ground(0, 7), seen.comment(0, 7)) == (f"#{COLOURS['warning']}", [])


def test_a_coloured_style_keeps_all_but_its_ground_and_ink() -> None:
    seen = Seen(once(workbook()))
    style = seen.styles[seen.cells[0, 0].get(f"{{{TABLE}}}style-name")]
    properties = style.find(f"{{{STYLE}}}table-cell-properties")
    assert properties is not None
    assert properties.get(f"{{{FO}}}border") == "1pt solid #000000"
    default = seen.styles[seen.cells[899, 3].get(f"{{{TABLE}}}style-name")]
    assert default.get(f"{{{STYLE}}}data-style-name") == "N1", "what its column says"
    text = default.find(f"{{{STYLE}}}text-properties")
    assert text is not None
    assert text.get(f"{{{FO}}}font-weight") == "bold"
    assert text.get(f"{{{FO}}}color") == "#000000"


def test_the_values_are_the_same() -> None:
    before, after = (read_workbook(each, "suivi.ods") for each in (workbook(), once(workbook())))
    assert before == after


def test_the_first_sheet_leads_to_cells() -> None:
    rows = [[FrontCell("C1", "text", (SHEET, "C1")), FrontCell(-123_45, "amount")]]
    seen = Seen(once(workbook(), rows=rows), rank=0)
    link = next(seen.tables[0].iter(f"{{{TEXT}}}a"))
    assert link.get(f"{{{XLINK}}}href") == "#'Suivi d''Amiens'.C1"
    assert seen.cells[1, 1].get(f"{{{OFFICE}}}value") == "-123.45"
    settings = parts_of(once(workbook()))["settings.xml"]
    assert b">Relev\xc3\xa9 Beffroi</config" in settings
    assert parts_of(once(workbook()))["Pictures/1.png"] == b"\x89PNG"


def test_a_second_copy_takes_the_first_one_s_words_away() -> None:
    bare = once(once(workbook()), marks=[])
    seen = Seen(bare)
    assert len(seen.tables) == 2
    assert [seen.ground(*at) for at in ((0, 0), (2, 1), (899, 3), (0, 7))] == [
        "#203040",
        None,
        None,
        None,
    ]
    assert (seen.comment(0, 0), seen.comment(4, 0)) == ([], ["Vu."])
    again = Seen(once(bare))
    assert again.comment(4, 0) == ["Vu.", "— Beffroi —", "Décimale."]


def test_a_content_without_automatic_styles_is_given_some() -> None:
    assert Seen(once(workbook(""))).ground(0, 0) == f"#{COLOURS['error']}"


def test_a_content_in_another_encoding_is_copied() -> None:
    parts = parts_of(workbook())
    parts["content.xml"] = b'<?xml version="1.0" encoding="UTF-16"?>'.decode().encode(
        "utf-16"
    ) + parts["content.xml"].decode().encode("utf-16-le")
    again, name = annotated(zipped(parts), "suivi.ods", notes(MARKS))
    assert name == "suivi annoté.xlsx"
    assert [s.name for s in read_workbook(again, name).sheets] == [SHEET]


def test_untouched_rows_stay_byte_for_byte() -> None:
    content = return_path(2024, "departement_nord.ods").read_bytes()
    sheet = read_workbook(content, "nord.ods").sheets[0].name
    again = parts_of(once(content, marks=[Mark(sheet, "C12", "error", "Là.")]))["content.xml"]
    rows = re.compile(rb"<table:table-row.*?</table:table-row>", re.DOTALL)
    before = rows.findall(parts_of(content)["content.xml"])
    after = rows.findall(again)[-len(before) :]
    changed = [at for at, (was, now) in enumerate(zip(before, after, strict=True)) if was != now]
    assert len(changed) == 1
