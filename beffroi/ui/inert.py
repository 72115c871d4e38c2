"""Text that a spreadsheet takes for text: what people wrote is never run by whoever opens a file.

Every export goes through here. A text that begins like a formula is written as text (XLSX, ODS) or
behind an apostrophe (CSV); a number stays a number, be it negative. In an ODS, a cell whose
``office:value-type`` is ``string`` and that has no ``table:formula`` is text whatever it says.
"""

from __future__ import annotations

import re

from openpyxl.cell import Cell

LONGEST_IN_XLSX = 32_767
"""Characters that a cell of an XLSX may hold."""

_BEGINS_A_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"[+\-−]?\d[\d\s]*(?:[.,]\d+)?(?:[eE][+\-]?\d+)?\s?[%€]?")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def begins_a_formula(text: str) -> bool:
    """Whether a spreadsheet might run the text: ``=1+1``, ``@SUM(A1)``, never ``-12,50``."""
    return bool(_BEGINS_A_FORMULA.match(text)) and not _NUMBER.fullmatch(text)


def for_csv(text: str) -> str:
    """The text of a CSV's cell, behind an apostrophe where it begins like a formula."""
    return f"'{text}" if begins_a_formula(text) else text


def for_xml(text: str) -> str:
    """The text without the characters that no XML may hold."""
    return _NOT_IN_XML.sub("", text)


def write_text(cell: Cell, text: str) -> None:
    """Write a text in a cell of an XLSX, to stay text even when somebody edits it."""
    cell.value = for_xml(text)[:LONGEST_IN_XLSX]
    if begins_a_formula(text):
        cell.data_type = "s"
        cell.quotePrefix = True
