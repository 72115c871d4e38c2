"""Dates as people write them."""

from __future__ import annotations

import datetime
import re
import unicodedata
from functools import lru_cache

from beffroi.returns.reading.workbook import CellValue

_MONTHS = {
    month: number
    for number, months in enumerate(
        (
            ("janvier", "janv"),
            ("fevrier", "fevr", "fev"),
            ("mars",),
            ("avril", "avr"),
            ("mai",),
            ("juin",),
            ("juillet", "juil"),
            ("aout",),
            ("septembre", "sept"),
            ("octobre", "oct"),
            ("novembre", "nov"),
            ("decembre", "dec"),
        ),
        start=1,
    )
    for month in months
}
_FRENCH = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})(?: \d.*)?")
_ISO = re.compile(r"(\d{4})[/\-](\d{1,2})[/\-](\d{1,2})(?:[t ].*)?")
_IN_WORDS = re.compile(r"(?:[a-z]+ )?(?:le )?(\d{1,2})(?:er)?[ \-]([a-z]+)\.?[ \-](\d{4})")
_AS_OF = re.compile(r"\bau\s+(\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}|\d{1,2}(?:er)?\s\w+\s\d{4})\b")
_EXCEL_EPOCH = datetime.date(1899, 12, 30)
_EXCEL_DAYS = (20_000, 80_000)


def read_date(value: CellValue) -> datetime.date | None:
    """The date a cell holds; ``None`` where it is blank, or holds something that is no date."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, (int, float)) and _EXCEL_DAYS[0] <= value < _EXCEL_DAYS[1]:
        return _EXCEL_EPOCH + datetime.timedelta(days=int(value))
    return None


def dates_stated(text: str) -> list[datetime.date]:
    """The dates at which a title says it stands: « Situation arrêtée au 31/12/2024 »."""
    found = (_from_text(each) for each in _AS_OF.findall(text))
    return [date for date in found if date is not None]


@lru_cache(maxsize=50_000)
def _from_text(text: str) -> datetime.date | None:
    plain = unicodedata.normalize("NFKD", text.strip().lower())
    written = "".join(letter for letter in plain if not unicodedata.combining(letter))
    try:
        if found := _FRENCH.fullmatch(written):
            day, month, year = (int(part) for part in found.groups())
            return datetime.date(year if year > 99 else 2000 + year, month, day)
        if found := _ISO.fullmatch(written):
            year, month, day = (int(part) for part in found.groups())
            return datetime.date(year, month, day)
        if (found := _IN_WORDS.fullmatch(written)) and found[2] in _MONTHS:
            return datetime.date(int(found[3]), _MONTHS[found[2]], int(found[1]))
    except ValueError:
        pass  # 31/02/2024 has the shape of a date and is none
    return None
