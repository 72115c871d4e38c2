"""What a column holds, told from its cells alone: headers may lie."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

from stdnum.fr import siren, siret

from beffroi.returns.reading.amounts import is_error, read_amount
from beffroi.returns.reading.dates import read_date
from beffroi.returns.reading.number_formats import PERCENT
from beffroi.returns.reading.workbook import CellValue
from beffroi.returns.reading.writings import reads_as_number, written

_Value = TypeVar("_Value")

BLANK, TEXT, NUMBER, DATE, SILENT_MARK, ERROR = "blank", "text", "number", "date", "silent", "error"

_PERCENT = re.compile(r"[-+]?[0-9 .,]+\s*%")
_YEARS = range(1900, 2100)
_MONTH = (
    r"(?:jan|ene|gen|feb|fev|fév|mar|mär|mrt|maa|apr|avr|abr|mai|may|mei|mag|maj|jun|jui|giu|jul|lug"
    r"|aug|aou|aoû|ago|sep|set|oct|okt|ott|out|nov|dec|déc|dez|dic)[^\W\d]*\.?"
)
_DATE_LIKE = re.compile(
    # « 1.1.2 » is a number of a plan, « 01.01.02 » or « 1/1/02 » a date.
    r"(?:\d{4}([/.\-])\d{1,2}\1\d{1,2}|\d{1,2}([/.\-])\d{1,2}\2\d{4}"
    r"|\d{2}\.\d{2}\.\d{2}|\d{1,2}([/\-])\d{1,2}\3\d{2})(?:\D.*)?"
    rf"|\d{{1,2}}(?:er|st|nd|rd|th)?\.?[ \-](?:de )?{_MONTH}[ \-,]+(?:de )?\d{{2,4}}.*"
    rf"|{_MONTH}[ \-]\d{{1,2}},? \d{{4}}|{_MONTH}[ \-]\d{{2,4}}"
    r"|\d{4}-\d{2}|(?:FY ?)?(?:19|20)\d{2}\s*[-/–]\s*(?:(?:19|20)?\d{2})|FY ?\d{2,4}",
    re.DOTALL | re.IGNORECASE,
)
_MOST_FORMATTED_RATE = 100
_LEADING_ZERO = re.compile(r"0[0-9]+")
_MANY_CODES = 20
_DIGITS = re.compile(r"[0-9]+")
_CODE_LIKE = re.compile(r"(?=.*[0-9])[\w.\-/#°+]{2,40}", re.UNICODE)


@lru_cache(maxsize=100_000)
def kind_of_text(text: str) -> str:
    """What a cell's text is: a number written in words, a date, a mark of silence, or a text."""
    bare = text.strip()
    if not bare:
        return BLANK
    if is_error(bare):
        return ERROR
    if reads_as_number(bare):
        return NUMBER
    if _DATE_LIKE.fullmatch(bare) or read_date(bare) is not None:
        return DATE
    if _PERCENT.fullmatch(bare):
        return NUMBER
    if read_amount(bare, "€").cents is None and not read_amount(bare, "€").fault:
        return SILENT_MARK
    return TEXT


def kind_of(value: CellValue) -> str:
    """What a cell holds."""
    if isinstance(value, str):
        return kind_of_text(value)
    if isinstance(value, bool):
        return TEXT
    if isinstance(value, (int, float)):
        return NUMBER
    return DATE


