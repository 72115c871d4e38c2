"""Checking a reading against what is known: the contract, and what the partner said before.

One rule a module, each a pure function ``rule(reading, known) -> findings``; all run at once. What
the cells say by themselves is found while reading (:mod:`beffroi.returns.reading`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from beffroi.returns.checking.dates import date_outside_contract
from beffroi.returns.checking.decreases import decrease
from beffroi.returns.checking.envelopes import over_envelope
from beffroi.returns.checking.known import KnownAmounts, KnownContract, Said
from beffroi.returns.checking.scales import unit_by_thousand
from beffroi.returns.reading import Finding, Reading
from beffroi.returns.reading.kinds import SEVERITIES

__all__ = ["KnownAmounts", "KnownContract", "Said", "checked", "checked_against_past"]

Rule = Callable[[Reading, KnownContract], Iterator[Finding]]
PastRule = Callable[[Reading, Sequence[int | None], KnownAmounts], Iterator[Finding]]

CONTRACT_RULES: Sequence[Rule] = (date_outside_contract, over_envelope)
PAST_RULES: Sequence[PastRule] = (decrease, unit_by_thousand)


def checked(reading: Reading, known: KnownContract) -> list[Finding]:
    """What is doubtful in a reading, given the contract it is made for; the most severe first."""
    return _in_order(found for rule in CONTRACT_RULES for found in rule(reading, known))


def checked_against_past(
    reading: Reading, operations: Sequence[int | None], known: KnownAmounts
) -> list[Finding]:
    """What is doubtful, given what the partner said before of the same operations.

    ``operations`` gives the row id of each line's operation, ``None`` for a new one.
    """
    return _in_order(found for rule in PAST_RULES for found in rule(reading, operations, known))


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda found: SEVERITIES.index(found.severity))
