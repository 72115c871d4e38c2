"""Files that cannot be read: each refused in one sentence, none endured, none taken for empty."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from beffroi.returns.reading import UnreadableFile, opening, read_return
from beffroi.returns.reading.opening import read_workbook
from beffroi.returns.reading.workbook import LIMITS
from tests.returns.reading.containers import ole_with, parts_of, zipped
from tests.returns.reading.mutating import Page, save_ods, save_xlsx
from tests.returns.reading.refusals import assert_one_sentence
from tests.returns.reading.rounds import return_path

NOTHING: Mapping[str, str] = {}
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
XLSX = return_path(2023, "mel.xlsx").read_bytes()
ODS = return_path(2023, "departement_nord.ods").read_bytes()


def sheet_of(parts: Mapping[str, bytes]) -> str:
    """The part that holds the first sheet."""
    return "content.xml" if "content.xml" in parts else "xl/worksheets/sheet1.xml"


def with_sheet(change: bytes, by: bytes, of: bytes) -> bytes:
    """A workbook with its sheet's XML changed."""
    parts = parts_of(of)
    xml = parts[sheet_of(parts)]
    assert change in xml
    return zipped({**parts, sheet_of(parts): xml.replace(change, by, 1)})


def workbook_of(page: Page, suffix: str, tmp_path: Path) -> bytes:
    path = tmp_path / f"modèle{suffix}"
    (save_ods if suffix == ".ods" else save_xlsx)([page], path)
    return path.read_bytes()


