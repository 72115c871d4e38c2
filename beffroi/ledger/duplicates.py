"""Operations of a contract that look like one: suspected, and never reunited by themselves."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import product

from beffroi.ledger.amounts import amounts_by_operation
from beffroi.ledger.models import Key
from beffroi.operations.comparing import Comparison, compare, compare_amounts
from beffroi.operations.identity import Identity
from beffroi.operations.known import KnownOperations
from beffroi.operations.matching import WITHIN_REACH
from beffroi.operations.models import Membership, Operation
from beffroi.operations.proposals import Amounts, Reason
from beffroi.operations.queries import judgements, place_names, references_of

Pair = tuple[int, int]
"""Two operations, by row id; the one made first comes first."""
_NOBODY = 0


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Two operations that may be one, and why; ``sure`` where matching would ask nobody."""

    one: int
    other: int
    points: int
    sure: bool
    reasons: tuple[Reason, ...]


def suspected(contract_id: int | None, au: datetime.date, connu: int) -> list[Suspicion]:
    """The pairs that look like one operation at (au, connu), the likeliest first. Four queries.

    Owner, place, title, objective and amounts are weighed as matching weighs them. Left out: pairs
    that somebody said to be two, and those of which one partner speaks apart.
    """
    weighed = _weighed(contract_id, connu)
    operations = {operation for pair in weighed for operation in pair}
    amounts = amounts_by_operation(operations, au, connu)
    found = []
    for (one, other), weight in weighed.items():
        said = weight + compare_amounts(amounts.get(one, {}), amounts.get(other, {}))
        if said.possible:
            found.append(Suspicion(one, other, said.points, said.sure, said.reasons))
    return sorted(found, key=lambda each: (-each.points, each.one, each.other))


def reasons_of(
    contract_id: int | None, one: int, other: int, amounts: Mapping[int, Amounts], connu: int
) -> tuple[Reason, ...]:
    """What speaks for two operations being one, and against; none where nothing is said of one of
    them. ``amounts`` are those that are said of both. Two queries."""
    said: dict[int, list[Identity]] = {one: [], other: []}
    for reference in references_of(contract_id, connu):
        if reference.operation_id in said:
            said[reference.operation_id].append(reference.identity)
    names = place_names()
    weights = [compare(mine, its, names) for mine, its in product(said[one], said[other])]
    if not weights:
        return ()
    best = max(weights, key=lambda weight: weight.points)
    return (best + compare_amounts(amounts.get(one, {}), amounts.get(other, {}))).reasons


def contracts_of(operations: Collection[int]) -> set[int]:
    """The contracts where some operations count, or where money was ever said of them."""
    own = Operation.objects.filter(pk__in=operations, contract__isnull=False)
    member = Membership.objects.filter(operation__in=operations)
    money = Key.objects.filter(operation__in=operations, heading__contract__isnull=False)
    return {
        *own.values_list("contract_id", flat=True),
        *member.values_list("contract_id", flat=True),
        *money.values_list("heading__contract_id", flat=True),
    }


def _weighed(contract_id: int | None, connu: int) -> dict[Pair, Comparison]:
    """Pairs that what is said of them brings within reach, amounts left aside."""
    told_apart = judgements(contract_id, connu).told_apart
    known = KnownOperations(references_of(contract_id, connu), _NOBODY, place_names())
    best: dict[Pair, Comparison] = {}
    for reference in known.references:
        for like in known.resembling(reference.identity):
            one, other = sorted((reference.operation_id, like.operation_id))
            is_two = frozenset((one, other)) in told_apart
            if one == other or is_two or known.partners[one] & known.partners[other]:
                continue
            weight = compare(reference.identity, like.identity, known.names)
            before = best.get((one, other))
            is_near = weight.points > WITHIN_REACH and not weight.apart
            if is_near and (before is None or weight.points > before.points):
                best[one, other] = weight
    return best
