"""Dates as people write them."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache

from beffroi.returns.reading.workbook import CellValue

_FRENCH = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})[/\-](\d{1,2})[/\-](\d{1,2})(?:[T ].*)?")
_EXCEL_EPOCH = datetime.date(1899, 12, 30)


def read_date(value: CellValue) -> datetime.date | None:
    """The date a cell holds; ``None`` when it holds something that is no date.

    Raises ``ValueError`` never; a blank is the caller's to tell.
    """
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, str):
        return _from_text(value.strip())
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 20_000 < value < 80_000:
        return _EXCEL_EPOCH + datetime.timedelta(days=int(value))
    return None


@lru_cache(maxsize=50_000)
def _from_text(text: str) -> datetime.date | None:
    try:
        if found := _FRENCH.fullmatch(text):
            day, month, year = (int(part) for part in found.groups())
            return datetime.date(year if year > 99 else 2000 + year, month, day)
        if found := _ISO.fullmatch(text):
            year, month, day = (int(part) for part in found.groups())
            return datetime.date(year, month, day)
    except ValueError:
        pass  # 31/02/2024 has the shape of a date and is none
    return None
