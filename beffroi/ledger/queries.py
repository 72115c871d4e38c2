"""Reading the ledger as of any date: every figure shown anywhere is made here.

``au`` is the date of the situation described, ``connu`` the number of the last posting taken into
account. What a source says of another's money is a claim, and stays out of these figures.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef

from beffroi.contracts.models import Contract
from beffroi.contracts.tree import tree_places
from beffroi.journal.models import Posting
from beffroi.ledger.models import Heading, Statement
from beffroi.ledger.positions import SILENT, Value
from beffroi.ledger.territory import PLACES, locations

UNPLACED = "?"
"""The axis of what a source charges to an objective nobody knows."""

MONEY = ("axis", "objective", "measure", "funder", "scheme", "stage", "nature", "year")
DIMENSIONS = (*MONEY, *PLACES)


class UnknownDimension(ValueError):
    """A figure was asked by something the ledger does not keep."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What figures are about: one contract, or ordinary credit outside any contract (``None``)."""

    contract: Contract | None

    @property
    def contract_id(self) -> int | None:
        """The row id of the contract, ``None`` for ordinary credit."""
        return self.contract.pk if self.contract else None


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its labels by dimension, its value, and how many operations make it.

    ``operations`` is ``None`` where the figure was made without counting them.
    """

    labels: Mapping[str, str | int | None]
    value: Value
    operations: int | None = None


class HeadingRow(NamedTuple):
    """A heading as figures need it; ``node_id`` is ``None`` where the measure is unknown."""

    id: int
    node_id: int | None
    funder: str
    scheme: str
    nature: str
    year: int | None
    stage: str
    tax_basis: str


def figures(
    scope: Scope,
    au: datetime.date,
    connu: int,
    by: Sequence[str],
    *,
    stage: str | None = None,
    perimeter: str | None = None,
) -> list[Figure]:
    """The funders' own figures, by any of :data:`DIMENSIONS`, in cents.

    Stages, natures and tax bases are never added together: where several would be, the answer is
    split by them too. With a territory (``commune``, ``epci``, ``perimeter``), or without money
    axes, operations are counted. ``perimeter`` keeps the operations that lie *in* it. Raises
    :class:`UnknownDimension`.
    """
    _refuse_unknown(by, DIMENSIONS)
    counted = perimeter is not None or not set(by) & {"funder", "stage", "scheme"}
    if counted or set(by) & set(PLACES):
        cells = _cells_by_operation(scope, au, connu, by, stage, perimeter)
    else:
        cells = ((heading, None, (), value) for heading, value in balances(scope, au, connu, stage))
    return _folded(scope, au, connu, by, cells)


def balances(
    scope: Scope, au: datetime.date, connu: int, stage: str | None = None
) -> Iterator[tuple[HeadingRow, Value]]:
    """The position of every heading where the funder itself says something."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT h.id, h.node_id, o.slug, h.scheme, h.nature, h.year, h.stage, h.tax_basis,
                   b.cents, b.unread, b.said
            FROM ledger_heading h
            JOIN partners_organisation o ON o.id = h.funder_id
            JOIN LATERAL (
                SELECT cents, unread, said FROM ledger_balance
                WHERE heading_id = h.id AND effective_on <= %(au)s AND number <= %(connu)s
                ORDER BY effective_on DESC, number DESC LIMIT 1
            ) b ON b.said > 0
            WHERE h.contract_id IS NOT DISTINCT FROM %(contract)s
              AND h.source_id = h.funder_id
              AND (%(stage)s::text IS NULL OR h.stage = %(stage)s)
            """,
            {"au": au, "connu": connu, "contract": scope.contract_id, "stage": stage},
        )
        for *heading, cents, unread, said in cursor.fetchall():
            yield HeadingRow(*heading), Value(int(cents), int(unread), int(said))


def postings_of(scope: Scope) -> list[Posting]:
    """The postings that say something of a contract (or of ordinary credit), in order."""
    headings = Heading.objects.filter(contract=scope.contract)
    said = Statement.objects.filter(posting=OuterRef("pk"), key__heading__in=headings)
    return list(Posting.objects.filter(Exists(said)).order_by("number"))


def headings_labelled(
    scope: Scope,
    au: datetime.date,
    connu: int,
    where: Mapping[str, str | int | None],
    nodes: Collection[int] | None = None,
) -> dict[int, Mapping[str, str | int | None]]:
    """The funders' own headings that bear the labels given, with all their money labels.

    ``nodes`` keeps those charged to some nodes of the tree.
    """
    _refuse_unknown(where, MONEY)
    label = _Labels(scope, au, connu, MONEY)
    found: dict[int, Mapping[str, str | int | None]] = {}
    for heading, _ in balances(scope, au, connu):
        labels = dict(zip(MONEY, label.of(heading, ()), strict=True))
        is_there = nodes is None or heading.node_id in nodes
        if is_there and all(labels[name] == wanted for name, wanted in where.items()):
            found[heading.id] = labels
    return found


def _refuse_unknown(asked: Iterable[str], known: Sequence[str]) -> None:
    for dimension in asked:
        if dimension not in known:
            raise UnknownDimension(
                f"« {dimension} » n'est pas un axe d'analyse : "
                f"écrivez un ou plusieurs de {', '.join(known)}."
            )


Cell = tuple[HeadingRow, int | None, tuple[str | None, ...], Value]
"""A heading, its operation, the operation's places as asked, and the position."""


