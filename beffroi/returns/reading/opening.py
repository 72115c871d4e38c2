"""From a file to a grid: XLSX, ODS and CSV, told apart by their content, never by their name."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from beffroi.returns.reading import hidden_in_ods, hidden_in_xlsx
from beffroi.returns.reading.workbook import LIMITS, Sheet, UnreadableFile, Workbook

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_WORKBOOK = "n'est pas un classeur : envoyez un .xlsx, un .ods ou un .csv."
_SEPARATORS = ";\t,|"


def read_workbook(path: Path) -> Workbook:
    """The sheets of a file. Raises :class:`UnreadableFile`."""
    content = _content(path)
    if content.startswith(b"PK"):
        workbook = _zipped(content, path.name)
    elif content.startswith(_OLE):
        raise UnreadableFile(_why_not_ole(content, path.name))
    else:
        workbook = Workbook([_csv(content, path.name)])
    if not any(any(cell != "" for cell in row) for s in workbook.sheets for row in s.rows):
        raise UnreadableFile(f"{path.name} ne contient aucune cellule : envoyez le bon fichier.")
    return workbook


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise UnreadableFile(f"{path} est un dossier : nommez un fichier.")
        size = path.stat().st_size
        if size > LIMITS.file_bytes:
            raise UnreadableFile(
                f"{path.name} pèse {size // 1_000_000} Mo, plus que les "
                f"{LIMITS.file_bytes // 1_000_000} Mo acceptés : retirez-en les images."
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise UnreadableFile(f"Le fichier {path} n'existe pas.") from None
    except OSError as error:
        raise UnreadableFile(f"Le fichier {path} ne se lit pas ({error.strerror}).") from None
    if not content.strip():
        raise UnreadableFile(f"{path.name} est vide : envoyez-le à nouveau.")
    return content


def _why_not_ole(content: bytes, name: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return f"{name} est protégé par un mot de passe : enregistrez-le sans protection."
    return f"{name} est à l'ancien format .xls : enregistrez-le en .xlsx ou en .ods."


def _zipped(content: bytes, name: str) -> Workbook:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = {info.filename: info for info in archive.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise UnreadableFile(f"{name} est abîmé ou incomplet : envoyez-le à nouveau.") from None
    _refuse_bombs(members, name)
    is_xlsx = "xl/workbook.xml" in members or "[Content_Types].xml" in members
    if not is_xlsx and "content.xml" not in members:
        raise UnreadableFile(f"{name} {_NO_WORKBOOK}")
    try:
        if is_xlsx:
            return _spreadsheet(content, name, archive, hidden_in_xlsx.complete)
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise UnreadableFile(
                f"{name} est protégé par un mot de passe : enregistrez-le sans protection."
            )
        return _spreadsheet(content, name, archive, hidden_in_ods.complete)
    except UnreadableFile:
        raise
    except Exception as error:  # whatever a damaged archive makes the readers say
        raise UnreadableFile(
            f"{name} est abîmé ou n'est pas un classeur : ouvrez-le, enregistrez-le à nouveau "
            "en .xlsx ou en .ods, et renvoyez-le."
        ) from error


def _refuse_bombs(members: dict[str, zipfile.ZipInfo], name: str) -> None:
    size = sum(info.file_size for info in members.values())
    packed = sum(info.compress_size for info in members.values()) or 1
    if size > LIMITS.unzipped_bytes or (size > 50_000_000 and size / packed > LIMITS.compression):
        raise UnreadableFile(
            f"{name} se déplie en {size // 1_000_000} Mo, plus que ce qui est accepté : "
            "supprimez les lignes et colonnes vides, et enregistrez-le à nouveau."
        )
    if any(info.flag_bits & 1 for info in members.values()):
        raise UnreadableFile(f"{name} est une archive chiffrée : envoyez le classeur lui-même.")


def _spreadsheet(content: bytes, name: str, archive: zipfile.ZipFile, complete) -> Workbook:  # type: ignore[no-untyped-def]
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except CalamineError as error:
        raise UnreadableFile(
            f"{name} est abîmé ou n'est pas un classeur : ouvrez-le, enregistrez-le à nouveau "
            "en .xlsx ou en .ods, et renvoyez-le."
        ) from error
    if len(book.sheet_names) > LIMITS.sheets:
        raise UnreadableFile(f"{name} a plus de {LIMITS.sheets} feuilles : envoyez les utiles.")
    sheets = [
        Sheet(
            meta.name,
            book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False),
            hidden=meta.visible != SheetVisibleEnum.Visible,
        )
        for meta in book.sheets_metadata
    ]
    for sheet in sheets:
        width = len(sheet.rows[0]) if sheet.rows else 0
        if len(sheet.rows) > LIMITS.rows or width > LIMITS.columns:
            raise UnreadableFile(
                f"{name}, feuille « {sheet.name} » : {len(sheet.rows)} lignes et {width} "
                f"colonnes, plus que les {LIMITS.rows} et {LIMITS.columns} acceptées."
            )
    complete(archive, sheets)
    return Workbook(sheets)


def _csv(content: bytes, name: str) -> Sheet:
    text = _decoded(content)
    if "\0" in text or text.startswith("%PDF") or _looks_like_markup(text):
        raise UnreadableFile(f"{name} {_NO_WORKBOOK}")
    first_lines = [line for line in text.splitlines() if line.strip()][:20]
    separator = max(_SEPARATORS, key=lambda sign: sum(line.count(sign) for line in first_lines))
    if not any(separator in line for line in first_lines):
        raise UnreadableFile(
            f"{name} n'est pas un tableau : aucun séparateur (point-virgule, tabulation, virgule)."
        )
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        raise UnreadableFile(f"{name} n'est pas un CSV lisible : envoyez un .xlsx.") from None
    if len(rows) > LIMITS.rows or max(map(len, rows)) > LIMITS.columns:
        raise UnreadableFile(f"{name} a plus de {LIMITS.rows} lignes ou {LIMITS.columns} colonnes.")
    return Sheet("", rows)


def _decoded(content: bytes) -> str:
    """UTF-8 where the bytes are; otherwise cp1252, even behind a byte-order mark that lies."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    bare = content.removeprefix(b"\xef\xbb\xbf")
    try:
        return bare.decode("utf-8")
    except UnicodeDecodeError:
        return bare.decode("cp1252", errors="replace")


def _looks_like_markup(text: str) -> bool:
    start = text.lstrip()[:200].lower()
    return start.startswith(("<!doctype", "<html", "<?xml", "<table", "{\\rtf"))
