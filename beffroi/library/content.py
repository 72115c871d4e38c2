"""What a file is, by its content: its name and what a browser says of it prove nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path

PDF = "application/pdf"
PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_OFFICE = "application/vnd.openxmlformats-officedocument"
#: What an Office file holds, by the part that only its kind has.
OFFICE_PARTS = {
    "word/document.xml": f"{_OFFICE}.wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}.spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OFFICE}.presentationml.presentation",
}
#: What an OpenDocument file says of itself in its first part.
OPEN_DOCUMENTS = {
    f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "spreadsheet", "presentation")
}
MOST_PARTS = 5_000
LONGEST_TYPE = 100


class NotADocument(Exception):
    """The file is none of those that are kept: one sentence says which are."""


def media_type(path: Path) -> str:
    """The media type of a document, by its content. Raises :class:`NotADocument`."""
    found = _of_beginning(path) or _of_archive(path)
    if found is None:
        raise NotADocument(
            "Ce fichier n'est ni un PDF, ni un document de bureau (DOCX, XLSX, PPTX, ODT, ODS, "
            "ODP), ni une image PNG ou JPEG : convertissez-le, puis renvoyez-le."
        )
    return found


def picture_type(path: Path) -> str:
    """The media type of a picture, by its content. Raises :class:`NotADocument`."""
    found = _of_beginning(path)
    if found not in PICTURES.values():
        raise NotADocument("L'image doit être un PNG ou un JPEG : convertissez-la.")
    return str(found)


def _of_beginning(path: Path) -> str | None:
    with path.open("rb") as content:
        beginning = content.read(1024)
    if b"%PDF-" in beginning:
        return PDF
    return next((kind for mark, kind in PICTURES.items() if beginning.startswith(mark)), None)


def _of_archive(path: Path) -> str | None:
    """Macros are refused with the rest: a document that is read needs none."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if len(names) > MOST_PARTS or any("vbaproject" in name.lower() for name in names):
                return None
            said = _said(archive) if "mimetype" in names else ""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return None
    if said in OPEN_DOCUMENTS:
        return said
    return next((kind for part, kind in OFFICE_PARTS.items() if part in names), None)


def _said(archive: zipfile.ZipFile) -> str:
    with archive.open("mimetype") as part:
        return part.read(LONGEST_TYPE).decode("ascii", "replace").strip()
