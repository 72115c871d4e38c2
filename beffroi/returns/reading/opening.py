"""From a file to a grid, whatever its format: told by its content, never by its name."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from beffroi.returns.reading.archive import opened, refused_archive
from beffroi.returns.reading.csv_text import read_csv
from beffroi.returns.reading.front import is_front
from beffroi.returns.reading.html_tables import read_html, read_mht
from beffroi.returns.reading.lines import address
from beffroi.returns.reading.ods import read_flat_ods, read_ods
from beffroi.returns.reading.progress import tell
from beffroi.returns.reading.recognising import Container, container_of, other_format
from beffroi.returns.reading.spreadsheetml import read_spreadsheetml
from beffroi.returns.reading.workbook import (
    LIMITS,
    UnreadableFile,
    Workbook,
    too_long_a_cell,
)
from beffroi.returns.reading.xls import read_bare_xls, read_xls
from beffroi.returns.reading.xlsx import read_xlsx
from beffroi.returns.reading.xlsx_tidying import with_usual_names


def read_workbook(source: Path | bytes, name: str = "") -> Workbook:
    """The sheets of a file, or of its content: all but the one that Beffroi puts first in the
    copies it gives back. Raises :class:`UnreadableFile`."""
    content = source if isinstance(source, bytes) else content_of(source)
    name = name or (source.name if isinstance(source, Path) else "Le fichier")
    tell("opening")
    _refuse_size(len(content), name)
    if not content.strip(b"\0 \t\r\n"):
        raise UnreadableFile(f"{name} est vide : envoyez-le à nouveau.")
    workbook = _read(content, name)
    workbook.sheets = [sheet for sheet in workbook.sheets if not is_front(sheet)]
    if not any(workbook.sheets_with_content()):
        raise UnreadableFile(f"{name} ne contient aucune cellule remplie : envoyez le bon fichier.")
    _refuse_long_cells(workbook)
    said = [*other_format(name, workbook.format), *workbook.findings]
    first = workbook.sheets[0].name
    workbook.findings = [replace(each, where=address(first, each.where)) for each in said]
    return workbook


def content_of(path: Path) -> bytes:
    """What a file holds. Raises :class:`UnreadableFile`."""
    try:
        if path.is_dir():
            raise UnreadableFile(f"{path} est un dossier : nommez un fichier.")
        if path.exists() and not path.is_file():
            raise UnreadableFile(f"{path} n'est pas un fichier ordinaire : nommez un fichier.")
        _refuse_size(path.stat().st_size, path.name)
        return path.read_bytes()
    except FileNotFoundError:
        raise UnreadableFile(f"Le fichier {path} n'existe pas : vérifiez son nom.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UnreadableFile(
            f"Le fichier {path} ne peut pas être ouvert ({reason}) : vérifiez ses droits."
        ) from None


def _read(content: bytes, name: str) -> Workbook:
    container = container_of(content, name)
    try:
        return _READERS[container](content, name)
    except (UnreadableFile, KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    # A damaged file makes the readers say anything, even a panic which is no Exception.
    except BaseException as error:
        raise UnreadableFile(
            f"{name} est abîmé ou incomplet : ouvrez-le, enregistrez-le à nouveau en .xlsx ou en "
            ".ods, et renvoyez-le."
        ) from error


def _read_zip(content: bytes, name: str) -> Workbook:
    archive = opened(content, name)
    members = set(archive.namelist())
    if "xl/workbook.xml" in members:
        return read_xlsx(content, archive, name)
    if "content.xml" in members:
        _refuse_other_ods(archive, members, name)
        return read_ods(archive, name)
    again = with_usual_names(archive)
    if again:
        return read_xlsx(again, zipfile.ZipFile(io.BytesIO(again)), name)
    raise refused_archive(archive, name)


_READERS: Mapping[Container, Callable[[bytes, str], Workbook]] = {
    "zip": _read_zip,
    "ole": read_xls,
    "biff": read_bare_xls,
    "html": read_html,
    "mht": read_mht,
    "spreadsheetml": read_spreadsheetml,
    "flat_ods": read_flat_ods,
    "text": read_csv,
}


def _refuse_size(size: int, name: str) -> None:
    if size > LIMITS.file_bytes:
        raise UnreadableFile(
            f"{name} pèse {size // 1_000_000} Mo, plus que les {LIMITS.file_bytes // 1_000_000} Mo "
            "acceptés : retirez-en les images, ou envoyez-le en plusieurs fichiers."
        )


def _refuse_long_cells(workbook: Workbook) -> None:
    most = LIMITS.cell_characters
    for sheet in workbook.sheets:
        for row in sheet.rows:
            for value in row:
                if type(value) is str and len(value) > most:
                    where = f"{workbook.name}, feuille « {sheet.name} »"
                    raise UnreadableFile(too_long_a_cell(where if sheet.name else workbook.name))


def _refuse_other_ods(archive: zipfile.ZipFile, members: set[str], name: str) -> None:
    manifest = "META-INF/manifest.xml"
    if manifest in members and b"encryption-data" in archive.read(manifest):
        raise UnreadableFile(
            f"{name} est protégé par un mot de passe : enregistrez-le sans protection."
        )
    if "mimetype" in members and b"spreadsheet" not in archive.read("mimetype"):
        raise refused_archive(archive, name)