def _cells_by_operation(
    scope: Scope,
    au: datetime.date,
    connu: int,
    by: Sequence[str],
    stage: str | None,
    perimeter: str | None,
) -> Iterator[Cell]:
    """One cell for each heading, operation and combination of its places."""
    places = [dimension for dimension in by if dimension in PLACES]
    located = locations(scope.contract_id, au, connu, places, perimeter)
    headings: dict[int, HeadingRow] = {}
    for heading, operation_id, value in _positions_by_operation(scope, au, connu, stage):
        headings.setdefault(heading.id, heading)
        for where in located.places(operation_id):
            yield headings[heading.id], operation_id, where, value


def _positions_by_operation(
    scope: Scope, au: datetime.date, connu: int, stage: str | None
) -> Iterator[tuple[HeadingRow, int | None, Value]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT h.id, h.node_id, o.slug, h.scheme, h.nature, h.year, h.stage, h.tax_basis,
                   s.operation_id, s.cents, s.unread, s.said
            FROM (
                SELECT e.heading_id, k.operation_id, sum(e.cents) AS cents,
                       sum(e.unread) AS unread, sum(e.said) AS said
                FROM ledger_entry e
                JOIN ledger_key k ON k.id = e.key_id
                JOIN ledger_heading h ON h.id = e.heading_id
                JOIN journal_posting p ON p.id = e.posting_id
                WHERE h.contract_id IS NOT DISTINCT FROM %(contract)s
                  AND h.source_id = h.funder_id
                  AND (%(stage)s::text IS NULL OR h.stage = %(stage)s)
                  AND e.effective_on <= %(au)s AND p.number <= %(connu)s
                GROUP BY e.heading_id, k.operation_id
                HAVING sum(e.said) > 0
            ) s
            JOIN ledger_heading h ON h.id = s.heading_id
            JOIN partners_organisation o ON o.id = h.funder_id
            """,
            {"au": au, "connu": connu, "contract": scope.contract_id, "stage": stage},
        )
        for *heading, operation_id, cents, unread, said in cursor:
            yield HeadingRow(*heading), operation_id, Value(int(cents), int(unread), int(said))


def _folded(
    scope: Scope, au: datetime.date, connu: int, by: Sequence[str], cells: Iterable[Cell]
) -> list[Figure]:
    """Add cells up by the dimensions asked, splitting by what never adds up."""
    kept = list(cells)
    split = [*by]
    if "stage" not in by:
        split.append("stage")
    if "nature" not in by and len({heading.nature for heading, *_ in kept}) > 1:
        split.append("nature")
    if len({heading.tax_basis for heading, *_ in kept}) > 1:
        split.append("tax_basis")
    label = _Labels(scope, au, connu, split)
    totals: dict[tuple[str | int | None, ...], Value] = {}
    operations: dict[tuple[str | int | None, ...], set[int]] = {}
    for heading, operation_id, where, value in kept:
        labels = label.of(heading, where)
        totals[labels] = totals.get(labels, SILENT) + value
        if operation_id is not None:
            operations.setdefault(labels, set()).add(operation_id)
    return [
        Figure(
            dict(zip(split, labels, strict=True)),
            value,
            len(operations[labels]) if labels in operations else None,
        )
        for labels, value in sorted(totals.items(), key=lambda item: _sortable(item[0]))
    ]


class _Labels:
    """What a cell is called along each dimension asked."""

    def __init__(self, scope: Scope, au: datetime.date, connu: int, by: Sequence[str]) -> None:
        self.by = by
        self.places = [dimension for dimension in by if dimension in PLACES]
        self.nodes = tree_places(scope.contract, au, connu) if scope.contract else {}
        self.in_contract = scope.contract is not None
        self._money: dict[int, dict[str, str | int | None]] = {}

    def of(self, heading: HeadingRow, where: tuple[str | None, ...]) -> tuple[Any, ...]:
        """The labels of a cell, in the order asked."""
        money = self._money.get(heading.id)
        if money is None:
            money = self._money[heading.id] = self._of_heading(heading)
        if not where:
            return tuple(money[dimension] for dimension in self.by)
        names = money | dict(zip(self.places, where, strict=True))
        return tuple(names[dimension] for dimension in self.by)

    def _of_heading(self, heading: HeadingRow) -> dict[str, str | int | None]:
        place = self.nodes.get(heading.node_id) if heading.node_id else None
        unplaced = UNPLACED if self.in_contract else None
        return {
            "axis": place.axis if place else unplaced,
            "objective": place.objective if place else unplaced,
            "measure": place.code if place else unplaced,
            "funder": heading.funder,
            "scheme": heading.scheme or None,
            "stage": heading.stage,
            "nature": heading.nature,
            "year": heading.year,
            "tax_basis": heading.tax_basis,
        }


def _sortable(labels: Collection[object]) -> tuple[tuple[bool, str], ...]:
    return tuple((label is None, str(label)) for label in labels)
