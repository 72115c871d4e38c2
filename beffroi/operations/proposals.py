"""What matching takes and gives: what lines say, and which operation each of them proposes to be.

Nothing here knows of tables; ids are those of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from beffroi.operations.identity import Identity


class Money(NamedTuple):
    """Whose money an amount is, at which stage, and who says it."""

    source_id: int
    funder_id: int
    stage: str


Amounts = Mapping[Money, int]
"""Cumulative amounts in cents; what could not be read is left out."""

AmountsOf = Callable[[Collection[int]], Mapping[int, Amounts]]
"""The amounts known of some operations, at the date of the return being matched."""


@dataclass(frozen=True, slots=True)
class NewOperation:
    """An operation to make, as its first line presents it.

    ``unmatched`` where the line was doubtful, and nobody was there to decide.
    """

    title: str
    owner_name: str = ""
    owner_siret: str = ""
    unmatched: bool = False


@dataclass(frozen=True, slots=True)
class LineSaid:
    """What one line of a return says of its operation, and the operation it would make by itself.

    ``amounts`` are in cents, ``cost`` too (``None`` where it is not said).
    """

    identity: Identity
    new: NewOperation
    amounts: Amounts = field(default_factory=dict)
    cost: int | None = None


class KnownReference(NamedTuple):
    """How a partner has named an operation already known."""

    operation_id: int
    partner_id: int
    identity: Identity


class Standing(StrEnum):
    """How sure a proposal is. What is ``ASKED`` is never guessed."""

    SURE = "sure"
    ASKED = "asked"
    NEW = "new"


class Reason(NamedTuple):
    """Why a candidate is one, or what speaks against it; ``wording.sentence_of`` says it in words.

    ``detail`` is what the sentence quotes (a code, an amount); ``against`` tells a reservation.
    """

    kind: str
    detail: str = ""
    against: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """An operation that a line may be. ``score`` goes from 0 to 100.

    ``others`` are the operations which, taken together with this one, make the line: the sum of
    theirs is its amount.
    """

    operation_id: int
    score: int
    reasons: Sequence[Reason] = ()
    others: Sequence[int] = ()

    def as_data(self) -> dict[str, Any]:
        """The candidate as JSON keeps it."""
        return {
            "operation": self.operation_id,
            "score": self.score,
            "reasons": [list(reason) for reason in self.reasons],
            "others": list(self.others),
        }


@dataclass(frozen=True, slots=True)
class LineProposal:
    """What matching proposes for one line.

    ``alike`` are the positions of the lines that are the same operation as this one, itself
    included: one answer decides them all. ``operation_id`` is given where it is sure, with the
    operations that it ``reunites``: known as several, and one through this line.
    ``candidates`` stand best first: the chosen one where it is sure, those to choose from where
    it is asked. An operation made by a line nobody decided about is asked again, and keeps its
    ``operation_id`` meanwhile.
    """

    standing: Standing
    alike: Sequence[int]
    operation_id: int | None = None
    candidates: Sequence[Candidate] = ()
    reunites: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of each line, by position: its operation and the reference that remembers it.

    ``pending`` counts the lines that were asked and had no answer: they stand as operations of
    their own until somebody decides. ``to_reunite`` tells that the lines, or the answers, showed
    operations known as several to be one: ``ledger.recognition.reunite`` carries it out.
    """

    operations: Sequence[int]
    references: Sequence[int]
    pending: int
    to_reunite: bool
