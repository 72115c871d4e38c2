"""Giving the lines of a return their operations, and remembering how the partner names them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from django.db import connection

from beffroi.operations.actions import lock_recognition, make_operations
from beffroi.operations.comparing import compare
from beffroi.operations.identity import Identity
from beffroi.operations.models import Judgement, Verdict
from beffroi.operations.places import PlaceNames
from beffroi.operations.proposals import AmountsOf, LineProposal, LineSaid, Settled, Standing
from beffroi.operations.queries import ASSIGNED, NOW, judgements, match, place_names

Answers = Mapping[int, int | None]
"""What people decided, by position of line: the row id of an operation, ``None`` for a new one."""


def settle(
    lines: Sequence[LineSaid],
    *,
    contract_id: int | None,
    partner_id: int,
    fictitious: bool,
    posting_id: int,
    code_names_operation: bool,
    amounts_of: AmountsOf,
    answers: Answers | None = None,
) -> Settled:
    """Give each line its operation, inside the posting of its return, and remember why.

    One of the ``answers`` holds for all the lines that are alike. Lines are matched again here,
    under :func:`lock_recognition`, with what is known by then. Lines asked and not answered make
    operations of their own, marked ``unmatched``.
    """
    lock_recognition(contract_id)
    proposals = match(
        lines,
        contract_id=contract_id,
        partner_id=partner_id,
        code_names_operation=code_names_operation,
        amounts_of=amounts_of,
    )
    decisions = _Decisions(proposals, answers or {}, judgements(contract_id).absorbed)
    chosen = decisions.chosen()
    made = make_operations(
        [
            replace(lines[first].new, unmatched=decisions.is_pending(first))
            for first in decisions.to_make
        ],
        contract_id=contract_id,
        fictitious=fictitious,
        posting_id=posting_id,
    )
    for operation_id, positions in zip(made, decisions.to_make.values(), strict=True):
        chosen |= dict.fromkeys(positions, operation_id)
    operations, references = remember_references(
        [(chosen[position], line) for position, line in enumerate(lines)],
        made=frozenset(made),
        partner_id=partner_id,
        posting_id=posting_id,
    )
    found = decisions.judgements(chosen)
    Judgement.objects.bulk_create(
        Judgement(operation_id=one, other_id=other, verdict=verdict, posting_id=posting_id)
        for (one, other), verdict in sorted(found.items())
    )
    return Settled(
        operations,
        references,
        pending=sum(map(decisions.is_pending, range(len(lines)))),
        to_reunite=Verdict.FOUND in found.values(),
    )


class _Decisions:
    """What matching proposes, and what people answered where it asked."""

    def __init__(
        self, proposals: Sequence[LineProposal], answers: Answers, absorbed: Mapping[int, int]
    ) -> None:
        self.proposals = proposals
        self.answered = {
            alike: absorbed.get(operation_id, operation_id) if operation_id else None
            for position, operation_id in answers.items()
            for alike in {*proposals[position].alike, position}
        }
        self.to_make: dict[int, list[int]] = {}

    def chosen(self) -> dict[int, int]:
        """The operation of each line that has one; the others are put down to be made."""
        found: dict[int, int] = {}
        for position, proposal in enumerate(self.proposals):
            operation_id = proposal.operation_id
            if position in self.answered and not self._stands_alone(position):
                operation_id = self.answered[position]
            if operation_id is not None:
                found[position] = operation_id
            else:
                self.to_make.setdefault(min(proposal.alike), []).append(position)
        return found

    def _stands_alone(self, position: int) -> bool:
        """Whether a line has its own operation while it is asked: decided, it is reunited whole."""
        proposal = self.proposals[position]
        return proposal.standing == Standing.ASKED and proposal.operation_id is not None

    def is_pending(self, position: int) -> bool:
        """Whether a line was asked and nobody answered."""
        asked = self.proposals[position].standing == Standing.ASKED
        return asked and position not in self.answered

    def judgements(self, chosen: Mapping[int, int]) -> dict[tuple[int, int], Verdict]:
        """What the lines and the answers say of pairs of operations."""
        found: dict[tuple[int, int], Verdict] = {}
        for position, proposal in enumerate(self.proposals):
            operation_id = chosen[position]
            if position in self.answered:
                answer = self.answered[position]
                if answer is None:
                    for candidate in proposal.candidates:
                        found[operation_id, candidate.operation_id] = Verdict.DIFFERENT
                elif self._stands_alone(position):
                    found[operation_id, answer] = Verdict.FOUND
            for other in proposal.reunites:
                found[other, operation_id] = Verdict.FOUND
        return {pair: verdict for pair, verdict in found.items() if len(set(pair)) > 1}


class _Remembered(NamedTuple):
    """A reference of an operation, as its partner gave it."""

    id: int
    partner_id: int
    identity: Identity


def remember_references(
    said: Sequence[tuple[int, LineSaid]],
    *,
    made: frozenset[int] = frozenset(),
    partner_id: int,
    posting_id: int,
) -> tuple[list[int], list[int]]:
    """Remember how the partner names operations; what is already known is not repeated.

    ``made`` are the operations that the return itself makes. Gives, in order, the operation and
    the reference of each line: a reference that was given to another operation stays there.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SAID)
        with cursor.copy("COPY said_reference FROM STDIN") as copy:
            for line, (operation_id, each) in enumerate(said):
                copy.write_row((line, operation_id, *each.identity, each.new.title[:500]))
        cursor.execute("ANALYZE said_reference")
        cursor.execute(_KNOWN, {"partner": partner_id, "connu": NOW})
        known = {line: (operation, reference) for line, operation, reference, _ in cursor}
        missing = {
            (operation_id, each.identity): line
            for line, (operation_id, each) in reversed(list(enumerate(said)))
            if line not in known
        }
        followed = _recognised_in(list(missing), made, partner_id)
        with cursor.copy("COPY new_reference FROM STDIN") as copy:
            for key, line in sorted(missing.items(), key=lambda item: item[1]):
                copy.write_row((line, followed.get(key)))
        cursor.execute(_NEW, {"partner": partner_id, "posting": posting_id})
        cursor.execute(_KNOWN, {"partner": partner_id, "connu": NOW})
        known = {line: (operation, reference) for line, operation, reference, _ in cursor}
        cursor.execute("DROP TABLE said_reference, new_reference")
    return (
        [known[line][0] for line in range(len(said))],
        [known[line][1] for line in range(len(said))],
    )


