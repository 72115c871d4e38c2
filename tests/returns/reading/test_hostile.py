"""Files made to harm: each is refused in one sentence, by a rule, within small time and memory.

Every file is opened in a process apart, whose limits are far below what the file would take.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from struct import pack

import pytest
import xlwt

from beffroi.returns.reading import UnreadableFile
from beffroi.returns.reading.opening import read_workbook
from beffroi.returns.reading.sandbox import ReadingFailed, in_worker
from beffroi.returns.reading.workbook import LIMITS, Workbook
from tests.returns.reading.containers import parts_of, xls_of, zipped
from tests.returns.reading.mutating import Page, save_ods, save_xlsx
from tests.returns.reading.refusals import assert_one_sentence

MEMORY = 700_000_000
SECONDS = 60
SHEET = "xl/worksheets/sheet1.xml"
WORKBOOK = "xl/workbook.xml"
RELATIONSHIPS = "xl/_rels/workbook.xml.rels"
ENTITIES = "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 12))
BOMB = f'<!DOCTYPE x [<!ENTITY a0 "boum">{ENTITIES}]>'
OUTWARD = '<!DOCTYPE x [<!ENTITY a11 SYSTEM "file:///etc/passwd">]>'
DOCTYPES = {"bomb": BOMB, "outward": OUTWARD}


def read(content: bytes, name: str = "retour.xlsx") -> Workbook:
    return in_worker(name, read_workbook, content, name, memory_bytes=MEMORY, seconds=SECONDS)


def refused(content: bytes, name: str = "retour.xlsx") -> str:
    """The sentence of the refusal: by a rule, before any limit of the process is met."""
    with pytest.raises(UnreadableFile) as refusal:
        read(content, name)
    assert not isinstance(refusal.value, ReadingFailed), refusal.value.details
    assert_one_sentence(refusal.value, name)
    return str(refusal.value)


def read_or_refused(content: bytes, name: str) -> Workbook | None:
    """The workbook; ``None`` where it is refused by a rule."""
    try:
        return read(content, name)
    except ReadingFailed:
        raise
    except UnreadableFile as refusal:
        assert_one_sentence(refusal, name)
        return None


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """A plain workbook in each format."""
    folder: Path = tmp_path_factory.mktemp("modèles")
    page = Page("Suivi", [["Code", "Payé"], ["A1", 5.0]])
    save_xlsx([page], folder / "a.xlsx")
    save_ods([page], folder / "a.ods")
    return {path.suffix: path.read_bytes() for path in folder.iterdir()}


def changed(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """A workbook with one of its parts changed."""
    parts = parts_of(content)
    before = parts[part].decode()
    after = change(before)
    assert after != before
    return zipped({**parts, part: after.encode()})


def after_declaration(xml: str, text: str) -> str:
    """The text put before the root of an XML."""
    start, end = xml.find("<?xml"), xml.find("?>")
    return xml[: end + 2] + text + xml[end + 2 :] if start == 0 else text + xml


# Archives


def test_a_bomb_within_an_archive_is_not_opened() -> None:
    bomb = zipped({"xl/workbook.xml": b"<a>" + b" " * 60_000_000})
    assert "bombe.xlsx" in refused(zipped({"bombe.xlsx": bomb}), "archive.zip")


def test_a_bomb_of_many_parts(models: Mapping[str, bytes]) -> None:
    parts = {**parts_of(models[".xlsx"]), **{f"x/{n}.xml": b"" for n in range(LIMITS.parts)}}
    assert "parties" in refused(zipped(parts))


def test_a_directory_of_a_million_entries() -> None:
    """Refused before the directory is read: every entry of it takes memory."""
    entry = b"PK\x01\x02" + bytes(24) + pack("<H", 1) + bytes(16) + b"x"
    assert "parties" in refused(b"PK\x03\x04" + entry * 1_000_000)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_an_unusual_compression(method: int, models: Mapping[str, bytes]) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, part in parts_of(models[".xlsx"]).items():
            archive.writestr(name, part)
    assert "compressé" in refused(content.getvalue())


def test_parts_that_overlap(models: Mapping[str, bytes]) -> None:
    """One compressed body that several entries of the directory claim."""
    content = bytearray(models[".xlsx"])
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 4)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    assert "recouvrent" in refused(bytes(content))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name(models: Mapping[str, bytes]) -> None:
    content = io.BytesIO(models[".xlsx"])
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr(SHEET, archive.read(SHEET).replace(b"5", b"6"))
    assert "même nom" in refused(content.getvalue())


@pytest.mark.parametrize(
    "place", ["../../etc/cron.d/x", "/etc/passwd", "xl/../../x", "..\\x", "C:\\x"]
)
def test_a_path_out_of_the_archive(place: str, models: Mapping[str, bytes]) -> None:
    for content in models.values():
        assert "hors de l'archive" in refused(zipped({**parts_of(content), place: b"x"}))


# Entities


@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize(
    "part", [SHEET, WORKBOOK, RELATIONSHIPS, "[Content_Types].xml", "xl/styles.xml"]
)
def test_entities_in_an_xlsx(part: str, doctype: str, models: Mapping[str, bytes]) -> None:
    def declare(xml: str) -> str:
        return after_declaration(xml.replace("Suivi", "&a11;"), DOCTYPES[doctype])

    assert "entités" in refused(changed(models[".xlsx"], part, declare))


@pytest.mark.parametrize("doctype", DOCTYPES)
def test_entities_in_an_ods(doctype: str, models: Mapping[str, bytes]) -> None:
    def declare(xml: str) -> str:
        return after_declaration(xml.replace("Code", "&a11;"), DOCTYPES[doctype])

    assert "entités" in refused(changed(models[".ods"], "content.xml", declare), "a.ods")


@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize(
    "root",
    [
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">&a11;</Workbook>',
        '<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">&a11;'
        "</office:document>",
    ],
)
def test_entities_in_an_xml(root: str, doctype: str) -> None:
    declaration = '<?xml version="1.0"?>'
    content = (declaration + DOCTYPES[doctype] + root).encode()
    assert "entités" in refused(content, "suivi.xml")


def test_entities_in_a_page_are_text() -> None:
    content = f"{OUTWARD}<html><table><tr><td>&a11;</td><td>b</td></tr></table></html>"
    (sheet,) = read(content.encode(), "page.html").sheets
    assert list(sheet.rows[-1]) == ["&a11;", "b"]


# Relationships


def test_a_sheet_that_is_the_workbook_itself(models: Mapping[str, bytes]) -> None:
    content = changed(
        models[".xlsx"],
        RELATIONSHIPS,
        lambda xml: xml.replace("worksheets/sheet1.xml", "workbook.xml"),
    )
    assert "aucune cellule" in refused(content)


def test_a_sheet_outside_of_the_file(models: Mapping[str, bytes]) -> None:
    content = changed(
        models[".xlsx"],
        RELATIONSHIPS,
        lambda xml: xml.replace("/xl/worksheets/sheet1.xml", "file:///etc/passwd"),
    )
    assert "abîmé" in refused(content)


def test_many_sheets_of_one_part(models: Mapping[str, bytes]) -> None:
    """Each would be read again; together they are held to the limits of a workbook."""
    namespace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheets = "".join(
        f'<sheet xmlns:r="{namespace}" name="F{at}" sheetId="{at + 9}" r:id="rId1"/>'
        for at in range(LIMITS.sheets)
    )
    content = changed(
        models[".xlsx"], WORKBOOK, lambda xml: xml.replace("</sheets>", f"{sheets}</sheets>")
    )
    assert "200 feuilles" in refused(content)


def test_links_to_other_files_are_not_followed(models: Mapping[str, bytes]) -> None:
    parts = parts_of(models[".xlsx"])
    link = "xl/externalLinks/externalLink1.xml"
    content = zipped({**parts, link: b"<externalLink/>", "xl/vbaProject.bin": b"\xd0\xcf"})
    workbook = read(content)
    assert [(found.kind, found.shown) for found in workbook.findings] == [
        ("macros_not_run", "VBA"),
        ("external_links", "1"),
    ]
    assert workbook.sheets[0].at(1, 1) == 5.0


# Sizes


@pytest.mark.parametrize("cell", ["ZZZZZZ2", "XFD2", "A99999999999", "XFD1048576"])
def test_a_cell_far_away_in_an_xlsx(cell: str, models: Mapping[str, bytes]) -> None:
    row = "".join(filter(str.isdigit, cell))
    far = f'<row r="{row}"><c r="{cell}"><v>1</v></c></row></sheetData>'
    content = changed(models[".xlsx"], SHEET, lambda xml: xml.replace("</sheetData>", far))
    assert "lignes sur" in refused(content)


@pytest.mark.parametrize(
    ("rows", "columns"), [(1, 1_000_000), (10**12, 2), (400_000, 700), (100_000, 51)]
)
def test_cells_repeated_in_an_ods(rows: int, columns: int, models: Mapping[str, bytes]) -> None:
    repeated = (
        f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell '
        f'table:number-columns-repeated="{columns}"><text:p>x</text:p></table:table-cell>'
        "</table:table-row></table:table>"
    )
    content = changed(
        models[".ods"], "content.xml", lambda xml: xml.replace("</table:table>", repeated)
    )
    assert "lignes sur" in refused(content, "a.ods")


@pytest.mark.parametrize("suffix", [".ods", ".xml"])
def test_blank_rows_of_many_sheets(suffix: str, models: Mapping[str, bytes]) -> None:
    """Each sheet is within the limits; all of them are not."""
    if suffix == ".ods":
        table = (
            "<table:table><table:table-row table:number-rows-repeated='300000'/><table:table-row>"
            "<table:table-cell><text:p>x</text:p></table:table-cell></table:table-row></table:table>"
        )
        content = changed(
            models[".ods"],
            "content.xml",
            lambda xml: xml.replace("</table:table>", f"</table:table>{table * 100}"),
        )
    else:
        table = (
            '<Worksheet><Table><Row ss:Index="300000"><Cell><Data ss:Type="Number">1</Data></Cell>'
            "</Row></Table></Worksheet>"
        )
        namespace = "urn:schemas-microsoft-com:office:spreadsheet"
        content = (
            f'<Workbook xmlns="{namespace}" xmlns:ss="{namespace}">{table * 100}</Workbook>'
        ).encode()
    assert "cellules" in refused(content, f"a{suffix}")


MANY = 10**9
OVERSIZED_MARKUP = {
    "page.html": f"<table><tr><td colspan={MANY}>a</td><td>b</td></tr></table>",
    "lignes.html": "<table>" + "<tr>" * (LIMITS.rows + 2) + "</table>",
    "index.xml": '<Row><Cell ss:Index="1000000"><Data ss:Type="Number">1</Data></Cell></Row>',
    "rangs.xml": '<Row ss:Index="999999999"><Cell><Data ss:Type="Number">1</Data></Cell></Row>',
}


@pytest.mark.parametrize("name", OVERSIZED_MARKUP)
def test_a_page_or_xml_too_large(name: str) -> None:
    namespace = "urn:schemas-microsoft-com:office:spreadsheet"
    markup = OVERSIZED_MARKUP[name]
    if name.endswith(".xml"):
        markup = (
            f'<Workbook xmlns="{namespace}" xmlns:ss="{namespace}"><Worksheet ss:Name="S"><Table>'
            f"{markup}</Table></Worksheet></Workbook>"
        )
    assert "lignes sur" in refused(markup.encode(), name)


# Merged cells


def test_one_merge_over_everything(models: Mapping[str, bytes]) -> None:
    merge = '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    content = changed(models[".xlsx"], SHEET, lambda xml: xml.replace("</sheetData>", merge))
    assert read(content).sheets[0].at(1, 0) == "A1"
    span = f'table:number-rows-spanned="{MANY}" table:number-columns-spanned="{MANY}"'
    content = changed(
        models[".ods"],
        "content.xml",
        lambda xml: xml.replace("<table:table-cell", f"<table:table-cell {span}", 1),
    )
    assert read(content, "a.ods").sheets[0].at(1, 0) == "A1"
    page = f"<table><tr><td colspan={MANY} rowspan={MANY}>a</td></tr><tr><td>b</td></tr></table>"
    read_or_refused(page.encode(), "page.html")
    book = xlwt.Workbook()
    sheet = book.add_sheet("Suivi")
    sheet.write(0, 0, "a")
    sheet.merge(0, 1, 0, 1)
    merged = pack("<7H", 0xE5, 10, 1, 0, 1, 0, 1)
    content = xls_of(book)
    assert merged in content
    content = content.replace(merged, pack("<7H", 0xE5, 10, 1, 0, 65_535, 0, 255))
    assert read(content, "a.xls").sheets[0].at(0, 0) == "a"


def test_too_many_merges(models: Mapping[str, bytes]) -> None:
    merges = "".join(f'<mergeCell ref="A{row}:B{row}"/>' for row in range(1, LIMITS.merges + 2))
    content = changed(
        models[".xlsx"],
        SHEET,
        lambda xml: xml.replace("</sheetData>", f"</sheetData><mergeCells>{merges}</mergeCells>"),
    )
    assert "fusionnées" in refused(content)


# Text and depth


def test_a_text_too_long(models: Mapping[str, bytes]) -> None:
    text = "x" * (LIMITS.cell_characters + 1)
    contents = {
        "a.xlsx": changed(models[".xlsx"], SHEET, lambda xml: xml.replace("Code", text)),
        "a.ods": changed(models[".ods"], "content.xml", lambda xml: xml.replace("Code", text)),
        "a.html": f"<table><tr><td>{text}</td></tr></table>".encode(),
    }
    for name, content in contents.items():
        assert "caractères" in refused(content, name)


def test_spaces_repeated_in_an_ods(models: Mapping[str, bytes]) -> None:
    spaces = '<text:s text:c="1000"/>' * 100_000
    content = changed(models[".ods"], "content.xml", lambda xml: xml.replace("Code", f"x{spaces}x"))
    assert "caractères" in refused(content, "a.ods")


DEEP = 200_000


def test_xml_deeply_nested(models: Mapping[str, bytes]) -> None:
    """Read or refused, and never by the process running out of its stack."""
    nested = "<text:span>" * DEEP + "Code" + "</text:span>" * DEEP
    content = changed(models[".ods"], "content.xml", lambda xml: xml.replace("Code", nested))
    assert read(content, "a.ods").sheets[0].at(0, 0) == "Code"
    for name, markup in {
        "a.html": "<div>" * DEEP + "<table><tr><td>a</td></tr></table>",
        "b.html": "<table><tr><td>" * 50_000 + "a",
        "a.xml": "<?xml version='1.0'?>" + "<a>" * DEEP,
    }.items():
        read_or_refused(markup.encode(), name)
    deep = "<x>" * DEEP + "</x>" * DEEP
    content = changed(
        models[".xlsx"], SHEET, lambda xml: xml.replace("</sheetData>", f"</sheetData>{deep}")
    )
    workbook = read_or_refused(content, "a.xlsx")
    assert workbook is None or workbook.sheets[0].at(0, 0) == "Code"


# Old Excel


@pytest.mark.parametrize("record", [0xFC, 0xFD, 0x85, 0x09, 0x06, 0xE5, 0x208, 0x7D, 0xE0, 0x31])
@pytest.mark.parametrize("fill", [0x00, 0xFF, 0x7F])
def test_records_of_nonsense(record: int, fill: int) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Suivi")
    sheet.write_merge(0, 0, 0, 2, "Titre")
    sheet.write(1, 0, xlwt.Formula("B2*2"))
    sheet.write(1, 1, 12.5)
    sheet.col(1).width = 5000
    content = bytearray(xls_of(book))
    at = content.index(pack("<H", record), 512)
    content[at + 4 : at + 20] = bytes([fill]) * 16
    read_or_refused(bytes(content), "a.xls")


@pytest.mark.parametrize("start", ["<!", "<![", "<!--", "</", "<a b='", "&#x", "<table><tr><td>"])
def test_a_page_that_never_ends_what_it_begins(start: str) -> None:
    read_or_refused(f"<html>{start * 2_000}".encode(), "page.html")
