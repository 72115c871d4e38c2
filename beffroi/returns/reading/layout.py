"""Layouts: how a partner's workbook is read, as data, and recognised by the shape of its sheets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from beffroi.returns.reading.workbook import CellValue, Sheet, UnreadableFile, Workbook

FOLDER = Path(__file__).resolve().parent.parent / "layouts"
DEEPEST_HEADER = 40
"""How far down a sheet its header is looked for, in rows."""

YEAR = "year"
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_IN_BRACKETS = re.compile(r"\s*\([^)]*\)")


@dataclass(frozen=True, slots=True)
class AmountRule:
    """Which columns give which amounts: by their header, or by years under a group header."""

    headers: frozenset[str]
    by_year: bool
    under: frozenset[str]
    stage: str
    funder: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """How one kind of workbook is read."""

    name: str
    title: str
    source: str
    nature: str
    unit: str
    columns: Mapping[str, frozenset[str]]
    required: frozenset[str]
    amounts: tuple[AmountRule, ...]
    unused: Mapping[str, str]
    zero_of_others_is_silence: bool


@dataclass(frozen=True, slots=True)
class AmountColumn:
    """A column of amounts found in a sheet."""

    column: int
    stage: str
    funder: str
    year: int | None


@dataclass(frozen=True, slots=True)
class Fit:
    """A layout laid on a sheet: where its header ends, and what each column is."""

    layout: Layout
    sheet: Sheet
    header_row: int
    columns: Mapping[str, int]
    amounts: tuple[AmountColumn, ...]
    unused: Mapping[int, str]
    unit: str

    @property
    def strength(self) -> int:
        """How many columns it explains."""
        return len(self.columns) + len(self.amounts) + len(self.unused)


@lru_cache(maxsize=10_000)
def words(text: str) -> str:
    """A header as it is compared: no case, accents, punctuation or line breaks."""
    letters = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("€", "eur"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _NOT_WORDS.sub(" ", plain).strip()


@cache
def layouts() -> Mapping[str, Layout]:
    """The layouts that the project carries, by name."""
    return {
        path.stem: layout_from(path.stem, yaml.safe_load(path.read_text(encoding="utf-8")))
        for path in sorted(FOLDER.glob("*.yaml"))
    }


def layout_from(name: str, data: Mapping[str, Any]) -> Layout:
    """A layout as its file describes it."""

    def spelled(headers: Sequence[str]) -> frozenset[str]:
        return frozenset(words(header) for header in headers)

    return Layout(
        name=name,
        title=data["title"],
        source=data["source"],
        nature=data.get("nature", "contractual"),
        unit=data["unit"],
        columns={meaning: spelled(headers) for meaning, headers in data["columns"].items()},
        required=frozenset(data["required"]),
        amounts=tuple(
            AmountRule(
                headers=frozenset() if rule["header"] == YEAR else spelled(rule["header"]),
                by_year=rule["header"] == YEAR,
                under=spelled(rule.get("under", [])),
                stage=rule["stage"],
                funder=rule["funder"],
                optional=rule.get("optional", False),
            )
            for rule in data["amounts"]
        ),
        unused={
            header: rule["why"]
            for rule in data.get("unused", ())
            for header in spelled(rule["header"])
        },
        zero_of_others_is_silence=data.get("zero_of_others_is_silence", False),
    )


def fits(workbook: Workbook, name: str | None, file: str) -> list[Fit]:
    """The one layout that the workbook has the shape of, laid on each of its data sheets.

    ``name`` imposes a layout. Raises :class:`UnreadableFile` when none fits, or several alike.
    """
    known = layouts()
    if name is not None and name not in known:
        raise UnreadableFile(
            f"La mise en page « {name} » est inconnue : écrivez l'une de {', '.join(known)}."
        )
    candidates = [known[name]] if name else list(known.values())
    found = {layout.name: _fits_of(layout, workbook) for layout in candidates}
    strengths = {name: max(f.strength for f in fit) for name, fit in found.items() if fit}
    if not strengths:
        form = f"la forme de la mise en page « {name} »" if name else "une forme connue"
        raise UnreadableFile(
            f"{file} n'a pas {form} : vérifiez les en-têtes de ses colonnes, ou décrivez-le par "
            "une nouvelle mise en page."
        )
    best = max(strengths.values())
    equals = [name for name, strength in strengths.items() if strength == best]
    if len(equals) > 1:
        raise UnreadableFile(
            f"{file} a la forme de plusieurs mises en page ({', '.join(equals)}) : "
            "nommez la bonne avec --layout."
        )
    return found[equals[0]]


def _fits_of(layout: Layout, workbook: Workbook) -> list[Fit]:
    fitted = (_fit(layout, sheet) for sheet in workbook.data_sheets())
    return [fit for fit in fitted if fit is not None]


def _fit(layout: Layout, sheet: Sheet) -> Fit | None:
    """The first row under which every required column is found."""
    for row in range(min(DEEPEST_HEADER, len(sheet.rows))):
        headers = [_header_words(value) for value in sheet.rows[row]]
        columns = _columns(layout, headers)
        if not layout.required <= columns.keys():
            continue
        amounts = _amount_columns(layout, sheet, row, headers)
        if amounts is None:
            continue
        unused = {at: layout.unused[w] for at, w in enumerate(headers) if w in layout.unused}
        unit = _stated_unit(sheet, row) or layout.unit
        return Fit(layout, sheet, row, columns, amounts, unused, unit)
    return None


def _header_words(value: CellValue) -> str:
    """A header's words, without a unit in brackets; a year stays a year."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if not isinstance(value, str):
        return str(value) if isinstance(value, int) else ""
    if "(" not in value:
        return words(value)
    return f"{words(value)}|{words(_IN_BRACKETS.sub('', value))}"


