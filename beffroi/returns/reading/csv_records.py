"""The records of a CSV, quotes that open and never close included."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice

Record = list[str]

_SAMPLE = 60
_MOST_MENDED = 100
"""Beyond so many unclosed quotes, quotes mean nothing in the file."""


class Records(Iterator[Record]):
    """Record after record; ``unclosed`` gives those whose quote was taken for a character.

    A quote that never closes swallows the rows below it: it is seen at the end of the file, or
    where two lines that are each a whole row make one record. Raises :class:`csv.Error` for a cell
    too long to be one.
    """

    def __init__(self, text: str, separator: str) -> None:
        self.unclosed: list[tuple[int, str]] = []
        self._separator = separator
        self._lines = _Lines(text)
        self._breaks = _usual_breaks(text, separator)
        self._quotes_mean_nothing = False
        self._reader = self._new_reader()
        self._count = 0

    def __next__(self) -> Record:
        self._lines.taken.clear()
        try:
            record = next(self._reader)
        except csv.Error:
            if len(self._lines.taken) < 2:
                raise
            self._reader = self._new_reader()
            record = self._mended()
        else:
            if len(self._lines.taken) > 1 and self._has_swallowed():
                record = self._mended()
        self._count += 1
        return record

    def _new_reader(self) -> Iterator[Record]:
        if self._quotes_mean_nothing:
            return csv.reader(self._lines, delimiter=self._separator, quoting=csv.QUOTE_NONE)
        # A quote opens after a space too: « A1, "Halle, grande" ».
        return csv.reader(self._lines, delimiter=self._separator, skipinitialspace=True)

    def _has_swallowed(self) -> bool:
        if self._lines.is_over:
            return True
        first, second = self._lines.taken[:2]
        alone = next(csv.reader([second], delimiter=self._separator, skipinitialspace=True), [])
        is_whole_row = self._breaks in {len(alone) - 1, second.count(self._separator)}
        return is_whole_row and first.count(self._separator) >= self._breaks

    def _mended(self) -> Record:
        """The first line alone, its quotes being characters; the next ones are read again."""
        first, *others = self._lines.taken
        self._lines.give_back(others)
        plain = csv.reader([first], delimiter=self._separator, quoting=csv.QUOTE_NONE)
        self.unclosed.append((self._count, first.strip()))
        if len(self.unclosed) > _MOST_MENDED:
            self._quotes_mean_nothing = True
            self._reader = self._new_reader()
        return next(plain)


class _Lines(Iterator[str]):
    """The lines of a text; those ``taken`` for the record at hand can be given back."""

    def __init__(self, text: str) -> None:
        self.taken: list[str] = []
        self.is_over = False
        self._text = io.StringIO(text, newline="")
        self._given_back: list[str] = []

    def __next__(self) -> str:
        line = self._given_back.pop() if self._given_back else next(self._text, None)
        if line is None:
            self.is_over = True
            raise StopIteration
        self.taken.append(line)
        return line

    def give_back(self, lines: Sequence[str]) -> None:
        self.is_over = False
        self._given_back.extend(reversed(lines))


def _usual_breaks(text: str, separator: str) -> int:
    """How many separators most records of the sample have; one at least."""
    lines = islice(io.StringIO(text, newline=""), _SAMPLE)
    widths: Counter[int] = Counter()
    with suppress(csv.Error):
        widths.update(len(record) for record in csv.reader(lines, delimiter=separator))
    return max(widths, key=lambda width: (width > 1, widths[width], width), default=2) - 1 or 1


def unpacked(record: Sequence[str], separator: str) -> Record | None:
    """The cells of a record whose only cell holds a whole row; ``None`` for any other record."""
    if not record or separator not in record[0] or any(record[1:]):
        return None
    return next(csv.reader([record[0]], delimiter=separator))
