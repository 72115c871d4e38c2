"""What number formats show beside a number: a unit, a percent sign, some currency or other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from beffroi.returns.reading.units import UNITS, Unit, currency_of, stated_unit
from beffroi.returns.reading.xlsx_attributes import attributes_of

PERCENT = "%"
SOME_CURRENCY = "¤"
"""The currency of whoever opens the workbook: money, in an unknown unit."""

_BUILT_IN = {
    **dict.fromkeys((9, 10), PERCENT),
    **dict.fromkeys((5, 6, 7, 8, 42, 44), SOME_CURRENCY),
}
_NOT_SHOWN = re.compile(r"_.|\*.")
_ESCAPED = re.compile(r"\\(.)")
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[0-9A-Fa-f]+)?\]")
_CONDITION = re.compile(r"\[[^\]]*\]")
_DIGITS = re.compile(r"[0#?][0#?.,\s]*")
_IN_THOUSANDS = re.compile(r"[0#?](,+)(?![0#?,])")
_FORMATS = re.compile(rb"<(?:\w+:)?numFmt\s([^>]*)>")
_CELL_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs[\s>].*?</(?:\w+:)?cellXfs>", re.DOTALL)
_CELL_FORMAT = re.compile(rb"<(?:\w+:)?xf\s([^>]*)>")
_USUAL = 0.6


def shown_by(code: str) -> str:
    """What a format code shows: a unit's name, :data:`PERCENT`, or nothing (empty).

    A scale that the format itself divides by (``0,``) is that of what is shown, not of the value:
    ``#,##0, "k€"`` shows in thousands a number of euros.
    """
    positive = code.split(";", maxsplit=1)[0]
    plain = _CURRENCY.sub(lambda found: f" {found[1]} ", _NOT_SHOWN.sub("", positive))
    plain = _ESCAPED.sub(r"\1", _CONDITION.sub("", plain)).replace('"', "")
    if PERCENT in plain:
        return PERCENT
    unit = stated_unit(_DIGITS.sub(" ", plain))
    if not unit:
        return ""
    commas = _IN_THOUSANDS.search(positive)
    factor = UNITS[unit] // 1000 ** (len(commas[1]) if commas else 0)
    return Unit(currency_of(unit), factor).name if factor else Unit(currency_of(unit), 1).name


def shown_by_styles(styles: bytes) -> Sequence[str]:
    """What each cell style of an XLSX shows, from its ``styles.xml``."""
    codes = {
        int(about["numFmtId"]): about.get("formatCode", "")
        for found in _FORMATS.findall(styles)
        if (about := attributes_of(found)).get("numFmtId", "").isdecimal()
    }
    cells = _CELL_FORMATS.search(styles)
    numbers = [
        int(attributes_of(found).get("numFmtId", "0") or 0)
        for found in _CELL_FORMAT.findall(cells[0] if cells else b"")
    ]
    return [
        shown_by(codes[number]) if number in codes else _BUILT_IN.get(number, "")
        for number in numbers
    ]


def usual_formats(shown: Iterable[tuple[int, str]]) -> Mapping[int, str]:
    """By column, what the formats of most of its numbers show, where they show anything."""
    counts: dict[int, Counter[str]] = {}
    for column, what in shown:
        counts.setdefault(column, Counter())[what] += 1
    usual = {column: count.most_common(1)[0] for column, count in counts.items()}
    return {
        column: what
        for column, (what, times) in usual.items()
        if what and times >= _USUAL * counts[column].total()
    }
