"""CSV files: the separator is found, and records that were badly written are read all the same."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from beffroi.returns.reading.csv_decimals import glue_decimals
from beffroi.returns.reading.csv_records import Record, Records, unpacked
from beffroi.returns.reading.decoding import decoded
from beffroi.returns.reading.findings import finding
from beffroi.returns.reading.lines import Finding
from beffroi.returns.reading.progress import ROWS_BETWEEN, tell
from beffroi.returns.reading.recognising import refused_as
from beffroi.returns.reading.workbook import (
    LIMITS,
    Sheet,
    UnreadableFile,
    Workbook,
    refuse_oversize,
    too_long_a_cell,
)

_SEPARATORS = ";\t,|"
_SAMPLE = 60
"""How many records are looked at to find the separator and the header."""
_TABLE_SHARE = 0.25
"""The least share of the records looked at that the rows of a table make."""
_STATED_SEPARATOR = re.compile(r'\s*"?sep=([;,\t|])"?[ ]*(?:\r\n|\r|\n)', re.IGNORECASE)
_LOST_SPACES = re.compile(r"[-+]?\d{1,3}(?:\?\d{3})+(?:[.,]\d+)?[\s?]*(?:[kM]?€)?")
_LETTER_OR_YEAR = re.compile(r"[^\W\d_]|(?:19|20)\d\d")


def read_csv(content: bytes, name: str) -> Workbook:
    """The only sheet of a CSV; its rows are records, quoted line breaks included."""
    text, findings = decoded(content)
    if "\0" in text:
        raise refused_as("un fichier binaire", name)
    text, separator = _separated(text)
    separator = separator or _separator_of(text)
    if not separator:
        raise UnreadableFile(_why_no_table(text, name))
    table = _Table(name, separator)
    try:
        table.read(text)
    except csv.Error:
        raise UnreadableFile(
            f"{name} n'est pas un CSV lisible : enregistrez-le en .xlsx et renvoyez-le."
        ) from None
    table.mend()
    return Workbook(name, [Sheet("", table.rows)], "csv", [*findings, *table.findings])


def _why_no_table(text: str, name: str) -> str:
    if any(len(line) > LIMITS.cell_characters for line in text.split("\n")):
        return too_long_a_cell(name)
    return (
        f"{name} n'est pas un tableau : aucun séparateur n'y revient de ligne en ligne "
        "(point-virgule, tabulation, virgule) ; envoyez un .xlsx, un .ods ou un .csv."
    )


def _separated(text: str) -> tuple[str, str]:
    """The text without the line by which Excel is told of the separator, and that separator."""
    stated = _STATED_SEPARATOR.match(text)
    return (text[stated.end() :], stated[1]) if stated else (text, "")


def _separator_of(text: str) -> str:
    """The sign that cuts records into one same width; empty where none does."""
    scores = {separator: _tabularity(text, separator) for separator in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda separator: scores[separator])
    return best if scores[best] else ""


def _tabularity(text: str, separator: str) -> float:
    """How much the records have one same width beyond one, and a header of that width."""
    try:
        sample = [
            _trimmed(unpacked(record, separator) or record)
            for record in islice(Records(text, separator), _SAMPLE)
        ]
    except csv.Error:
        return 0.0
    widths = Counter(len(record) for record in sample if record)
    # Titles above a table, or notes below, are records of one cell.
    rows = widths.total() - widths[1]
    if rows < max(min(2, widths.total()), widths.total() * _TABLE_SHARE):
        return 0.0
    usual = _usual(list(widths.elements()))
    score = (usual - 1) * widths[usual] / widths.total()
    has_header = any(len(record) == usual and _is_header(record) for record in sample)
    return score if has_header else score / 2


def _is_header(record: Sequence[str]) -> bool:
    """Whether every cell that says something has a letter, or is a year."""
    said = [cell for cell in record if cell.strip()]
    return len(said) > 1 and all(_LETTER_OR_YEAR.search(cell) for cell in said)


def _trimmed(record: Record) -> Record:
    """The record without the blanks at its end."""
    end = len(record)
    while end and not record[end - 1].strip():
        end -= 1
    return record[:end]


def _plain(cell: str) -> str:
    """The text of a cell written as a formula so that Excel keeps its noughts: ``="0123"``."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') and len(cell) > 2 else cell


@dataclass(slots=True)
class _Table:
    """The records of a CSV being read, then mended.

    ``widths`` counts the cells of each record, with the blank ones at its end, which ``rows`` leave
    out.
    """

    name: str
    separator: str
    rows: list[Record] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def read(self, text: str) -> None:
        records = Records(text, self.separator)
        widest = 0
        for record in records:
            row = [_plain(cell) for cell in _trimmed(record)]
            self.rows.append(row)
            self.widths.append(len(record))
            widest = max(widest, len(row))
            if not len(self.rows) % ROWS_BETWEEN:
                tell("reading", len(self.rows))
                refuse_oversize(self.name, "", len(self.rows), widest)
        refuse_oversize(self.name, "", len(self.rows), widest)
        for number, line in records.unclosed:
            self.findings.append(finding(str(number + 1), "unclosed_quote", line))

    def mend(self) -> None:
        self._unpack_rows()
        self._restore_spaces()
        header = self._header()
        if header is not None and self.separator == ",":
            self._replace(glue_decimals(self.rows, self.widths, header), "decimal_commas")
        self._mention_long_rows(header)

    def _unpack_rows(self) -> None:
        """Rows that stand whole between quotes, as wide as the others once unpacked."""
        found = {
            at: inside
            for at, row in enumerate(self.rows)
            if len(row) == 1 and (inside := unpacked(row, self.separator))
        }
        if found:
            widths = [len(found.get(at, row)) for at, row in enumerate(self.rows)]
            usual = _usual(widths)
            wide = {at: row for at, row in found.items() if len(row) == usual}
            self._replace(wide, "quoted_rows")

    def _restore_spaces(self) -> None:
        """The thin spaces of « 1 234 567 », which an old encoding turns into question marks."""
        mended = {
            at: [
                cell.replace("?", "\u00a0") if _LOST_SPACES.fullmatch(cell) else cell
                for cell in row
            ]
            for at, row in enumerate(self.rows)
            if any("?" in cell and _LOST_SPACES.fullmatch(cell) for cell in row)
        }
        self._replace(mended, "lost_spaces")

    def _header(self) -> int | None:
        """The first row of names at the top that is about as wide as the table."""
        half = _usual(self.widths) / 2
        top = enumerate(self.rows[:_SAMPLE])
        return next((at for at, row in top if len(row) >= half and _is_header(row)), None)

    def _replace(self, mended: dict[int, Record], kind: str) -> None:
        for at, row in mended.items():
            self.widths[at] += len(row) - len(self.rows[at])
            self.rows[at] = _trimmed(row)
        if mended:
            self.findings.append(finding(str(min(mended) + 1), kind, len(mended)))

    def _mention_long_rows(self, header: int | None) -> None:
        usual = _usual(self.widths)
        if header is not None:
            usual = max(usual, self.widths[header])
        long = [at for at, row in enumerate(self.rows) if len(row) > usual]
        if long:
            self.findings.append(finding(str(long[0] + 1), "long_rows", len(long)))


def _usual(widths: Sequence[int]) -> int:
    """The width that most records have; that of titles, one cell, only where all do."""
    counts = Counter(widths)
    return max(counts, key=lambda width: (width > 1, counts[width]), default=0)
