"""Layouts: how each partner's workbook is read, as data files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from beffroi.returns.reading.headers import header_form
from beffroi.returns.reading.workbook import column_number

FOLDER = Path(__file__).resolve().parent.parent / "layouts"
MEANINGS = frozenset(
    {
        *("code", "title", "owner", "siret", "commune", "commune_name", "department"),
        *("epci", "objective", "axis", "date", "cost", "scheme", "funder"),
    }
)
"""What a column may mean, besides an amount."""

YEAR = "year"
"""What a rule of amounts says in place of headers, when there is a column a year."""


@dataclass(frozen=True, slots=True)
class AmountRule:
    """Which columns give which amounts: by their header, or by years under a group's label.

    Where headers do not tell (missing, repeated), ``column`` is its place, from 0, in that shape of
    the layout. ``year`` is the one that the header names, where a column says one year.
    """

    label: str
    headers: tuple[str, ...]
    under: frozenset[str]
    stage: str
    funder: str
    optional: bool
    column: int | None = None
    shape: int = 0
    year: int | None = None

    @property
    def by_year(self) -> bool:
        """Whether there is a column a year, under a group's label."""
        return not self.headers and self.column is None


@dataclass(frozen=True, slots=True)
class SheetShape:
    """How a table looked when its layout was made: to know it again, and what changed in it.

    ``headers`` are those of its columns in order, from the group to the label; ``roles`` what each
    is (see :func:`rows.shape_of`), ``amount:…`` for money read or not. ``depth`` is how many rows
    its header has (0: none), ``last_header_row`` where the last was, from 0.
    """

    headers: tuple[str, ...]
    roles: tuple[str, ...]
    depth: int
    last_header_row: int


@dataclass(frozen=True, slots=True)
class Layout:
    """How one kind of workbook is read: the content of one file of ``layouts``.

    ``code_names_operation`` tells whether a code is that of an operation, for life, or that of a
    commitment, of which an operation has several and which may change every year. ``version`` is
    that of a layout people confirmed, 0 for those that the project carries. ``shapes`` are those
    of the tables it was made from, none for a layout written by hand. ``unit_is_told`` says that a
    person told the unit: it holds whatever titles and headers state.
    """

    name: str
    title: str
    source: str
    nature: str
    unit: str
    columns: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, str]
    required: frozenset[str]
    amounts: tuple[AmountRule, ...]
    unused: Mapping[str, str]
    zero_of_others_says_nothing: bool
    code_names_operation: bool
    version: int = 0
    shapes: tuple[SheetShape, ...] = ()
    unit_is_told: bool = False


@cache
def layouts() -> Mapping[str, Layout]:
    """The layouts that the project carries, by name."""
    return {
        path.stem: layout_from(path.stem, yaml.safe_load(path.read_text(encoding="utf-8")))
        for path in sorted(FOLDER.glob("*.yaml"))
    }


def layout_from(name: str, data: Mapping[str, Any], version: int = 0) -> Layout:
    """A layout as its file describes it, in that version."""
    return Layout(
        name=name,
        title=data["title"],
        source=data["source"],
        nature=data.get("nature", "contractual"),
        unit=data["unit"],
        columns={meaning: _forms(headers) for meaning, headers in data["columns"].items()},
        labels={meaning: headers[0] for meaning, headers in data["columns"].items()},
        required=frozenset(data["required"]),
        amounts=tuple(_amount_rule(rule) for rule in data["amounts"]),
        unused={
            form: rule["why"] for rule in data.get("unused", ()) for form in _forms(rule["header"])
        },
        zero_of_others_says_nothing=data.get("zero_of_others_says_nothing", False),
        code_names_operation=data.get("code_names_operation", True),
        version=version,
        shapes=tuple(_shape(shape) for shape in data.get("shape", ())),
        unit_is_told=data.get("unit_is_told", False),
    )


def _shape(data: Mapping[str, Any]) -> SheetShape:
    return SheetShape(
        tuple(column["header"] for column in data["columns"]),
        tuple(column["as"] for column in data["columns"]),
        data["header_rows"],
        data["last_header_row"] - 1,
    )


def _amount_rule(rule: Mapping[str, Any]) -> AmountRule:
    if "column" in rule:
        return AmountRule(
            label=f"colonne {rule['column']}",
            headers=(),
            under=frozenset(),
            stage=rule["stage"],
            funder=rule["funder"],
            optional=rule.get("optional", False),
            column=column_number(rule["column"]),
            shape=rule.get("shape", 1) - 1,
            year=rule.get("year"),
        )
    by_year = rule["header"] == YEAR
    return AmountRule(
        label=f"{rule['under'][0]} (une colonne par année)" if by_year else rule["header"][0],
        headers=() if by_year else _forms(rule["header"]),
        under=frozenset(_forms(rule.get("under", ()))),
        stage=rule["stage"],
        funder=rule["funder"],
        optional=rule.get("optional", False),
        year=rule.get("year"),
    )


def _forms(headers: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(header_form(header) for header in headers))
