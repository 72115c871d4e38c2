"""What a ledger must answer, as pure functions: the specification the tables are held to.

A *statement* is what one source says of one key at one date; the *position* of a key at (D, K) is
what the latest statement known at K says for D. *Entries* are signed differences whose sum is the
position. Nothing here knows of tables: tests replay random histories through it and compare.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Value(NamedTuple):
    """A position: cents read, cells that could not be read, and how many keys say something.

    ``said == 0`` is silence (``—``); ``said > 0`` with no cents and nothing unread is a said zero.
    """

    cents: int = 0
    unread: int = 0
    said: int = 0

    def __add__(self, other: object) -> Value:
        if not isinstance(other, Value):
            return NotImplemented
        return Value(self.cents + other.cents, self.unread + other.unread, self.said + other.said)

    def minus(self, other: Value) -> Value:
        """The signed difference from ``other`` to this."""
        return Value(self.cents - other.cents, self.unread - other.unread, self.said - other.said)


SILENT = Value()


class Key(NamedTuple):
    """What a statement is about, within one (contract, source, operation, funder, stage, nature).

    ``measure`` is the node as the source charges it, ``None`` where the source's is unknown.
    """

    measure: int | None = None
    scheme: str = ""
    year: int | None = None
    tax_basis: str = ""


@dataclass(frozen=True, slots=True)
class Stated:
    """At ``posting`` it became known that ``key`` stands at ``value`` from ``on`` on.

    ``removed`` where a complete return no longer held the key, which stands at zero.
    """

    key: Key
    on: datetime.date
    posting: int
    value: Value
    removed: bool = False


def standing(statements: Iterable[Stated], connu: int) -> dict[tuple[Key, datetime.date], Stated]:
    """For each key and date, the statement that stands: the last one known at ``connu``."""
    latest: dict[tuple[Key, datetime.date], Stated] = {}
    for statement in statements:
        place = (statement.key, statement.on)
        if statement.posting <= connu and (
            place not in latest or latest[place].posting <= statement.posting
        ):
            latest[place] = statement
    return latest


def in_force(statements: Iterable[Stated], au: datetime.date, connu: int) -> dict[Key, Stated]:
    """The statement of every key in force at (``au``, ``connu``): of the latest date ≤ ``au``."""
    chosen: dict[Key, Stated] = {}
    for (key, on), statement in standing(statements, connu).items():
        if on <= au and (key not in chosen or chosen[key].on < on):
            chosen[key] = statement
    return chosen


def position(statements: Iterable[Stated], au: datetime.date, connu: int) -> dict[Key, Value]:
    """The position of every key at (``au``, ``connu``)."""
    return {key: chosen.value for key, chosen in in_force(statements, au, connu).items()}


def excludes(new: Iterable[Key], old: Key) -> bool:
    """Whether ``old`` cannot stand beside the keys a return has just stated.

    It cannot when the return charges the operation elsewhere, or gives years, schemes or a tax
    basis where ``old`` gives none (or conversely): the same money would count twice. A different
    year, or a different scheme, of the same measure is other money.
    """
    same_measure = [key for key in new if key.measure == old.measure]
    if not same_measure:
        return True
    return any(
        (key.year is None) != (old.year is None)
        or (key.scheme == "") != (old.scheme == "")
        or (key.tax_basis == "") != (old.tax_basis == "")
        for key in same_measure
    )


def retirements(
    statements: Sequence[Stated], said: Mapping[Key, Value], on: datetime.date, posting: int
) -> list[Stated]:
    """The statements by which a return of date ``on`` silences the keys it excludes.

    Older keys fall silent from ``on``. And where a later return has already charged the money
    elsewhere, the new keys fall silent from that later date.
    """
    known = standing(statements, posting)
    silenced = [
        Stated(old, on, posting, SILENT)
        for old, before in position(statements, on, posting).items()
        if before.said and old not in said and excludes(said, old)
    ]
    said_later: dict[datetime.date, list[Key]] = {}
    for (key, date), statement in known.items():
        if date > on and statement.value.said:
            said_later.setdefault(date, []).append(key)
    for new in said:
        taken_over = [date for date, keys in said_later.items() if excludes(keys, new)]
        if taken_over and (new, min(taken_over)) not in known:
            silenced.append(Stated(new, min(taken_over), posting, SILENT))
    return silenced


def removals(
    statements: Sequence[Stated], new: Sequence[Stated], on: datetime.date, posting: int
) -> list[Stated]:
    """The statements by which a complete return of date ``on`` posts at zero what it lacks.

    ``statements`` are those of its perimeter, ``new`` what it says or silences. What was already
    found absent stays as it was.
    """
    settled = {statement.key for statement in new if statement.on == on}
    return [
        Stated(key, on, posting, Value(said=1), removed=True)
        for key, before in in_force(statements, on, posting).items()
        if before.value.said and not before.removed and key not in settled
    ]


def entries(
    statements: Sequence[Stated], new: Sequence[Stated]
) -> list[tuple[Key, datetime.date, Value]]:
    """The signed differences by which ``new`` (one posting) turns the old positions into the new.

    A correction of the past gives two entries: one at its date, its opposite where the next
    statement takes over.
    """
    connu = max((statement.posting for statement in [*statements, *new]), default=0)
    after = [*statements, *new]
    found = []
    for key in sorted({statement.key for statement in new}, key=repr):
        earlier = SILENT
        for on in sorted({s.on for s in after if s.key == key}):
            before_value = position(statements, on, connu).get(key, SILENT)
            after_value = position(after, on, connu).get(key, SILENT)
            difference = after_value.minus(before_value)
            if difference != earlier:
                found.append((key, on, difference.minus(earlier)))
            earlier = difference
    return found
