"""Reading operations: which of them a partner's lines are, and how partners present them.

What is known of references and of operations found to be one is that known at a posting
(``connu``); :data:`NOW` also takes in what the current transaction has written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from django.db import connection

from beffroi.journal.models import PostingKind
from beffroi.operations.identity import Identity, plain
from beffroi.operations.known import KnownOperations
from beffroi.operations.matching import match_lines
from beffroi.operations.models import Operation, Verdict
from beffroi.operations.places import PlaceNames
from beffroi.operations.proposals import AmountsOf, KnownReference, LineProposal, LineSaid
from beffroi.territories.models import Commune

NOW = 2**62
"""After every posting, the one being made included."""

#: To whom a reference was last given, where it is no longer the operation it was first given to.
ASSIGNED = """
SELECT DISTINCT ON (a.reference_id) a.reference_id, a.operation_id
FROM operations_assignment a LEFT JOIN journal_posting p ON p.id = a.posting_id
WHERE p.number IS NULL OR p.number <= %(connu)s
ORDER BY a.reference_id, p.number DESC NULLS FIRST
"""

#: The operations of other contracts that ever counted in one too, whatever the dates.
MEMBERS = """
SELECT m.operation_id
FROM operations_membership m LEFT JOIN journal_posting q ON q.id = m.posting_id
WHERE m.contract_id = %(contract)s AND (q.number IS NULL OR q.number <= %(connu)s)
"""


def match(
    lines: Sequence[LineSaid],
    *,
    contract_id: int | None,
    partner_id: int,
    code_names_operation: bool,
    amounts_of: AmountsOf,
) -> list[LineProposal]:
    """What each line of a partner's return proposes to be, with what is known today; in order.

    ``code_names_operation`` tells that the partner gives one code to an operation, for life.
    """
    judged = judgements(contract_id)
    return match_lines(
        lines,
        KnownOperations(references_of(contract_id), partner_id, place_names()),
        code_names_operation=code_names_operation,
        amounts_of=amounts_of,
        undecided=undecided(contract_id, judged),
        told_apart=judged.told_apart,
    )


def place_names() -> PlaceNames:
    """The names by which communes are compared."""
    return PlaceNames(
        {code: plain(name) for code, name in Commune.objects.values_list("code", "name")}
    )


def references_of(contract_id: int | None, connu: int = NOW) -> list[KnownReference]:
    """How partners name the operations that count in a contract (``None``: ordinary credit).

    One that was named by hand, and that no partner names yet, bears its title (partner 0).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT coalesce(a.operation_id, r.operation_id), r.partner_id, r.code, r.title,
                   r.owner, r.siret, r.place, r.objective
            FROM operations_reference r
            JOIN operations_operation o ON o.id = r.operation_id
            LEFT JOIN ({ASSIGNED}) a ON a.reference_id = r.id
            LEFT JOIN journal_posting p ON p.id = r.posting_id
            WHERE (o.contract_id IS NOT DISTINCT FROM %(contract)s
                   OR EXISTS (SELECT 1 FROM ({MEMBERS}) m
                              WHERE m.operation_id IN (r.operation_id, a.operation_id)))
              AND (p.number IS NULL OR p.number <= %(connu)s)
            UNION ALL
            SELECT o.id, 0, '', o.sort_key, '', o.owner_siret, '', ''
            FROM operations_operation o JOIN journal_posting p ON p.id = o.posting_id
            WHERE o.contract_id IS NOT DISTINCT FROM %(contract)s AND p.kind = %(by_hand)s
              AND p.number <= %(connu)s
              AND NOT EXISTS (SELECT 1 FROM operations_reference r WHERE r.operation_id = o.id)
            """,
            {"contract": contract_id, "connu": connu, "by_hand": PostingKind.OPERATION},
        )
        return [
            KnownReference(operation, partner, Identity._make(said))
            for operation, partner, *said in cursor.fetchall()
        ]


class Judged(NamedTuple):
    """The last word on each pair of operations (the one judged, the other)."""

    verdicts: Mapping[tuple[int, int], str]

    @property
    def absorbed(self) -> dict[int, int]:
        """Which operation each absorbed one now is."""
        into = {one: other for (one, other), said in self.verdicts.items() if said == Verdict.SAME}

        def last(operation_id: int) -> int:
            seen = {operation_id}
            while (after := into.get(operation_id)) is not None and after not in seen:
                seen.add(after)
                operation_id = after
            return operation_id

        return {operation_id: last(operation_id) for operation_id in into}

    @property
    def told_apart(self) -> set[frozenset[int]]:
        """The pairs of operations that somebody said to be two."""
        absorbed = self.absorbed
        pairs = (
            frozenset(absorbed.get(each, each) for each in pair)
            for pair, said in self.verdicts.items()
            if said == Verdict.DIFFERENT
        )
        return {pair for pair in pairs if len(pair) > 1}

    @property
    def to_reunite(self) -> list[tuple[int, int]]:
        """The pairs that returns showed to be one, and that are not reunited yet."""
        absorbed = self.absorbed
        pairs = (
            (absorbed.get(one, one), absorbed.get(other, other))
            for (one, other), said in self.verdicts.items()
            if said == Verdict.FOUND
        )
        return [(one, other) for one, other in pairs if one != other]


_JUDGED_IN = """
SELECT DISTINCT ON (least(j.operation_id, j.other_id), greatest(j.operation_id, j.other_id))
       j.operation_id, j.other_id, j.verdict