def _is_one_of(header: str, wanted: frozenset[str]) -> bool:
    return any(form in wanted for form in header.split("|"))


def _columns(layout: Layout, headers: Sequence[str]) -> dict[str, int]:
    """The first column that bears one of the headers of each meaning."""
    found: dict[str, int] = {}
    for meaning, wanted in layout.columns.items():
        at = next((i for i, h in enumerate(headers) if h and _is_one_of(h, wanted)), None)
        if at is not None:
            found[meaning] = at
    return found


def _amount_columns(
    layout: Layout, sheet: Sheet, row: int, headers: Sequence[str]
) -> tuple[AmountColumn, ...] | None:
    groups = _groups(sheet, row, len(headers))
    found: list[AmountColumn] = []
    for rule in layout.amounts:
        matching = [
            AmountColumn(at, rule.stage, rule.funder, int(h) if rule.by_year else None)
            for at, h in enumerate(headers)
            if _gives(rule, h, groups[at])
        ]
        if not matching and not rule.optional:
            return None
        found += matching if rule.by_year else matching[:1]
    return tuple(found)


def _gives(rule: AmountRule, header: str, group: str) -> bool:
    if rule.by_year:
        return _is_year(header) and group in rule.under
    return bool(header) and _is_one_of(header, rule.headers)


def _groups(sheet: Sheet, row: int, width: int) -> list[str]:
    """The group header above each column: a merged label stands for the columns on its right."""
    current, groups = "", []
    for column in range(width):
        above = words(str(sheet.at(row - 1, column))) if row else ""
        current = above or current
        groups.append(current)
    return groups


def _is_year(header: str) -> bool:
    return len(header) == 4 and header.isdecimal() and 1980 <= int(header) <= 2100


_UNIT_WORDS = (
    (re.compile(r"\b(?:en )?(?:milliers d euros|k eur|keur)\b"), "k€"),
    (re.compile(r"\b(?:en )?(?:millions d euros|m eur|meur)\b"), "M€"),
    (re.compile(r"\ben euros\b"), "€"),
)


def _stated_unit(sheet: Sheet, header_row: int) -> str | None:
    """The unit said above the header or in it: « en milliers d'euros », « (k€) »."""
    for row in sheet.rows[: header_row + 1]:
        for value in row:
            if isinstance(value, str):
                for pattern, unit in _UNIT_WORDS:
                    if pattern.search(words(value)):
                        return unit
    return None
