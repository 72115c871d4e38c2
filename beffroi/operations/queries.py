"""Reading operations: which of them a partner's lines are, and how partners present them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from beffroi.operations.identity import Identity, plain
from beffroi.operations.known import KnownOperations
from beffroi.operations.matching import match_lines
from beffroi.operations.places import PlaceNames
from beffroi.operations.proposals import AmountsOf, KnownReference, LineProposal, LineSaid
from beffroi.territories.models import Commune


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
    known = KnownOperations(references_of(contract_id), partner_id, place_names())
    return match_lines(
        lines, known, code_names_operation=code_names_operation, amounts_of=amounts_of
    )


def place_names() -> PlaceNames:
    """The names by which communes are compared."""
    return PlaceNames(
        {code: plain(name) for code, name in Commune.objects.values_list("code", "name")}
    )


def references_of(contract_id: int | None) -> list[KnownReference]:
    """How partners name the operations of a contract (``None``: ordinary credit) today."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT r.operation_id, r.partner_id, r.code, r.title, r.owner, r.siret, r.place,
                   r.objective
            FROM operations_reference r JOIN operations_operation o ON o.id = r.operation_id
            WHERE o.contract_id IS NOT DISTINCT FROM %s
            ORDER BY r.id
            """,
            [contract_id],
        )
        return [
            KnownReference(operation, partner, Identity._make(said))
            for operation, partner, *said in cursor.fetchall()
        ]
