"""From a proposal, corrected or not, to the data of a layout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from beffroi.returns.reading.headers import Header, header_form
from beffroi.returns.reading.layout import MEANINGS, YEAR
from beffroi.returns.reading.proposing.meaning import AMOUNT
from beffroi.returns.reading.proposing.proposal import (
    TOLD,
    Proposal,
    ProposedColumn,
    ProposedTable,
)
from beffroi.returns.reading.shapes import JOINT
from beffroi.returns.reading.workbook import column_letters

_STAGES = {"granted": "programmed", "eu": "programmed", "paid": "paid", "requested": "requested"}
"""The stage of an amount whose header says none."""

_WHY_NOT = {
    "other": "montants qui ne sont d'aucun stade",
    "total": "total d'autres colonnes",
}


def layout_data_of(
    proposal: Proposal,
    *,
    source: str,
    title: str,
    nature: str = "contractual",
    organisations: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A layout that reads as the proposal does: the content of a file of ``layouts`` (JSON-able).

    ``source`` is the identifier of the organisation that speaks. ``organisations`` gives, by name,
    the identifiers of those that a header may name as funders (« Région » → ``region-hdf``); an
    identifier that a correction gave stands as it is. ``layout_from(name, data)`` makes a layout
    of it.
    """
    known = {header_form(name): identifier for name, identifier in (organisations or {}).items()}
    tables = _by_shape(proposal)
    made = [_Made(table, rank, source, known) for rank, table in enumerate(tables)]
    columns: dict[str, list[str]] = {}
    for each in made:
        for meaning, header in each.columns():
            if header not in columns.setdefault(meaning, []):
                columns[meaning].append(header)
    rules = [rule for each in made for rule in each.rules()]
    common = set.intersection(*({meaning for meaning, _ in each.columns()} for each in made))
    first = tables[0]
    return {
        "title": title,
        "source": source,
        "nature": nature,
        "unit": first.unit or "€",
        **({"unit_is_told": True} if first.unit_sure == TOLD else {}),
        "columns": columns,
        "required": sorted(common),
        "amounts": _once(rules, optional=len(made) > 1),
        "unused": _once([rule for each in made for rule in each.unused()], optional=False),
        "shape": [each.shape() for each in made],
    }


def _by_shape(proposal: Proposal) -> list[ProposedTable]:
    """One table for each shape: sheets that are made alike are read alike."""
    found: dict[tuple[str, ...], ProposedTable] = {}
    for table in proposal.tables:
        found.setdefault(tuple(_path(column) for column in table.columns), table)
    return list(found.values())


