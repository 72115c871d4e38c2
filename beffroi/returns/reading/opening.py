"""From a file to a grid: XLSX, ODS and CSV, told apart by their content, never by their name."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from beffroi.returns.reading.csv_text import read_csv
from beffroi.returns.reading.front import is_front
from beffroi.returns.reading.ods import read_ods
from beffroi.returns.reading.progress import tell
from beffroi.returns.reading.workbook import LIMITS, UnreadableFile, Workbook
from beffroi.returns.reading.xlsx import read_xlsx

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Members = Mapping[str, zipfile.ZipInfo]


def read_workbook(source: Path | bytes, name: str = "") -> Workbook:
    """The sheets of a file, or of its content: all but the one that Beffroi puts first in the
    copies it gives back. Raises :class:`UnreadableFile`."""
    content = source if isinstance(source, bytes) else content_of(source)
    name = name or (source.name if isinstance(source, Path) else "Le fichier")
    tell("opening")
    _refuse_size(len(content), name)
    if not content.strip():
        raise UnreadableFile(f"{name} est vide : envoyez-le à nouveau.")
    if content.startswith(b"PK"):
        workbook = _zipped(content, name)
    elif content.startswith(_OLE):
        raise UnreadableFile(_why_not_ole(content, name))
    else:
        workbook = Workbook(name, [read_csv(content, name)])
    workbook = replace(workbook, sheets=[s for s in workbook.sheets if not is_front(s)])
    if not any(workbook.sheets_with_content()):
        raise UnreadableFile(f"{name} ne contient aucune cellule remplie : envoyez le bon fichier.")
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


def _refuse_size(size: int, name: str) -> None:
    if size > LIMITS.file_bytes:
        raise UnreadableFile(
            f"{name} pèse {size // 1_000_000} Mo, plus que les {LIMITS.file_bytes // 1_000_000} Mo "
            "acceptés : retirez-en les images, ou envoyez-le en plusieurs fichiers."
        )


def _why_not_ole(content: bytes, name: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return f"{name} est protégé par un mot de passe : enregistrez-le sans protection."
    return (
        f"{name} est à l'ancien format de Microsoft Office (.xls, .doc…) : "
        "enregistrez-le en .xlsx ou en .ods."
    )


def _zipped(content: bytes, name: str) -> Workbook:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = {info.filename: info for info in archive.infolist()}
        _refuse_bombs(members, name)
        if "xl/workbook.xml" in members:
            return read_xlsx(content, archive, name)
        if "content.xml" in members:
            _refuse_encrypted_ods(archive, members, name)
            return read_ods(archive, name)
    except UnreadableFile:
        raise
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    # A damaged archive makes the readers say anything, even a panic which is no Exception.
    except BaseException as error:
        raise UnreadableFile(
            f"{name} est abîmé ou incomplet : ouvrez-le, enregistrez-le à nouveau en .xlsx ou en "
            ".ods, et renvoyez-le."
        ) from error
    raise UnreadableFile(_why_not_a_workbook(members, name))


def _why_not_a_workbook(members: Members, name: str) -> str:
    if "xl/workbook.bin" in members:
        return f"{name} est au format .xlsb : enregistrez-le en .xlsx."
    return f"{name} n'est pas un classeur : envoyez un .xlsx, un .ods ou un .csv."


def _refuse_bombs(members: Members, name: str) -> None:
    size = sum(info.file_size for info in members.values())
    packed = sum(info.compress_size for info in members.values()) or 1
    bloated = size > 50_000_000 and size / packed > LIMITS.compression
    if size > LIMITS.unzipped_bytes or bloated:
        raise UnreadableFile(
            f"{name} se déplie en {size // 1_000_000} Mo, plus que ce qui est accepté : "
            "supprimez les lignes et colonnes vides, et enregistrez-le à nouveau."
        )
    if any(info.flag_bits & 1 for info in members.values()):
        raise UnreadableFile(f"{name} est une archive chiffrée : envoyez le classeur lui-même.")


def _refuse_encrypted_ods(archive: zipfile.ZipFile, members: Members, name: str) -> None:
    manifest = "META-INF/manifest.xml"
    if manifest in members and b"encryption-data" in archive.read(manifest):
        raise UnreadableFile(
            f"{name} est protégé par un mot de passe : enregistrez-le sans protection."
        )
    if "mimetype" in members and b"spreadsheet" not in archive.read("mimetype"):
        raise UnreadableFile(
            f"{name} est un document, pas un classeur : envoyez un .xlsx, un .ods ou un .csv."
        )