FROM operations_judgement j
JOIN operations_operation o ON o.id = j.operation_id
LEFT JOIN journal_posting p ON p.id = j.posting_id
WHERE {contracts}
  AND (p.number IS NULL OR p.number <= %(connu)s)
ORDER BY least(j.operation_id, j.other_id), greatest(j.operation_id, j.other_id),
         p.number DESC NULLS FIRST, j.id DESC
"""
#: The last word on each pair of operations of a contract: the one judged, the other, the verdict.
JUDGED = _JUDGED_IN.format(contracts="o.contract_id IS NOT DISTINCT FROM %(contract)s")
#: The same of every contract.
JUDGED_ANYWHERE = _JUDGED_IN.format(contracts="TRUE")
#: The operations of other contracts that count in one at ``au``, by the last word said of each; one
#: that was absorbed counts as the operation that absorbed it. It reads a table ``judged``, that of
#: :data:`JUDGED_ANYWHERE`.
COUNTING = """
SELECT coalesce(twice.other_id, once.other_id, last.operation_id)
FROM (
    SELECT DISTINCT ON (m.operation_id) m.operation_id, m.since, m.until
    FROM operations_membership m JOIN journal_posting q ON q.id = m.posting_id
    WHERE m.contract_id = %(contract)s AND q.number <= %(connu)s
    ORDER BY m.operation_id, q.number DESC
) last
LEFT JOIN judged once ON once.operation_id = last.operation_id AND once.verdict = 'same'
LEFT JOIN judged twice ON twice.operation_id = once.other_id AND twice.verdict = 'same'
WHERE (last.since IS NULL OR last.since <= %(au)s) AND (last.until IS NULL OR last.until >= %(au)s)
"""


def judgements(contract_id: int | None, connu: int = NOW) -> Judged:
    """What was decided of the operations of a contract, two by two."""
    with connection.cursor() as cursor:
        cursor.execute(JUDGED, {"contract": contract_id, "connu": connu})
        return Judged({(one, other): verdict for one, other, verdict in cursor.fetchall()})


def undecided(contract_id: int | None, judged: Judged) -> set[int]:
    """The operations that doubtful lines made, and of which nobody has decided yet."""
    decided = {operation_id for pair in judged.verdicts for operation_id in pair}
    waiting = Operation.objects.filter(contract=contract_id, unmatched=True)
    return set(waiting.values_list("pk", flat=True)) - decided


class Lines(NamedTuple):
    """Which lines make some operations, and which ever made them.

    ``formerly`` are the operations that their references were ever given to; ``operation_of`` the
    operation of each reference of all those, as now known.
    """

    formerly: set[int]
    operation_of: dict[int, int]


def lines_of(operation_ids: Collection[int]) -> Lines:
    """The references that are, or ever were, those of some operations."""
    linked = _linked(operation_ids)
    formerly = {operation_id for each in linked.values() for operation_id in each}
    every = _linked(formerly | set(operation_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT r.id, coalesce(a.operation_id, r.operation_id)
            FROM operations_reference r LEFT JOIN ({ASSIGNED}) a ON a.reference_id = r.id
            WHERE r.id = ANY(%(references)s)
            """,
            {"references": list(every), "connu": NOW},
        )
        return Lines(formerly, dict(cursor.fetchall()))


def _linked(operation_ids: Collection[int]) -> dict[int, list[int]]:
    """The operations that each reference ever given to some was ever given to."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH given AS (
                SELECT id, operation_id FROM operations_reference
                UNION ALL SELECT reference_id, operation_id FROM operations_assignment
            )
            SELECT id, array_agg(operation_id) FROM given
            WHERE id IN (SELECT id FROM operations_reference WHERE operation_id = ANY(%(asked)s)
                         UNION SELECT reference_id FROM operations_assignment
                         WHERE operation_id = ANY(%(asked)s))
            GROUP BY id
            """,
            {"asked": list(operation_ids)},
        )
        return dict(cursor.fetchall())
