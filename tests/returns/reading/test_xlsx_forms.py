"""One XLSX written in every way that programs write it: the grid read is the same."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping

import pytest
from openpyxl import Workbook

from beffroi.returns.reading import UnreadableFile, read_return
from beffroi.returns.reading.opening import read_workbook
from beffroi.returns.reading.workbook import Merge, Sheet
from tests.returns.reading.containers import parts_of, xlsx_of, zipped
from tests.returns.reading.rounds import FIXTURES

Parts = dict[str, bytes]

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
BOOK = "xl/workbook.xml"
RELATIONSHIPS = "xl/_rels/workbook.xml.rels"
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.fixture(scope="module")
def model() -> Parts:
    """A workbook with shared strings, as LibreOffice writes it."""
    return parts_of((FIXTURES / "formats" / "suivi.xlsx").read_bytes())


def sheet_of(parts: Mapping[str, bytes]) -> Sheet:
    return read_workbook(zipped(parts), "retour.xlsx").sheets[0]


def changed(change: Callable[[bytes], bytes], *names: str) -> Callable[[Parts], Parts]:
    """A change of some parts, which must change something."""

    def change_all(parts: Parts) -> Parts:
        after = {name: change(part) if name in names else part for name, part in parts.items()}
        assert after != parts
        return after

    return change_all


def strict(parts: Parts) -> Parts:
    """ISO 29500 strict: other namespaces, dates as they are said."""
    after = {
        name: part.replace(MAIN, b"http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
            LINKS, b"http://purl.oclc.org/ooxml/officeDocument/relationships"
        )
        for name, part in parts.items()
    }
    dated = re.sub(
        rb'(<c r="D3"[^>]*?)(?: t="n")?><v>45351</v>', rb'\1 t="d"><v>2024-02-29</v>', after[SHEET]
    )
    assert dated != after[SHEET]
    return {**after, SHEET: dated}


def prefixed(xml: bytes) -> bytes:
    """Every element behind a prefix."""
    named = re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", xml)
    return re.sub(rb' xmlns="(http://schemas.openxmlformats.org/)', rb' xmlns:x="\1', named)


def without_shared_strings(parts: Parts) -> Parts:
    """Texts within their cells."""
    texts = re.findall(rb"<si>(.*?)</si>", parts[STRINGS], re.DOTALL)

    def inline(found: re.Match[bytes]) -> bytes:
        return found[1] + b' t="inlineStr"><is>' + texts[int(found[2])] + b"</is></c>"

    sheets = {
        name: re.sub(rb'(<c [^>]*?) t="s"[^>]*><v>(\d+)</v></c>', inline, part)
        for name, part in parts.items()
        if name.startswith("xl/worksheets/sheet")
    }
    links = re.sub(rb"<Relationship [^>]*sharedStrings[^>]*/>", b"", parts[RELATIONSHIPS])
    kept = {name: part for name, part in parts.items() if name != STRINGS}
    return {**kept, **sheets, RELATIONSHIPS: links}


def declared(dimension: bytes) -> Callable[[Parts], Parts]:
    return changed(
        lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="' + dimension + b'"', xml),
        SHEET,
    )


def renamed(change: Callable[[str], str]) -> Callable[[Parts], Parts]:
    return lambda parts: {change(name): part for name, part in parts.items()}


def with_another_main_part(parts: Parts) -> Parts:
    return {
        name.replace("workbook.xml", "workbook22.xml"): (
            part.replace(b"workbook.xml", b"workbook22.xml")
            if name in {"_rels/.rels", "[Content_Types].xml"}
            else part
        )
        for name, part in parts.items()
    }


def rich(xml: bytes) -> bytes:
    """A text in pieces, with its reading aid, which is no part of it."""
    return re.sub(
        rb"<si><t[^>]*>Code</t></si>",
        b"<si><r><t>Co</t></r><r><rPr><b/></rPr><t>de</t></r>"
        b'<rPh sb="0" eb="1"><t>aide</t></rPh></si>',
        xml,
    )


BLANK_CELLS = b"".join(b'<c r="%c%d" s="1"/>' % (65 + column, 9) for column in range(26))
FORMS: dict[str, Callable[[Parts], Parts]] = {
    "as it is": lambda parts: parts,
    "strict": strict,
    "prefixed": changed(prefixed, SHEET, BOOK, STRINGS, "xl/styles.xml"),
    "prefixed relationships": changed(prefixed, RELATIONSHIPS, "_rels/.rels"),
    "without shared strings": without_shared_strings,
    "dimension too small": declared(b"A1"),
    "dimension too large": declared(b"A1:XFD1048576"),
    "dimension elsewhere": declared(b"Z90:AA95"),
    "without dimension": changed(lambda xml: re.sub(rb"<dimension [^>]*/>", b"", xml), SHEET),
    "without addresses": changed(lambda xml: re.sub(rb'<row r="\d+"', b"<row", xml), SHEET),
    "blank cells far and wide": changed(
        lambda xml: xml.replace(
            b"</sheetData>", b'<row r="9">' + BLANK_CELLS + b"</row></sheetData>"
        ),
        SHEET,
    ),
    "attributes on several lines": changed(lambda xml: xml.replace(b"<c r", b"<c\n  r"), SHEET),
    "single quotes": changed(lambda xml: xml.replace(b'"', b"'"), SHEET),
    "sections of plain text": changed(
        lambda xml: re.sub(rb"<v>([^<]*)</v>", rb"<v><![CDATA[\1]]></v>", xml), SHEET
    ),
    "extensions in cells": changed(
        lambda xml: xml.replace(
            b"</v></c>", b'</v><extLst><ext uri="x"><v>9</v></ext></extLst></c>'
        ),
        SHEET,
    ),
    "a comment before the rows": changed(
        lambda xml: xml.replace(b"<sheetData>", b"<!-- <sheetData> --><sheetData>"), SHEET
    ),
    "text in pieces": changed(rich, STRINGS),
    "backslashes in the archive": renamed(lambda name: name.replace("/", "\\")),
    "other capitals": renamed(
        lambda name: name.replace("sharedS", "SharedS").replace("sheet1", "Sheet1")
    ),
    "another main part": with_another_main_part,
    "absolute targets": changed(
        lambda xml: xml.replace(b'Target="', b'Target="/xl/').replace(b"/xl//xl/", b"/xl/"),
        RELATIONSHIPS,
    ),
    "a byte-order mark": changed(lambda xml: b"\xef\xbb\xbf" + xml, SHEET, BOOK),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_grid(form: str, model: Parts) -> None:
    sheet = sheet_of(FORMS[form](model))
    rows = [list(row[:6]) for row in sheet.rows[:6]]
    assert rows[1:4] == [
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
    assert (sheet.at(4, 1), sheet.at(5, 5)) == ("Piste\ncyclable", "")
    assert not any(value != "" for row in sheet.rows[6:] for value in row)
    assert sheet.faults == {(3, 5): "#DIV/0!", (4, 5): "#N/A"}
    assert list(sheet.merges) == [Merge(0, 0, 0, 5)]
    assert sheet.hidden_columns == {2}


def test_dates_from_1904(model: Parts) -> None:
    parts = changed(
        lambda xml: re.sub(rb"<workbookPr[^>]*/>", b'<workbookPr date1904="1"/>', xml), BOOK
    )(model)
    assert sheet_of(parts).at(2, 3) == datetime.date(2028, 3, 1)


def test_characters_that_xml_does_not_hold(model: Parts) -> None:
    parts = changed(lambda xml: xml.replace(b">Code<", b">Co_x000A_de<"), STRINGS)(model)
    assert sheet_of(parts).at(1, 0) == "Co\nde"


@pytest.mark.parametrize("prefix", [b"", b"x:"])
def test_faults_of_cells_without_address_are_never_silent(prefix: bytes, model: Parts) -> None:
    """Where its place is not known, the file is refused rather than read without it."""

    def bare(xml: bytes) -> bytes:
        return re.sub(rb' r="[A-Z]+\d+"', b"", prefixed(xml) if prefix else xml)

    with pytest.raises(UnreadableFile, match="sans adresse"):
        sheet_of(changed(bare, SHEET)(model))


def test_a_formula_without_value_in_every_writing(model: Parts) -> None:
    for cell in (
        b'<c r="F3"><f>E3/2</f></c>',
        b'<c r="F3"><f>E3/2</f><v></v></c>',
        b"<c\n r='F3' s=\"1\" ><f>E3/2</f><v/></c >",
        b'<c s="1" r="F3"><f t="shared" si="0"/></c>',
        b'<c r="F3"><f><![CDATA[E3/2]]></f></c>',
    ):
        xml = re.sub(rb'<c r="F3"[^>]*>.*?</c>', lambda _, cell=cell: cell, model[SHEET])
        assert xml != model[SHEET]
        sheet = sheet_of({**model, SHEET: xml})
        assert sheet.faults[2, 5].startswith("="), cell
        assert sheet.at(2, 5) == ""


def test_macros_are_said_and_not_run(model: Parts) -> None:
    workbook = read_workbook(zipped({**model, "xl/vbaProject.bin": b"\xd0\xcf"}), "retour.xlsm")
    assert [(found.kind, found.where) for found in workbook.findings] == [
        ("macros_not_run", "Suivi!1")
    ]


def test_what_openpyxl_saves_reads_the_same() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(
        ["N° EJ", "Intitulé", "Objectif CPER", "AE programmées", "AE engagées", "CP payés"]
    )
    sheet.append(["E1", "Médiathèque", "I.1", 1234.565, 12, None])
    reading = read_return(xlsx_of(book), name="retour.xlsx")
    assert reading.sums_cents == {"programmed": 123457, "committed": 1200}