def _once(rules: Sequence[dict[str, Any]], *, optional: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for rule in rules:
        said = {**rule, "optional": True} if optional else rule
        if said not in found:
            found.append(said)
    return found


def _path(column: ProposedColumn) -> str:
    return JOINT.join(column.labels)


class _Made:
    """What one table gives to the layout."""

    def __init__(
        self, table: ProposedTable, rank: int, source: str, organisations: Mapping[str, str]
    ) -> None:
        self._table, self._rank = table, rank
        self._source, self._organisations = source, organisations
        headers = [_header(column) for column in table.columns]
        self._leaves = Counter(form for header in headers for form in set(header.forms))
        self._grouped = Counter((h.forms[0], header_form(h.group)) for h in headers)
        self._fields = dict(_fields(table))
        self._read = [column for column in table.amounts if self._stage(column)]

    def _stage(self, column: ProposedColumn) -> str:
        """The stage under which a column of money is read; empty where it is not."""
        if column.adds_up or column.column in self._fields:
            return ""
        kind = column.meaning.removeprefix(AMOUNT)
        return column.stage if kind == "other" else column.stage or _STAGES.get(kind, "")

    def _is_told(self, column: ProposedColumn) -> bool:
        """Whether its header is enough to find it again."""
        return all(self._leaves[form] == 1 for form in set(_header(column).forms)) and bool(
            _header(column).forms[0]
        )

    def columns(self) -> Iterator[tuple[str, str]]:
        """The headers of the fields that their header tells."""
        for column in self._table.columns:
            if column.column in self._fields and self._is_told(column):
                yield self._fields[column.column], column.labels[-1]

    def rules(self) -> Iterator[dict[str, Any]]:
        """A rule for each column of money that is read; one for all the years of a group."""
        years: set[tuple[str, str, str]] = set()
        for column in self._read:
            header = _header(column)
            said = {"stage": self._stage(column), "funder": self._funder(column)}
            if header.year and header.year == column.year and header.group:
                group = (header.group, said["stage"], said["funder"])
                if self._group_is_of_years(header.group, said) and group not in years:
                    years.add(group)
                    yield {"header": YEAR, "under": [header.group], **said}
                if group in years:
                    continue
            year = {"year": column.year} if column.year else {}
            yield {**self._where(column), **said, **year}

    def _group_is_of_years(self, group: str, said: Mapping[str, str]) -> bool:
        """Whether all the years under a group are read alike."""
        under = [
            column
            for column in self._table.columns
            if _header(column).year and _header(column).is_under(frozenset({header_form(group)}))
        ]
        return all(
            column in self._read
            and self._stage(column) == said["stage"]
            and self._funder(column) == said["funder"]
            for column in under
        )

    def _where(self, column: ProposedColumn) -> dict[str, Any]:
        """How a column of money is found again: by its header, or else by its place."""
        header = _header(column)
        if self._is_told(column):
            return {"header": [header.text]}
        key = (header.forms[0], header_form(header.group))
        if all(key) and self._grouped[key] == 1:
            return {"header": [header.text], "under": [header.group]}
        rank = {"shape": self._rank + 1} if self._rank else {}
        return {"column": column_letters(column.column), **rank}

    def _funder(self, column: ProposedColumn) -> str:
        """Whose money it is: the organisation that its header names, or the one that speaks."""
        if column.funder in self._organisations.values():
            return column.funder
        return self._organisations.get(header_form(column.funder), self._source)

    def unused(self) -> Iterator[dict[str, Any]]:
        """The columns of money that are not read, and why."""
        for column in self._table.amounts:
            is_left = column not in self._read and column.column not in self._fields
            if is_left and self._is_told(column):
                why = _WHY_NOT["total" if column.adds_up else "other"]
                yield {"header": [column.labels[-1]], "why": why}

    def shape(self) -> dict[str, Any]:
        """Every column in order, as it is headed and taken."""
        table = self._table
        by_place = {column.column: column for column in table.columns}
        header = table.header
        return {
            "header_rows": header[1] - header[0] + 1 if header else 0,
            "last_header_row": header[1] + 1 if header else table.first_row,
            "columns": [
                {
                    "header": _path(by_place[at]) if at in by_place else "",
                    "as": _as(by_place[at]) if at in by_place else "other",
                }
                for at in range(max(by_place) + 1)
            ],
        }


def _as(column: ProposedColumn) -> str:
    return column.meaning if column.is_amount else column.role


def _header(column: ProposedColumn) -> Header:
    labels = column.labels
    return Header(labels[-1] if labels else "", labels[-2] if len(labels) > 1 else "")


def _fields(table: ProposedTable) -> Iterator[tuple[int, str]]:
    """The columns that a layout reads besides amounts: one of each meaning, a title in any case."""
    taken: set[str] = set()
    roles = [(column.column, column.field) for column in table.columns if column.field in MEANINGS]
    naming = _naming_column(table)
    if naming is not None:
        taken.add("title")
        yield naming, "title"
    for at, field in roles:
        if field not in taken and at != naming:
            taken.add(field)
            yield at, field
    costs = [column for column in table.amounts if column.meaning == AMOUNT + "cost"]
    if costs and not costs[0].stage:
        yield costs[0].column, "cost"


def _naming_column(table: ProposedTable) -> int | None:
    """The column that names lines: the title, or else the owner, or else a text."""
    for role in ("title", "owner", "text", "commune_name", "commune", "funder", "code"):
        for column in table.columns:
            if column.role == role:
                return column.column
    return None
