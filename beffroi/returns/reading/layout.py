"""Layouts: how each partner's workbook is read, as data files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from beffroi.returns.reading.headers import header_form

FOLDER = Path(__file__).resolve().parent.parent / "layouts"
YEAR = "year"
"""What a rule of amounts says in place of headers, when there is a column a year."""


@dataclass(frozen=True, slots=True)
class AmountRule:
    """Which columns give which amounts: by their header, or by years under a group's label."""

    label: str
    headers: tuple[str, ...]
    under: frozenset[str]
    stage: str
    funder: str
    optional: bool

    @property
    def by_year(self) -> bool:
        """Whether there is a column a year, under a group's label."""
        return not self.headers


@dataclass(frozen=True, slots=True)
class Layout:
    """How one kind of workbook is read: the content of one file of ``layouts``.

    ``code_names_operation`` tells whether a code is that of an operation, for life, or that of a
    commitment, of which an operation has several and which may change every year. ``version`` is
    that of a layout people confirmed, 0 for those that the project carries.
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
    )


def _amount_rule(rule: Mapping[str, Any]) -> AmountRule:
    by_year = rule["header"] == YEAR
    return AmountRule(
        label=f"{rule['under'][0]} (une colonne par année)" if by_year else rule["header"][0],
        headers=() if by_year else _forms(rule["header"]),
        under=frozenset(_forms(rule.get("under", ()))),
        stage=rule["stage"],
        funder=rule["funder"],
        optional=rule.get("optional", False),
    )


def _forms(headers: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(header_form(header) for header in headers))
