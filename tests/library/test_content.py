"""What a file is, by its content: names prove nothing, macros and scripts are refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from beffroi.library.content import NotADocument, media_type, picture_type

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20
ODT = "application/vnd.oasis.opendocument.text"


def archive(parts: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name, text in parts.items():
            opened.writestr(name, text)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n...", "application/pdf"),
        (b"\n\n%PDF-1.4 after blanks", "application/pdf"),
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (archive({"mimetype": ODT, "content.xml": "<x/>"}), ODT),
        (
            archive({"word/document.xml": "<x/>"}),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            archive({"ppt/presentation.xml": "<x/>"}),
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
    ],
)
def test_a_document_is_known_whatever_its_name(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "nom.exe"
    path.write_bytes(content)
    assert media_type(path) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00 a program",
        b"<html><script>alert(1)</script></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
        b"PK\x03\x04 cut short",
        archive({"anything.txt": "x"}),
        archive({"mimetype": "application/x-evil"}),
        archive({"word/document.xml": "<x/>", "word/vbaProject.bin": "macro"}),
        archive({f"{rank}.xml": "" for rank in range(5_001)} | {"word/document.xml": ""}),
    ],
)
def test_anything_else_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "rapport.pdf"
    path.write_bytes(content)
    with pytest.raises(NotADocument, match="convertissez"):
        media_type(path)


def test_a_picture_is_a_png_or_a_jpeg(tmp_path: Path) -> None:
    path = tmp_path / "image"
    path.write_bytes(PNG)
    assert picture_type(path) == "image/png"
    path.write_bytes(b"%PDF-1.7")
    with pytest.raises(NotADocument):
        picture_type(path)