@dataclass(slots=True)
class Profile:
    """What the cells of a column are, over a sample of its rows.

    Shares are of the cells that say something; 0 where none does.
    """

    cells: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    numbers: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    percents: int = 0
    with_currency: Counter[str] = field(default_factory=Counter)
    in_words: int = 0
    format: str = ""
    """What the number format shows beside the numbers: a unit, ``%``, ``¤`` (a currency)."""

    @property
    def filled(self) -> int:
        """How many cells say something."""
        return sum(self.kinds.values()) - self.kinds[BLANK]

    def share(self, kind: str) -> float:
        """The share of a kind among the cells that say something, silent marks left out."""
        said = self.filled - self.kinds[SILENT_MARK] - self.kinds[ERROR]
        return self.kinds[kind] / said if said else 0.0

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers, but for a few cells."""
        return self.share(NUMBER) >= 0.7 and bool(self.numbers)

    @property
    def is_date(self) -> bool:
        """Whether it holds dates."""
        return self.share(DATE) >= 0.6

    @property
    def is_text(self) -> bool:
        """Whether it holds texts."""
        return not self.is_number and not self.is_date and self.filled > 0

    @property
    def is_typed_in_words(self) -> bool:
        """Whether its dates are texts, that may be codes: « 2023-01 »."""
        return len(self.texts) >= self.kinds[DATE]

    # Numbers that are no amounts

    @property
    def whole(self) -> float:
        """The share of whole numbers."""
        return _share(self.numbers, lambda number: number == int(number))

    @property
    def rounded(self) -> float:
        """The share of numbers that are multiples of ten."""
        return _share(self.numbers, lambda number: number % 10 == 0)

    @property
    def is_years(self) -> bool:
        """Whether its numbers are years, and not amounts of about 2,000."""
        if (
            not self.numbers
            or _share(self.numbers, lambda n: n == int(n) and int(n) in _YEARS) < 0.95
        ):
            return False
        distinct = {int(number) for number in self.numbers}
        odd = [number for number in distinct if number % 50]
        return bool(odd) and all(1980 <= number <= 2060 for number in distinct)

    @property
    def is_siret(self) -> bool:
        """Whether it holds SIRET or SIREN numbers, by their length and key."""
        return self._valid(14, siret.is_valid) or self._valid(9, siren.is_valid)

    def _valid(self, length: int, is_valid: Callable[[str], bool]) -> bool:
        said = [bare for text in self.texts if (bare := re.sub(r"\s", "", text))]
        said += [str(int(n)) for n in self.numbers if n == int(n) and abs(n) < 1e15]
        right = [
            each
            for each in said
            if length - 1 <= len(each) <= length
            and each.isdecimal()
            and is_valid(each.zfill(length))
        ]
        return bool(said) and len(right) >= 0.6 * len(said)

    @property
    def is_percent(self) -> bool:
        """Whether its cells bear a percent sign, or show one."""
        return self.percents > 0.5 * max(self.kinds[NUMBER], 1) or (
            self.format == PERCENT and self.median <= _MOST_FORMATTED_RATE
        )

    @property
    def is_fraction(self) -> bool:
        """Whether its numbers lie between 0 and 1 (or 100 %), as rates do."""
        return bool(self.numbers) and _share(self.numbers, lambda n: 0 <= n <= 1.0001) >= 0.95

    @property
    def is_sequence(self) -> bool:
        """Whether it numbers the rows."""
        steps = [b - a for a, b in zip(self.numbers, self.numbers[1:], strict=False)]
        return (
            len(steps) >= 3
            and self.numbers[0] in {0, 1}
            and _share(steps, lambda step: step == 1) >= 0.9
        )

    @property
    def is_code(self) -> bool:
        """Whether its numbers are codes: leading zeros, or whole numbers all of one long length."""
        zeros = sum(1 for text in self.texts if _LEADING_ZERO.fullmatch(text.strip()))
        digits = sum(1 for text in self.texts if _DIGITS.fullmatch(text.strip()))
        if zeros and zeros >= 0.02 * max(digits, 1) and digits >= 0.7 * max(len(self.texts), 1):
            return True
        if self.whole < 1 or len(self.numbers) < 5:
            return False
        lengths = Counter(len(str(abs(int(number)))) for number in self.numbers)
        length, times = lengths.most_common(1)[0]
        if length < 7 or times < 0.98 * len(self.numbers) or self.rounded >= 0.3:
            return False
        # A few amounts may be of one length by chance, and be far apart.
        return length >= 9 or len(self.numbers) >= _MANY_CODES or self.lie_close

    @property
    def is_spelled_as_codes(self) -> bool:
        """Whether its numbers are texts all of one length: « 920.22706 »."""
        lengths = {len(text.strip()) for text in self.texts}
        return len(self.texts) > 1 and len(lengths) == 1 and not self.with_currency

    @property
    def is_outline(self) -> bool:
        """Whether its numbers are those of an outline, in their order: 1, 1.1, 1.2, 2, 2.1…"""
        parts = [int(number) for number in self.numbers]
        steps = [after - before for before, after in pairwise(parts)]
        return len(set(parts)) < len(parts) and _share(steps, lambda step: step >= 0) >= 0.95

    @property
    def lie_close(self) -> bool:
        """Whether its numbers are all of about one size, as those of a series are."""
        sizes = [abs(number) for number in self.numbers]
        return max(sizes) < 2 * min(sizes)

    @property
    def is_of_communes(self) -> bool:
        """Whether its numbers may be codes of communes (INSEE): four or five digits, not round."""
        within = _share(self.numbers, lambda n: n == int(n) and 1_001 <= n <= 98_999)
        return within >= 0.95 and self.rounded < 0.3

    @property
    def is_coordinate(self) -> bool:
        """Whether its numbers have the many decimals of coordinates."""
        return (
            bool(self.numbers)
            and _share(self.numbers, lambda n: abs(n) <= 180) >= 0.98
            and _share(self.numbers, lambda n: n != round(n, 3)) >= 0.7
        )

    @property
    def with_cents(self) -> float:
        """The share of numbers with cents."""
        return _share(self.numbers, lambda n: n != int(n) and abs(n - round(n, 2)) < 1e-6)

    @property
    def looks_granted(self) -> bool:
        """Whether its numbers are as people grant them: with cents, or large and round."""
        return self.with_cents >= 0.2 or (self.rounded >= 0.5 and self.median >= 100)

    @property
    def to_the_cent(self) -> bool:
        """Whether some numbers have two decimals: measures have one, or many."""
        return any(n != round(n, 1) and abs(n - round(n, 2)) < 1e-6 for n in self.numbers)

    @property
    def median(self) -> float:
        """The median of the numbers that are not zero, without their sign."""
        said = sorted(abs(number) for number in self.numbers if number)
        return said[len(said) // 2] if said else 0.0

    @property
    def shows_money(self) -> bool:
        """Whether its numbers bear a currency, or show one by their format."""
        return bool(self.with_currency) or self.format not in {"", PERCENT}

    @property
    def currency(self) -> str:
        """The currency that most of its cells bear beside their number."""
        return self.with_currency.most_common(1)[0][0] if self.with_currency else ""

    # Texts

    @property
    def distinct(self) -> float:
        """How many different texts, for one text."""
        return len(set(self.texts)) / len(self.texts) if self.texts else 0.0

    @property
    def length(self) -> float:
        """The mean length of its texts."""
        return sum(map(len, self.texts)) / len(self.texts) if self.texts else 0.0

    @property
    def looks_coded(self) -> float:
        """The share of texts that look like codes: no space, a digit."""
        return _share(self.texts, lambda text: _CODE_LIKE.fullmatch(text.strip()) is not None)


def profile_of(values: Iterable[CellValue]) -> Profile:
    """Take a column's cells in."""
    found = Profile()
    for value in values:
        found.cells += 1
        kind = kind_of(value)
        found.kinds[kind] += 1
        if isinstance(value, str):
            if kind == BLANK:
                continue
            found.texts.append(value)
            if kind == NUMBER:
                _take_number_in_words(found, value)
        elif kind == NUMBER:
            found.numbers.append(float(value))  # type: ignore[arg-type]
        elif isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
            continue
    return found


def _take_number_in_words(found: Profile, text: str) -> None:
    bare = text.strip()
    found.in_words += 1
    if bare.endswith("%"):
        found.percents += 1
        bare = bare[:-1]
    amount = written(bare)
    if amount.currency:
        found.with_currency[amount.currency] += 1
    unit = amount.currency or "€"
    read = read_amount(bare, unit)
    if read.cents is not None:
        found.numbers.append(read.cents / 100)
    elif (digits := re.sub(r"[^0-9]", "", bare)) and len(digits) < 16:
        found.numbers.append(float(digits))


def _share(values: Sequence[_Value], holds: Callable[[_Value], bool]) -> float:
    return sum(map(holds, values)) / len(values) if values else 0.0