def refused(content: bytes, name: str, tmp_path: Path) -> str:
    """The sentence that a file of that content is refused with, by both doors."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableFile) as refusal:
        read_return(path)
    assert_one_sentence(refusal.value, name)
    with pytest.raises(UnreadableFile) as same:
        read_workbook(content, name)
    assert str(same.value) == str(refusal.value)
    return str(refusal.value)


# What is no file


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="n'existe pas") as refusal:
        read_return(tmp_path / "absent.xlsx")
    assert_one_sentence(refusal.value, "absent.xlsx")


def test_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "retours"
    folder.mkdir()
    with pytest.raises(UnreadableFile, match="est un dossier") as refusal:
        read_return(folder)
    assert_one_sentence(refusal.value, "retours")


@pytest.mark.parametrize("name", ["a" * 300, "nul\0.xlsx"])
def test_a_name_no_system_takes(name: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_return(Path(name))
    assert_one_sentence(refusal.value, name)


@pytest.mark.parametrize("content", [b"", b"   \r\n\n\t"])
@pytest.mark.parametrize("name", ["vide.xlsx", "vide.csv"])
def test_an_empty_file(content: bytes, name: str, tmp_path: Path) -> None:
    assert "est vide" in refused(content, name, tmp_path)


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_a_workbook_without_a_cell(suffix: str, tmp_path: Path) -> None:
    content = workbook_of(Page("Feuille", [["", ""]]), suffix, tmp_path)
    assert "aucune cellule" in refused(content, f"blanc{suffix}", tmp_path)


# What is no workbook

OTHER_FILES = {
    "protege.xlsx": (ole_with("EncryptedPackage"), "mot de passe"),
    "lettre.xls": (ole_with("WordDocument"), "un document Word"),
    "diapos.xls": (ole_with("PowerPoint Document"), "une présentation"),
    "message.msg": (ole_with("__properties_version1.0"), "un message électronique"),
    "inconnu.xls": (ole_with("Contents"), "un fichier de Microsoft Office"),
    "binaire.xlsb": (zipped({"xl/workbook.bin": b"\x83\x01"}), "un classeur binaire (.xlsb)"),
    "archive.zip": (zipped({"lisez-moi.txt": "bonjour"}), "une archive ZIP, pas un classeur"),
    "retours.xlsx": (zipped({"mel.xlsx": XLSX}), "une archive ZIP qui contient « mel.xlsx »"),
    "vide.zip": (zipped(NOTHING), "une archive ZIP"),
    "suivi.numbers": (zipped({"Index/Document.iwa": b"x"}), "un document d'Apple"),
    "texte.docx": (zipped({"word/document.xml": "<w:document/>"}), "un document Word"),
    "diapos.pptx": (zipped({"ppt/presentation.xml": "<p/>"}), "une présentation PowerPoint"),
    "plaquette.xlsx": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\n", "un document PDF"),
    "courrier.csv": (b"{\\rtf1\\ansi Bonjour ; bonjour}", "un document RTF"),
    "photo.csv": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "une image"),
    "photo.xlsx": (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "une image"),
    "retour.csv.gz": (b"\x1f\x8b\x08\0\0\0\0\0", "une archive gzip"),
    "retour.7z": (b"7z\xbc\xaf\x27\x1c\0\x04", "une archive 7z"),
    "base.mdb": (b"\0\x01\0\0Standard Jet DB\0", "une base Access"),
    "données.csv": (b'[{"code": "A1", "montant": 12}]', "un fichier JSON"),
    "feuille.xml": (b'<?xml version="1.0"?><Tableau><a;b/></Tableau>', "un fichier XML"),
    "mail.csv": (
        b"Received: from exemple.fr;\r\n by exemple.fr; 1 Jan\r\nSubject: Retour\r\n\r\na;b",
        "un message électronique",
    ),
    "octets.csv": (bytes(range(256)) * 40, "un fichier binaire"),
    "note.csv": (b"Bonjour,\nvoici le retour.\nCordialement", "pas un tableau"),
    "mot.csv": (b"Bonjour", "pas un tableau"),
    "colonne.csv": (b"Code\nA1\nA2\nA3\n", "pas un tableau"),
    "page.xls": (b"<html><body><p>Bonjour</p></body></html>", "une page HTML sans tableau"),
}


@pytest.mark.parametrize("name", OTHER_FILES)
def test_what_is_no_workbook(name: str, tmp_path: Path) -> None:
    content, reason = OTHER_FILES[name]
    assert reason in refused(content, name, tmp_path)


def test_an_odt_named_as_a_workbook(tmp_path: Path) -> None:
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": "<office:document-content/>",
    }
    assert "un document" in refused(zipped(parts), "courrier.ods", tmp_path)


def test_an_ods_behind_a_password(tmp_path: Path) -> None:
    manifest = b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    content = zipped({**parts_of(ODS), "META-INF/manifest.xml": manifest})
    assert "mot de passe" in refused(content, "secret.ods", tmp_path)


def test_an_encrypted_archive(tmp_path: Path) -> None:
    content = bytearray(XLSX)
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1  # the flag of the first member in the archive's directory
    assert "archive chiffrée" in refused(bytes(content), "chiffre.xlsx", tmp_path)


# What is damaged


@pytest.mark.parametrize("content", [XLSX, ODS], ids=["xlsx", "ods"])
@pytest.mark.parametrize("kept", [0.02, 0.5, 0.9, 0.999])
def test_a_truncated_workbook(content: bytes, kept: float, tmp_path: Path) -> None:
    assert "abîmé" in refused(content[: int(len(content) * kept)], "coupe.xlsx", tmp_path)


@pytest.mark.parametrize("content", [XLSX, ODS], ids=["xlsx", "ods"])
@pytest.mark.parametrize("seed", range(12))
def test_flipped_bytes_are_read_or_refused(content: bytes, seed: int, tmp_path: Path) -> None:
    damaged = bytearray(content)
    for step in range(1 + seed):
        damaged[(seed * 7919 + step * 104729) % len(damaged)] ^= 0x5A
    path = tmp_path / "raye.xlsx"
    path.write_bytes(bytes(damaged))
    try:
        read_return(path)
    except UnreadableFile as refusal:
        assert_one_sentence(refusal, "raye.xlsx")


@pytest.mark.parametrize("content", [XLSX, ODS], ids=["xlsx", "ods"])
@pytest.mark.parametrize("kept", [0.4, 0.6, 0.95])
def test_rows_cut_short_in_a_sound_archive(content: bytes, kept: float, tmp_path: Path) -> None:
    parts = parts_of(content)
    member = sheet_of(parts)
    parts[member] = parts[member][: int(len(parts[member]) * kept)]
    assert "abîmé" in refused(zipped(parts), "ecourte.xlsx", tmp_path)


@pytest.mark.parametrize(
    "missing", ["xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml", "[Content_Types].xml"]
)
def test_a_part_missing_is_read_or_refused(missing: str, tmp_path: Path) -> None:
    parts = {k: v for k, v in parts_of(XLSX).items() if k != missing}
    path = tmp_path / "incomplet.xlsx"
    path.write_bytes(zipped(parts))
    try:
        assert read_return(path).rows > 0
    except UnreadableFile as refusal:
        assert_one_sentence(refusal, "incomplet.xlsx")


# What would exhaust the machine


def test_a_file_too_heavy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heavy = tmp_path / "lourd.csv"
    with heavy.open("wb") as file:
        file.truncate(LIMITS.file_bytes + 1)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("read before it was weighed"))
    with pytest.raises(UnreadableFile, match="50 Mo") as refusal:
        read_return(heavy)
    assert_one_sentence(refusal.value, "lourd.csv")


@pytest.mark.parametrize("member", ["xl/workbook.xml", "content.xml"])
def test_a_zip_bomb(member: str, tmp_path: Path) -> None:
    content = zipped({member: b"<a>" + b" " * 60_000_000})
    assert len(content) < 100_000
    assert "se déplie" in refused(content, "bombe.xlsx", tmp_path)


def test_a_zip_that_lies_about_its_size(tmp_path: Path) -> None:
    """The archive declares little and holds much: no part is read beyond what it declares."""
    content = bytearray(zipped({**parts_of(XLSX), "xl/styles.xml": b" " * 3_000_000}))
    declared = (3_000_000).to_bytes(4, "little")
    while (at := content.find(declared)) >= 0:
        content[at : at + 4] = (3_000).to_bytes(4, "little")
    assert "abîmé" in refused(bytes(content), "menteur.xlsx", tmp_path)


@pytest.mark.parametrize("content", [XLSX, ODS], ids=["xlsx", "ods"])
def test_an_entity_bomb(content: bytes, tmp_path: Path) -> None:
    parts = parts_of(content)
    xml = parts[sheet_of(parts)]
    body = xml[xml.find(b"?>") + 2 :] if xml.startswith(b"<?xml") else xml
    parts[sheet_of(parts)] = ENTITIES + body
    assert "entités" in refused(zipped(parts), "entites.xlsx", tmp_path)


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
@pytest.mark.parametrize("rows", [LIMITS.rows + 1, 1_048_576])
def test_too_many_rows(suffix: str, rows: int, tmp_path: Path) -> None:
    if suffix == ".ods":
        content = workbook_of(Page("Feuille", [["a"], ["b"]]), suffix, tmp_path)
        gap = f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell/>'
        last = b"</table:table-row><table:table-row>"
        content = with_sheet(last, b"</table:table-row>" + gap.encode() + last, content)
    else:
        content = workbook_of(Page("Feuille", [["a"], ["b"]]), suffix, tmp_path)
        content = with_sheet(b'<row r="2">', f'<row r="{rows}">'.encode(), content)
        content = with_sheet(b'<c r="A2"', f'<c r="A{rows}"'.encode(), content)
    assert "lignes sur" in refused(content, f"long{suffix}", tmp_path)


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_too_many_columns(suffix: str, tmp_path: Path) -> None:
    content = workbook_of(Page("Feuille", [["a"] * (LIMITS.columns + 1)]), suffix, tmp_path)
    assert "703 colonnes" in refused(content, f"large{suffix}", tmp_path)


def test_too_many_rows_and_columns_in_a_csv(tmp_path: Path) -> None:
    assert "lignes" in refused(b"a;b\n" * (LIMITS.rows + 1), "long.csv", tmp_path)
    assert "colonnes" in refused(b";".join([b"a"] * 703) + b"\n", "large.csv", tmp_path)


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_too_many_sheets(suffix: str, tmp_path: Path) -> None:
    pages = [Page(f"F{number}", [["a", "b"]]) for number in range(LIMITS.sheets + 1)]
    path = tmp_path / f"modèle{suffix}"
    (save_ods if suffix == ".ods" else save_xlsx)(pages, path)
    assert "200 feuilles" in refused(path.read_bytes(), f"feuillu{suffix}", tmp_path)


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_formatted_blanks_far_away_are_no_rows(suffix: str, tmp_path: Path) -> None:
    """The state that spreadsheets really leave files in: a million rows of nothing."""
    content = workbook_of(Page("Feuille", [["a", "b"], ["c", "d"]]), suffix, tmp_path)
    if suffix == ".ods":
        end = b"</table:table>"
        gap = b'<table:table-row table:number-rows-repeated="1048574"><table:table-cell/>'
        content = with_sheet(end, gap + b"</table:table-row>" + end, content)
    else:
        end = b"</sheetData>"
        gap = b'<row r="1048576"><c r="XFD1048576" s="1"/></row>'
        content = with_sheet(end, gap + end, content)
    (sheet,) = read_workbook(content, "blancs").sheets
    assert [list(row) for row in sheet.rows if any(row)] == [["a", "b"], ["c", "d"]]


# What is a table, and no return


def test_a_table_of_no_known_shape(tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_bytes(b"Nom;Ville\nA;Lille\nB;Amiens\n")
    with pytest.raises(UnreadableFile, match="aucune mise en page") as refusal:
        read_return(path)
    assert_one_sentence(refusal.value, "liste.csv")


def test_a_layout_not_known() -> None:
    with pytest.raises(UnreadableFile, match="inconnue") as refusal:
        read_return(return_path(2023, "mel.xlsx"), layout="inexistante")
    assert_one_sentence(refusal.value, "inexistante")


def test_a_layout_that_does_not_fit_says_what_is_missing() -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_return(return_path(2023, "mel.xlsx"), layout="etat-sgar")
    assert_one_sentence(refusal.value, "mel.xlsx")
    assert "« AE programmées »" in str(refusal.value)


def test_a_content_may_have_no_name() -> None:
    with pytest.raises(UnreadableFile) as refusal:
        opening.read_workbook(b"PK nothing")
    assert_one_sentence(refusal.value, "Le fichier")
