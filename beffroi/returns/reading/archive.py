"""Archives (XLSX, ODS): opened once they are known to be neither bombs nor traps.

Nothing is ever unpacked on a disk. Sizes are those that the archive declares, and no part is read
beyond what it declares.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence

from beffroi.returns.reading.recognising import refused_as
from beffroi.returns.reading.workbook import LIMITS, UnreadableFile

_SUSPECT_BYTES = 50_000_000
"""Below, an archive may be as packed as it likes."""
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 1
_USUAL_COMPRESSIONS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_OUT_OF_THE_ARCHIVE = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^\w:")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv")
_BY_MEMBER = {
    "word/document.xml": "un document Word",
    "ppt/presentation.xml": "une présentation PowerPoint",
    "xl/workbook.bin": "un classeur binaire (.xlsb)",
    "Index/Document.iwa": "un document d'Apple (Numbers, Pages ou Keynote)",
    "Index.zip": "un document d'Apple (Numbers, Pages ou Keynote)",
    "META-INF/MANIFEST.MF": "un programme",
}


def opened(content: bytes, name: str) -> zipfile.ZipFile:
    """The archive. Raises :class:`UnreadableFile` where it is a trap, BadZipFile where damaged."""
    _refuse_crowd(content, name)
    archive = zipfile.ZipFile(io.BytesIO(content))
    members = archive.infolist()
    _refuse_bomb(members, name)
    _refuse_traps(members, name)
    return archive


def refused_archive(archive: zipfile.ZipFile, name: str) -> UnreadableFile:
    """The refusal of an archive that is no workbook, named for what it is."""
    members = archive.namelist()
    workbooks = [member for member in members if member.lower().endswith(_WORKBOOKS)]
    for member, what in _BY_MEMBER.items():
        if member in members:
            return refused_as(what, name)
    if "mimetype" in members:
        return refused_as("un document de texte, de présentation ou de dessin", name)
    if workbooks:
        return UnreadableFile(
            f"{name} est une archive ZIP qui contient « {workbooks[0]} » : envoyez le classeur "
            "lui-même, sans archive."
        )
    return refused_as("une archive ZIP", name)


def _refuse_crowd(content: bytes, name: str) -> None:
    """Count the entries of the directory before it is read: each takes memory."""
    parts = content.count(_DIRECTORY_ENTRY)
    if parts > LIMITS.parts:
        raise UnreadableFile(
            f"{name} est fait de {parts} parties, plus que les {LIMITS.parts} acceptées : "
            "retirez-en les images, ou enregistrez les feuilles utiles dans un autre classeur."
        )


def _refuse_bomb(members: Sequence[zipfile.ZipInfo], name: str) -> None:
    size = sum(info.file_size for info in members)
    packed = sum(info.compress_size for info in members) or 1
    bloated = size > _SUSPECT_BYTES and size / packed > LIMITS.compression
    if size > LIMITS.unzipped_bytes or bloated:
        raise UnreadableFile(
            f"{name} se déplie en {size // 1_000_000} Mo, plus que ce qui est accepté : "
            "supprimez les lignes et colonnes vides, et enregistrez-le à nouveau."
        )


def _refuse_traps(members: Sequence[zipfile.ZipInfo], name: str) -> None:
    if any(info.flag_bits & _ENCRYPTED for info in members):
        raise UnreadableFile(f"{name} est une archive chiffrée : envoyez le classeur lui-même.")
    if any(_OUT_OF_THE_ARCHIVE.search(info.filename) for info in members):
        raise _trap(name, "nomme des fichiers hors de l'archive")
    if any(info.compress_type not in _USUAL_COMPRESSIONS for info in members):
        raise _trap(name, "est compressé d'une façon qu'aucun tableur n'emploie")
    if len({info.filename for info in members}) < len(members):
        raise _trap(name, "contient deux parties du même nom")
    end = 0
    for info in sorted(members, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise _trap(name, "contient des parties qui se recouvrent")
        end = info.header_offset + info.compress_size


def _trap(name: str, why: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name} {why}, ce qui n'est pas accepté : ouvrez-le dans un tableur et enregistrez-le à "
        "nouveau."
    )