def _recognised_in(
    missing: Sequence[tuple[int, Identity]], made: frozenset[int], partner_id: int
) -> dict[tuple[int, Identity], int]:
    """The reference in which each new one was recognised."""
    asked = {operation_id for operation_id, _ in missing} - made
    if not asked:
        return {}
    remembered = _remembered(asked)
    names = place_names()
    return {
        (operation_id, identity): closest(identity, remembered[operation_id], partner_id, names)
        for operation_id, identity in missing
        if operation_id in remembered
    }


def closest(
    identity: Identity, remembered: Sequence[_Remembered], partner_id: int, names: PlaceNames
) -> int:
    """The reference nearest to a line: the partner's own code or words, then what resembles."""

    def nearness(each: _Remembered) -> tuple[bool, bool, int, int]:
        own = each.partner_id == partner_id
        same_words = each.identity._replace(code="") == identity._replace(code="")
        points = 0 if own and same_words else compare(identity, each.identity, names).points
        same_code = own and bool(identity.code) and each.identity.code == identity.code
        return (same_code, own and same_words, points, -each.id)

    return max(remembered, key=nearness).id


def _remembered(operation_ids: set[int]) -> dict[int, list[_Remembered]]:
    found: dict[int, list[_Remembered]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH assigned AS ({ASSIGNED})
            SELECT r.operation_id, r.id, r.partner_id, r.code, r.title, r.owner, r.siret, r.place,
                   r.objective
            FROM operations_reference r
            WHERE r.operation_id = ANY(%(operations)s)
              AND NOT EXISTS (SELECT 1 FROM assigned a WHERE a.reference_id = r.id)
            UNION ALL
            SELECT a.operation_id, r.id, r.partner_id, r.code, r.title, r.owner, r.siret, r.place,
                   r.objective
            FROM assigned a JOIN operations_reference r ON r.id = a.reference_id
            WHERE a.operation_id = ANY(%(operations)s)
            """,
            {"operations": list(operation_ids), "connu": NOW},
        )
        for operation_id, reference_id, partner, *said in cursor.fetchall():
            found[operation_id].append(_Remembered(reference_id, partner, Identity._make(said)))
    return found


_SAID = """
CREATE TEMP TABLE said_reference (line int, operation_id bigint, code text, title text, owner text,
    siret text, place text, objective text, written text) ON COMMIT DROP;
CREATE TEMP TABLE new_reference (line int, recognised_in bigint) ON COMMIT DROP;
"""

# A reference first given to the operation and given away since stays where it was given.
_KNOWN = f"""
WITH assigned AS ({ASSIGNED})
SELECT s.line, coalesce(a.operation_id, r.operation_id) AS operation_id, r.id AS reference_id,
       coalesce(a.operation_id = s.operation_id, true) AS is_there
FROM said_reference s
JOIN operations_reference r
  ON r.partner_id = %(partner)s
 AND (r.operation_id, r.code, r.title, r.owner, r.siret, r.place, r.objective)
   = (s.operation_id, s.code, s.title, s.owner, s.siret, s.place, s.objective)
LEFT JOIN assigned a ON a.reference_id = r.id
UNION ALL
SELECT s.line, a.operation_id, r.id, true
FROM said_reference s
JOIN assigned a ON a.operation_id = s.operation_id
JOIN operations_reference r
  ON r.id = a.reference_id AND r.partner_id = %(partner)s AND r.operation_id <> s.operation_id
 AND (r.code, r.title, r.owner, r.siret, r.place, r.objective)
   = (s.code, s.title, s.owner, s.siret, s.place, s.objective)
-- The last row of a line counts: the reference that is there, the first of those.
ORDER BY line, is_there, reference_id DESC
"""

_NEW = """
INSERT INTO operations_reference (operation_id, partner_id, code, title, owner, siret, place,
                                  objective, written, recognised_in_id, posting_id)
SELECT s.operation_id, %(partner)s, s.code, s.title, s.owner, s.siret, s.place, s.objective,
       s.written, n.recognised_in, %(posting)s
FROM new_reference n JOIN said_reference s USING (line)
ORDER BY n.line
"""
