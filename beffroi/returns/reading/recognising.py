"""What a file is, told by its content and never by its name; and what to send where it is no table.

Only workbooks and tables are read. Whatever else people send by mistake is named for what it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import PurePath
from typing import Literal

from beffroi.returns.reading.findings import finding
from beffroi.returns.reading.lines import Finding
from beffroi.returns.reading.workbook import Format, UnreadableFile

Container = Literal["zip", "ole", "biff", "mht", "html", "spreadsheetml", "flat_ods", "text"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = re.compile(rb"\x09[\x00\x02\x04\x08][\x04-\x10]\x00")
"""The records of an old workbook without their container, as Excel wrote before 1993."""
_START = 4000

_OTHERS: Mapping[bytes, str] = {
    b"%PDF": "un document PDF",
    b"{\\rtf": "un document RTF",
    b"\x89PNG\r\n": "une image",
    b"\xff\xd8\xff": "une image",
    b"GIF8": "une image",
    b"II*\x00": "une image",
    b"MM\x00*": "une image",
    b"7z\xbc\xaf\x27\x1c": "une archive 7z",
    b"Rar!\x1a": "une archive RAR",
    b"\x1f\x8b": "une archive gzip",
    b"BZh9": "une archive bzip2",
    b"\xfd7zXZ\x00": "une archive xz",
    b"SQLite format 3\x00": "une base de données",
    b"\x00\x01\x00\x00Standard ": "une base Access",
    b"PAR1": "un fichier Parquet",
    b"\x7fELF": "un programme",
}
_HEADERS = r"(?:[\w-]+:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n)*"
"""Lines such as ``Subject: …``, which open a mail and a web page kept whole."""
_MAIL = re.compile(_HEADERS + r"(?:Received|Delivered-To|Return-Path|To):", re.IGNORECASE)
_MHT = re.compile(_HEADERS + r"MIME-Version:", re.IGNORECASE)
_JSON = re.compile(r"[\[{]\s*(?:[\[{]|\"[^\"]*\"\s*[:,])")
_BEFORE_ROOT = re.compile(
    r"(?:<!--.*?-->|<\?.*?\?>|<!doctype[^>\[]*(?:\[.*?\]\s*)?>|\s)*", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(r"<(?:\w+:)?(\w+)")
_ROOT_OF_HTML = re.compile(
    "html|head|meta|body|table|style|title|div|center|font|p|tr|link|form|span|h[1-6]|br|script"
    "|base|basefont|b|caption"
)

_SUFFIXES: Mapping[Format, Collection[str]] = {
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".xltm"),
    "ods": (".ods", ".ots"),
    "xls": (".xls", ".xlt"),
    "csv": (".csv", ".tsv", ".txt", ".tab"),
    "html": (".html", ".htm", ".mht", ".mhtml"),
    "xml": (".xml", ".fods"),
}
_CALLED: Mapping[Format, str] = {
    "xlsx": "un classeur XLSX",
    "ods": "un classeur ODS",
    "xls": "un classeur XLS",
    "csv": "un texte CSV",
    "html": "une page HTML",
    "xml": "un classeur XML",
}


def refused_as(what: str, name: str) -> UnreadableFile:
    """The refusal of what is no table: « un document PDF »."""
    return UnreadableFile(
        f"{name} est {what}, pas un classeur : envoyez un .xlsx, un .ods ou un .csv."
    )


def container_of(content: bytes, name: str) -> Container:
    """Which reader a file is for. Raises :class:`UnreadableFile` for what none of them takes."""
    if content.startswith(b"PK"):
        return "zip"
    if content.startswith(_OLE):
        return "ole"
    for mark, what in _OTHERS.items():
        if content.startswith(mark):
            raise refused_as(what, name)
    if _BIFF.match(content):
        return "biff"
    return _container_of_text(_start_of(content), name)


def _start_of(content: bytes) -> str:
    """The first characters, as far as they tell what the file is."""
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    return content[:_START].decode(encoding, errors="replace").lstrip("\ufeff \t\r\n")


def _container_of_text(start: str, name: str) -> Container:
    if _MAIL.match(start):
        raise refused_as("un message électronique", name)
    if _MHT.match(start):
        return "mht"
    if _JSON.match(start):
        raise refused_as("un fichier JSON", name)
    before = _BEFORE_ROOT.match(start)
    root = _ROOT.match(start, before.end() if before else 0)
    tag = root[1].lower() if root else ""
    if _ROOT_OF_HTML.fullmatch(tag):
        return "html"
    if tag == "workbook" and "urn:schemas-microsoft-com:office:spreadsheet" in start:
        return "spreadsheetml"
    if tag == "document" and "urn:oasis:names:tc:opendocument" in start:
        return "flat_ods"
    if start.startswith(("<?xml", "<!DOCTYPE", "<!doctype")):
        raise refused_as("un fichier XML", name)
    return "text"


def other_format(name: str, found: Format | None) -> list[Finding]:
    """What is said where the name's extension is not that of the content."""
    suffix = PurePath(name).suffix.lower()
    expected = [each for each, suffixes in _SUFFIXES.items() if suffix in suffixes]
    if found is None or not expected or found in expected:
        return []
    return [finding("1", "other_format", f"{suffix}, alors que c'est {_CALLED[found]}")]
