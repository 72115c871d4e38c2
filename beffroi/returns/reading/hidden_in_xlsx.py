"""What calamine does not tell of an XLSX: error cells and formulas without value (both come out
blank), hidden columns. A light pass over the XML, only where there may be something to find."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from posixpath import join, normpath

from beffroi.returns.reading.workbook import Sheet, column_number

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")
_CELL = re.compile(
    rb"<(?:\w+:)?c\s(?P<attributes>[^>]*?)(?:/>|>(?P<inside>.*?)</(?:\w+:)?c>)", re.DOTALL
)
_SUSPECT = re.compile(rb't="e"|<(?:\w+:)?f[\s>/]')
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>(.*?)</(?:\w+:)?f>)", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>(.+?)</(?:\w+:)?v>", re.DOTALL)


def complete(archive: zipfile.ZipFile, sheets: list[Sheet]) -> None:
    """Add to each sheet its faults and hidden columns."""
    members = dict(_sheet_members(archive))
    for sheet in sheets:
        member = members.get(sheet.name)
        if member is None or member not in archive.namelist():
            continue
        xml = archive.read(member)
        sheet.hidden_columns = frozenset(_hidden_columns(xml))
        if _SUSPECT.search(xml):
            sheet.faults = dict(_faults(xml))


def _sheet_members(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    targets = {}
    for found in _RELATIONSHIP.finditer(archive.read("xl/_rels/workbook.xml.rels")):
        attributes = dict(_ATTRIBUTE.findall(found[1]))
        target = attributes.get(b"Target", b"").decode()
        absolute = target.startswith("/")
        targets[attributes.get(b"Id")] = target[1:] if absolute else normpath(join("xl", target))
    for found in _SHEET.finditer(archive.read("xl/workbook.xml")):
        attributes = dict(_ATTRIBUTE.findall(found[1]))
        identifier = next((v for k, v in attributes.items() if k.endswith(b":id")), None)
        if identifier in targets:
            yield unescape(attributes[b"name"].decode()), targets[identifier]


def _hidden_columns(xml: bytes) -> Iterator[int]:
    for found in _COLUMN.finditer(xml):
        attributes = dict(_ATTRIBUTE.findall(found[1]))
        if attributes.get(b"hidden") in {b"1", b"true"}:
            last = min(int(attributes[b"max"]), 2000)
            yield from range(int(attributes[b"min"]) - 1, last)


def _faults(xml: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    for found in _CELL.finditer(xml):
        attributes, inside = found["attributes"], found["inside"] or b""
        is_error = b't="e"' in attributes
        formula = _FORMULA.search(inside)
        value = _VALUE.search(inside)
        if not is_error and (formula is None or value is not None or b"<is>" in inside):
            continue
        address = dict(_ATTRIBUTE.findall(attributes)).get(b"r", b"").decode()
        letters = address.rstrip("0123456789")
        if not letters or letters == address:
            continue
        shown = value[1] if is_error and value else b"=" + ((formula and formula[1]) or b"?")
        place = (int(address[len(letters) :]) - 1, column_number(letters))
        yield place, unescape(shown.decode(errors="replace"))
