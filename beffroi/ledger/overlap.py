"""A euro counts once: which contract a funding line is charged to, and which only show it.

A *line* is an operation, a funder and a scheme, at a stage. Where several contracts hold the
funder's own word on the same line, it is charged to those that a decision names (see
:func:`beffroi.ledger.charging.decided`), each for its part, else to the one the funder's word named
first. A contract that says zero yields to those that say more.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from beffroi.contracts.models import Contract
from beffroi.ledger.adding import Amount, Label, refuse_unlike
from beffroi.ledger.charging import decided
from beffroi.ledger.positions import SILENT, Value

Line = tuple[int | None, int, str]
"""An operation (none for a lump sum), a funder and a scheme."""

Homes = Mapping[int, int]
"""The contracts that a line is charged to, each with its weight."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one contract holds of money alike: charged to it, or shown and charged elsewhere."""

    contract_id: int
    charged: Amount
    shown: Amount


@dataclass(frozen=True, slots=True)
class Crossing:
    """What a contract shows of money charged to another, and in how many lines."""

    shown_by: int
    charged_to: int
    amount: Amount
    lines: int


@dataclass(frozen=True, slots=True)
class Held:
    """What one contract holds of a line at a stage: charged to it, or shown and charged elsewhere.

    ``charged_to`` are the contracts that the line is charged to.
    """

    line: Line
    contract_id: int
    charged_to: list[int]
    label: Label
    charged: Value
    shown: Value


@dataclass(frozen=True, slots=True)
class Totals:
    """A group of contracts: the share of each, and the overlaps that touch one of them."""

    shares: list[Share]
    crossings: list[Crossing]

    def charged(self, label: Label) -> Value:
        """The total of the group: each line once."""
        return sum((s.charged.value for s in self.shares if s.charged.label == label), SILENT)

    def shown(self, label: Label) -> Value:
        """The overlap: what the contracts of the group show of money charged elsewhere."""
        return sum((s.shown.value for s in self.shares if s.shown.label == label), SILENT)

    @property
    def labels(self) -> list[Label]:
        """The labels of which something is said; no total goes across them."""
        return sorted({share.charged.label for share in self.shares})


class _Said(NamedTuple):
    contract_id: int
    line: Line
    label: Label
    value: Value
    first: tuple[datetime.date, int]


def totals(contracts: Collection[Contract], au: datetime.date, connu: int) -> Totals:
    """The funders' own figures of a group of contracts at (au, connu), each line charged once.

    What a line is charged to is decided among all contracts, in the group or not. Raises
    :class:`beffroi.ledger.adding.UnlikeAmounts` where real and fictitious contracts are mixed.
    """
    kinds = {contract.fictitious for contract in contracts}
    refuse_unlike(Label("", "", "", fictitious) for fictitious in kinds)
    if not kinds:
        return Totals([], [])
    asked = {contract.pk for contract in contracts}
    said = _said(kinds.pop(), au, connu)
    charged_to = _charged(said, _decided(connu))
    return Totals(_shares(said, charged_to, asked), _crossings(said, charged_to, asked))


def shared_lines(contract: Contract, au: datetime.date, connu: int) -> list[Held]:
    """The lines of a contract that others hold too at the same stage: what each of them holds."""
    said = _said(contract.fictitious, au, connu)
    charged_to = _charged(said, _decided(connu))
    holders: dict[tuple[Line, str], set[int]] = {}
    for each in said:
        if each.line[0] is not None:
            holders.setdefault((each.line, each.label.stage), set()).add(each.contract_id)
    shared = (
        each
        for each in said
        if contract.pk in (held := holders.get((each.line, each.label.stage), set()))
        and len(held) > 1
    )
    return [
        _held(each, _homes(each, charged_to))
        for each in sorted(shared, key=lambda each: (each.line, each.label, each.contract_id))
    ]


def _said(fictitious: bool, au: datetime.date, connu: int) -> list[_Said]:
    """Every position of a funder on its own money, in contracts all real or all fictitious."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT h.contract_id, k.operation_id, h.funder_id, h.scheme,
                   h.stage, h.nature, h.tax_basis,
                   sum(e.cents)::bigint, sum(e.unread)::bigint, sum(e.said)::bigint,
                   min(e.effective_on), min(p.number)
            FROM ledger_entry e
            JOIN ledger_key k ON k.id = e.key_id
            JOIN ledger_heading h ON h.id = e.heading_id
            JOIN contracts_contract c ON c.id = h.contract_id
            JOIN journal_posting p ON p.id = e.posting_id
            WHERE c.fictitious = %(fictitious)s AND h.source_id = h.funder_id
              AND e.effective_on <= %(au)s AND p.number <= %(connu)s
            GROUP BY h.id, k.operation_id
            HAVING sum(e.said) > 0
            """,
            {"fictitious": fictitious, "au": au, "connu": connu},
        )
        return [
            _Said(
                contract,
                (operation, funder, scheme),
                Label(stage, nature, tax_basis, fictitious),
                Value(cents, unread, said),
                (first_on, first_number),
            )
            for (
                contract,
                operation,
                funder,
                scheme,
                stage,
                nature,
                tax_basis,
                cents,
                unread,
                said,
                first_on,
                first_number,
            ) in cursor.fetchall()
        ]


