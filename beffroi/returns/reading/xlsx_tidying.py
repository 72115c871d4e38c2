"""XLSX files that are right and that calamine does not read: written again as it expects them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from xml.sax.saxutils import escape

_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_EXTENSIONS = re.compile(rb"<((?:\w+:)?extLst)\b.*?</\1>", re.DOTALL)
_MAIN_PART = re.compile(r"xl/(workbook\w*)\.xml")


def is_untidy(rows: bytes) -> bool:
    """Whether the rows of a sheet hold what calamine stumbles on, or drops without a word."""
    return b"<![CDATA[" in rows or b"extLst" in rows


def tidied(xml: bytes) -> bytes:
    """A sheet with its sections of plain text escaped, and its extensions left out."""
    plain = _CDATA.sub(lambda found: escape(found[1].decode()).encode(), xml)
    return _EXTENSIONS.sub(b"", plain)


def with_part(archive: zipfile.ZipFile, part: str, content: bytes) -> bytes:
    """The archive with another content for one of its parts."""
    return _written_again(archive, lambda name, own: (name, content if name == part else own))


def with_usual_names(archive: zipfile.ZipFile) -> bytes | None:
    """The archive with its parts where they usually are: ``xl/workbook.xml``, slashes forward.

    ``None`` where that would not make it an XLSX.
    """
    names = [name.replace("\\", "/") for name in archive.namelist()]
    main = next((found[1] for name in names if (found := _MAIN_PART.fullmatch(name))), None)
    if main is None:
        return None

    def usual(name: str, content: bytes) -> tuple[str, bytes]:
        plain = name.replace("\\", "/").replace(f"{main}.xml", "workbook.xml")
        if plain in {"[Content_Types].xml", "_rels/.rels"}:
            content = content.replace(f"{main}.xml".encode(), b"workbook.xml")
        return plain, content

    return _written_again(archive, usual)


def _written_again(
    archive: zipfile.ZipFile, change: Callable[[str, bytes], tuple[str, bytes]]
) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as written:
        for name in archive.namelist():
            written.writestr(*change(name, archive.read(name)))
    return content.getvalue()
