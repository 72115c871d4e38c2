"""Reading operations: which of them a partner's lines are, and how partners present them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db import connection

from beffroi.operations.matching import Identity, Known, recognise
from beffroi.operations.proposals import AmountsOf, Candidate, LineProposal, LineSaid, Standing


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
    recognised = recognise(
        [line.identity for line in lines],
        known_operations(contract_id, partner_id),
        code_names_operation=code_names_operation,
    )
    alike: dict[int, list[int]] = defaultdict(list)
    for position, operation_id in enumerate(recognised.operations):
        alike[operation_id].append(position)
    return [
        LineProposal(
            Standing.SURE if operation_id > 0 else Standing.NEW,
            alike[operation_id],
            operation_id if operation_id > 0 else None,
            [Candidate(operation_id, 100)] if operation_id > 0 else [],
        )
        for operation_id in recognised.operations
    ]


def known_operations(contract_id: int | None, partner_id: int) -> list[Known]:
    """The operations of a contract as partners have named them, for recognising lines."""
    known: dict[int, Known] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT r.operation_id, r.partner_id = %(partner)s, r.code, r.title, r.owner, r.siret,
                   r.place, r.objective
            FROM operations_reference r JOIN operations_operation o ON o.id = r.operation_id
            WHERE o.contract_id IS NOT DISTINCT FROM %(contract)s
            ORDER BY r.id
            """,
            {"contract": contract_id, "partner": partner_id},
        )
        for operation_id, own, *said in cursor:
            operation = known.setdefault(operation_id, Known(operation_id, []))
            identity = Identity(*said)
            operation.identities.append(identity)
            operation.own |= own
            if own and identity.code:
                operation.codes.add(identity.code)
    return list(known.values())
