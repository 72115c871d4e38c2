"""Making operations, placing them, and stating what they cost."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, connection

from beffroi.contracts.models import Contract
from beffroi.journal.actions import posting
from beffroi.journal.models import PostingKind
from beffroi.operations.identity import plain
from beffroi.operations.models import Cost, Location, Membership, Operation
from beffroi.operations.proposals import NewOperation
from beffroi.server.constraints import sentence_of
from beffroi.territories.models import Commune

#: First half of the advisory lock under which operations are recognised or made: two returns of
#: one contract must not each make an operation of the same line.
RECOGNITION_LOCK = 0x4F504552  # "OPER"


def lock_recognition(*contract_ids: int | None) -> None:
    """Make the returns of some contracts (``None``: ordinary credit), and of those that share
    operations with them, wait for each other. The locks are taken in the order of the row ids."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARING, {"contracts": [each or 0 for each in contract_ids]})
        for (contract_id,) in cursor.fetchall():
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [RECOGNITION_LOCK, contract_id])


_SHARING = """
WITH sharing AS (
    SELECT DISTINCT m.contract_id AS one, coalesce(o.contract_id, 0) AS other
    FROM operations_membership m JOIN operations_operation o ON o.id = m.operation_id
)
SELECT unnest(%(contracts)s::bigint[]) AS id
UNION SELECT other FROM sharing WHERE one = ANY(%(contracts)s)
UNION SELECT one FROM sharing WHERE other = ANY(%(contracts)s)
ORDER BY id
"""


class MembershipRefused(Exception):
    """An operation cannot count in a contract: one sentence says why. Nothing was written."""


def join(
    operations: Collection[Operation],
    contract: Contract,
    *,
    reason: str,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> None:
    """Let operations of other contracts count in a contract too, in one posting.

    Raises :class:`MembershipRefused`.
    """
    if any(each.contract_id == contract.pk for each in operations):
        raise MembershipRefused("Une opération compte déjà dans son propre contrat.")
    if any(each.fictitious != contract.fictitious for each in operations):
        raise MembershipRefused("Le réel et le fictif ne comptent jamais ensemble.")
    try:
        with posting(PostingKind.RECOGNITION, f"Opérations communes avec {contract}") as opened:
            lock_recognition(contract.pk, *{each.contract_id for each in operations})
            Membership.objects.bulk_create(
                Membership(
                    operation=each,
                    contract=contract,
                    since=since,
                    until=until,
                    reason=reason.strip(),
                    posting_id=opened.id,
                )
                for each in operations
            )
    except IntegrityError as error:
        raise MembershipRefused(sentence_of(error) or "Cette appartenance est refusée.") from error


class OperationRefused(Exception):
    """An operation cannot be made: one sentence says why. Nothing was written."""


def create_operation(
    contract: Contract, title: str, *, owner_name: str = "", commune: str = ""
) -> Operation:
    """Name an operation of a contract by hand: its title is enough. ``commune`` is an INSEE code.

    Raises :class:`OperationRefused`.
    """
    title = " ".join(title.split())
    if not title:
        raise OperationRefused("Donnez un intitulé à cette opération : le reste peut attendre.")
    place = Commune.objects.filter(code=commune).first() if commune else None
    if commune and place is None:
        raise OperationRefused(f"Aucune commune ne porte le code INSEE « {commune[:20]} ».")
    with posting(PostingKind.OPERATION, f"Opération nommée à la main : {title}") as opened:
        lock_recognition(contract.pk)
        (number,) = make_operations(
            [NewOperation(title, owner_name=owner_name.strip())],
            contract_id=contract.pk,
            fictitious=contract.fictitious,
            posting_id=opened.id,
        )
        if place:
            Location.objects.create(operation_id=number, commune=place, posting_id=opened.id)
    return Operation.objects.get(pk=number)


def make_operations(
    wanted: Sequence[NewOperation], *, contract_id: int | None, fictitious: bool, posting_id: int
) -> list[int]:
    """Make operations of their own for lines in which none was recognised; their ids, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('operations_operation_id_seq') FROM generate_series(1, %s)",
            [len(wanted)],
        )
        ids = sorted(row[0] for row in cursor.fetchall())
    Operation.objects.bulk_create(
        [
            Operation(
                id=operation_id,
                code=f"OP{operation_id:06d}",
                title=new.title[:500],
                sort_key=plain(new.title)[:500],
                owner_name=new.owner_name[:300],
                owner_siret=new.owner_siret,
                contract_id=contract_id,
                unmatched=new.unmatched,
                fictitious=fictitious,
                posting_id=posting_id,
            )
            for operation_id, new in zip(ids, wanted, strict=True)
        ],
        batch_size=5000,
    )
    return ids


@dataclass(frozen=True, slots=True)
class Place:
    """A commune (INSEE code) or an EPCI (SIREN) where an operation lies."""

    operation_id: int
    commune: str | None = None
    epci: str | None = None


def place_operations(places: Iterable[Place], *, partner_id: int, posting_id: int) -> None:
    """Say where operations lie: those not placed yet, and those this partner placed otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE TEMP TABLE said_place (operation_id bigint, commune text, epci text)
            ON COMMIT DROP
            """
        )
        with cursor.copy("COPY said_place FROM STDIN") as copy:
            for place in places:
                copy.write_row((place.operation_id, place.commune, place.epci))
        cursor.execute(
            """
            WITH said AS (
                SELECT DISTINCT s.operation_id, c.id AS commune_id, e.id AS epci_id
                FROM said_place s
                LEFT JOIN territories_commune c ON c.code = s.commune
                LEFT JOIN territories_epci e ON e.siren = s.epci
                WHERE c.id IS NOT NULL OR e.id IS NOT NULL
            ), standing AS (
                SELECT l.operation_id, l.partner_id,
                       array_agg((l.commune_id, l.epci_id)::text
                                 ORDER BY l.commune_id, l.epci_id) AS places
                FROM operations_location l
                JOIN journal_posting p ON p.id = l.posting_id
                WHERE l.operation_id IN (SELECT operation_id FROM said)
                  AND p.number = (
                    SELECT max(q.number) FROM operations_location m
                    JOIN journal_posting q ON q.id = m.posting_id
                    WHERE m.operation_id = l.operation_id)
                GROUP BY l.operation_id, l.partner_id
            ), news AS (
                SELECT s.operation_id
                FROM said s LEFT JOIN standing t USING (operation_id)
                GROUP BY s.operation_id, t.partner_id, t.places
                HAVING t.places IS NULL
                    OR t.partner_id = %(partner)s
                       AND t.places <> array_agg((s.commune_id, s.epci_id)::text
                                                 ORDER BY s.commune_id, s.epci_id)
            )
            INSERT INTO operations_location
                (operation_id, commune_id, epci_id, partner_id, posting_id)
            SELECT s.operation_id, s.commune_id, s.epci_id, %(partner)s, %(posting)s
            FROM said s JOIN news USING (operation_id)
            ORDER BY s.operation_id
            """,
            {"partner": partner_id, "posting": posting_id},
        )
        cursor.execute("DROP TABLE said_place")


def cost_operations(
    costs: Mapping[int, int], *, source_id: int, on: datetime.date, posting_id: int
) -> None:
    """State the total cost of operations (cents by row id), as a source gives it for a date."""
    Cost.objects.bulk_create(
        [
            Cost(
                operation_id=operation_id,
                source_id=source_id,
                effective_on=on,
                cents=cents,
                posting_id=posting_id,
            )
            for operation_id, cents in costs.items()
        ],
        batch_size=5000,
    )
