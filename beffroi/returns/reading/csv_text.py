"""CSV files: the encoding and the separator are found."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from beffroi.returns.reading.workbook import Row, Sheet, UnreadableFile, refuse_oversize

_SEPARATORS = ";\t,|"
_SAMPLE = 60
"""How many records are looked at to find the separator."""


def read_csv(content: bytes, name: str) -> Sheet:
    """The only sheet of a CSV; its rows are records, quoted line breaks included."""
    text = _decoded(content)
    if "\0" in text or text.startswith(("%PDF", "{\\rtf")) or _is_markup(text):
        raise UnreadableFile(
            f"{name} n'est pas un classeur : envoyez un .xlsx, un .ods ou un .csv."
        )
    try:
        separator = max(_SEPARATORS, key=lambda sign: _tabularity(text, sign))
        if not _tabularity(text, separator):
            raise UnreadableFile(
                f"{name} n'est pas un tableau : aucun séparateur n'y revient de ligne en ligne "
                "(point-virgule, tabulation, virgule) ; envoyez un .xlsx, un .ods ou un .csv."
            )
        rows = [_without_blank_end(record) for record in _records(text, separator)]
    except csv.Error:
        raise UnreadableFile(
            f"{name} n'est pas un CSV lisible : enregistrez-le en .xlsx et renvoyez-le."
        ) from None
    refuse_oversize(name, "", len(rows), max(map(len, rows), default=0))
    return Sheet("", rows)


def _records(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _tabularity(text: str, separator: str) -> float:
    """How much the records have one same width beyond one: the separator is the sign that wins."""
    records = list(islice(_records(text, separator), _SAMPLE))
    widths = Counter(len(record) for record in records if any(record))
    if not widths:
        return 0.0
    width, times = widths.most_common(1)[0]
    return (width - 1) * times / widths.total()


def _without_blank_end(record: Sequence[str]) -> Row:
    end = len(record)
    while end and not record[end - 1].strip():
        end -= 1
    return record[:end]


def _decoded(content: bytes) -> str:
    """UTF-8 where the bytes are; else cp1252, line by line, even behind a lying byte-order mark."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    bare = content.removeprefix(b"\xef\xbb\xbf")
    try:
        return bare.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(map(_decoded_line, bare.splitlines(keepends=True)))


def _decoded_line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _is_markup(text: str) -> bool:
    start = text.lstrip()[:200].lower()
    return start.startswith(("<!doctype", "<html", "<?xml", "<table", "<head", "<meta"))
