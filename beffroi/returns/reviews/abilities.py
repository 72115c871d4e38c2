"""What somebody may do about a return that was submitted, given where it stands."""

from __future__ import annotations

from beffroi.contracts.abilities import SEE
from beffroi.returns.actors import DEPOSIT, REVIEW, Actor
from beffroi.returns.models import Return
from beffroi.returns.reviews.standing import Standing

ACCEPT = "accept"
WITHDRAW = "withdraw"
QUERY = "query"
CLOSE = "close"
ANSWER = "answer"


def abilities(actor: Actor, submitted: Return, standing: Standing) -> frozenset[str]:
    """Among ``see``, ``accept``, ``withdraw`` (an acceptance), ``query``, ``close``, ``answer``.

    Who reviews the partner's returns accepts and queries; both sides write in open threads. What
    is accepted is queried no more, unless the acceptance is taken back; what has open queries, or
    was superseded, is not accepted.
    """
    may = actor.abilities(submitted)
    found = may & {SEE}
    if standing.open_queries and may & {DEPOSIT, REVIEW}:
        found |= {ANSWER}
    if REVIEW not in may:
        return found
    if standing.open_queries:
        found |= {CLOSE}
    if standing.is_accepted:
        return found | {WITHDRAW}
    if standing.superseded_by is None:
        found |= {QUERY} if standing.open_queries else {QUERY, ACCEPT}
    return found


def speaks_for_partner(actor: Actor, submitted: Return) -> bool:
    """Whether what the actor writes is the partner's word rather than the contract team's."""
    return REVIEW not in actor.abilities(submitted)