def _decided(connu: int) -> dict[Line, Homes]:
    """What was decided of lines, as known then: the last decision on each."""
    return {
        (each.operation_id, each.funder_id, each.scheme): each.weights for each in decided(connu)
    }


def _charged(said: Iterable[_Said], decided: Mapping[Line, Homes]) -> dict[tuple[Line, str], Homes]:
    """The contracts that each line is charged to, at each stage: among those that hold it there."""
    holding: dict[tuple[Line, str], dict[int, tuple[bool, tuple[datetime.date, int], int]]] = {}
    for each in said:
        by_contract = holding.setdefault((each.line, each.label.stage), {})
        rank = (each.value.cents == 0, each.first, each.contract_id)
        by_contract[each.contract_id] = min(rank, by_contract.get(each.contract_id, rank))
    charged: dict[tuple[Line, str], Homes] = {}
    for (line, stage), by_contract in holding.items():
        wanted = {
            contract: weight
            for contract, weight in decided.get(line, {}).items()
            if contract in by_contract
        }
        first = min(by_contract, key=lambda contract: by_contract[contract])
        charged[line, stage] = wanted or {first: 1}
    return charged


def _homes(each: _Said, charged_to: Mapping[tuple[Line, str], Homes]) -> Homes:
    """Where a position is charged; a lump sum, of no operation, is its own contract's."""
    if each.line[0] is None:
        return {each.contract_id: 1}
    return charged_to[each.line, each.label.stage]


def _parts(each: _Said, homes: Homes) -> dict[int, Value]:
    """A position shared out to the cent among the contracts it is charged to.

    Cells not read are not shared out: they stay with the contract that holds them, if it is one.
    """
    whole = sum(homes.values())
    bearer = each.contract_id if each.contract_id in homes else min(homes)
    parts, before = {}, 0
    for contract, weight in sorted(homes.items()):
        through = before + weight
        cents = each.value.cents * through // whole - each.value.cents * before // whole
        unread = each.value.unread if contract == bearer else 0
        parts[contract] = Value(cents, unread, each.value.said)
        before = through
    return parts


def _held(each: _Said, homes: Homes) -> Held:
    parts = _parts(each, homes)
    charged = parts.pop(each.contract_id, SILENT)
    shown = sum(parts.values(), SILENT)
    return Held(each.line, each.contract_id, sorted(homes), each.label, charged, shown)


def _shares(
    said: Iterable[_Said], charged_to: Mapping[tuple[Line, str], Homes], asked: Collection[int]
) -> list[Share]:
    charged: dict[tuple[int, Label], Value] = {}
    shown: dict[tuple[int, Label], Value] = {}
    for each in said:
        at = (each.contract_id, each.label)
        for home, part in _parts(each, _homes(each, charged_to)).items():
            side = charged if home == each.contract_id else shown
            side[at] = side.get(at, SILENT) + part
    return [
        Share(
            contract,
            Amount(label, charged.get((contract, label), SILENT)),
            Amount(label, shown.get((contract, label), SILENT)),
        )
        for contract, label in sorted(charged.keys() | shown.keys())
        if contract in asked
    ]


def _crossings(
    said: Iterable[_Said], charged_to: Mapping[tuple[Line, str], Homes], asked: Collection[int]
) -> list[Crossing]:
    values: dict[tuple[int, int, Label], Value] = {}
    lines: dict[tuple[int, int, Label], set[Line]] = {}
    for each in said:
        for home, part in _parts(each, _homes(each, charged_to)).items():
            if home != each.contract_id and {home, each.contract_id} & set(asked):
                at = (each.contract_id, home, each.label)
                values[at] = values.get(at, SILENT) + part
                lines.setdefault(at, set()).add(each.line)
    return [
        Crossing(by, to, Amount(label, values[by, to, label]), len(lines[by, to, label]))
        for by, to, label in sorted(values)
    ]
