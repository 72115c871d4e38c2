"""Posting what both sides agreed on, beside what the funder says."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from beffroi.journal.actions import OpenPosting
from beffroi.ledger import arbitrations
from beffroi.ledger.actions import heading_ids, keep_balances, lock_stream
from beffroi.ledger.arbitrations import Told
from beffroi.ledger.models import Arbitration, Settled
from beffroi.ledger.positions import SILENT, Key, Stated, Value, position
from beffroi.ledger.statements import HeadingKey
from beffroi.ledger.statements_sql import (
    DROP_WORKING_TABLES,
    ENTRIES,
    STATEMENTS,
    WORKING_TABLES,
)

_LAST = 2**62


class Money(NamedTuple):
    """What is agreed on: one funder's money for one operation, stage and nature. Ids of rows."""

    operation_id: int
    funder_id: int
    stage: str
    nature: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """The figure agreed on, in cents, for a date: that of the funder's word, or of the claim.

    ``settles`` are the statements it settles. Where the funder says nothing, the money is charged
    as those of the claim charge it. ``evidence`` names what settled it, in a room above.
    """

    money: Money
    on: datetime.date
    cents: int
    settles: Sequence[int]
    evidence_kind: str
    evidence: int


def arbitrate(posting: OpenPosting, contract_id: int, settlements: Sequence[Settlement]) -> int:
    """Post what was agreed on, each on the keys of the funder's own statements; how many entries.

    Takes the stream locks of the funders (:func:`lock_stream`), in the order of their ids. One
    posting settles some money once.
    """
    for funder_id in sorted({settlement.money.funder_id for settlement in settlements}):
        lock_stream(contract_id, funder_id)
    _remember(posting, contract_id, settlements)
    told = _told(contract_id, [settlement.money for settlement in settlements])
    claimed = _claimed([number for settlement in settlements for number in settlement.settles])
    rows = []
    for settlement in settlements:
        money = settlement.money
        known = told.get(money, Told())
        own = position(known.own, settlement.on, _LAST)
        bearers = [key for number in settlement.settles for key in claimed.get(number, ())]
        shares = arbitrations.adjustments(own, settlement.cents, list(dict.fromkeys(bearers)))
        new = arbitrations.settling(known, shares, settlement.on, _LAST)
        rows += [(_heading(contract_id, money, stated.key), money, stated) for stated in new]
    with connection.cursor() as cursor:
        made = _write(cursor, posting, rows)
    posting.as_last_act("balances", lambda number: keep_balances(posting.id, number))
    return made


def _remember(posting: OpenPosting, contract_id: int, settlements: Sequence[Settlement]) -> None:
    made = Arbitration.objects.bulk_create(
        Arbitration(
            contract_id=contract_id,
            **settlement.money._asdict(),
            effective_on=settlement.on,
            cents=settlement.cents,
            evidence_kind=settlement.evidence_kind,
            evidence=settlement.evidence,
            posting_id=posting.id,
        )
        for settlement in settlements
    )
    Settled.objects.bulk_create(
        Settled(arbitration=arbitration, statement_id=number)
        for arbitration, settlement in zip(made, settlements, strict=True)
        for number in settlement.settles
    )


def _told(contract_id: int, money: Collection[Money]) -> Mapping[Money, Told]:
    """What stands of each money, by key and date, whatever the posting that said it."""
    found: dict[Money, Told] = defaultdict(Told)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT ON (k.id, s.effective_on)
                   k.operation_id, h.funder_id, h.stage, h.nature, h.agreed,
                   h.node_id, h.scheme, h.year, h.tax_basis,
                   s.effective_on, p.number, s.kind, s.cents, s.unread, a.id IS NOT NULL
            FROM ledger_heading h
            JOIN ledger_key k ON k.heading_id = h.id
            JOIN ledger_statement s ON s.key_id = k.id
            JOIN journal_posting p ON p.id = s.posting_id
            LEFT JOIN ledger_arbitration a
              ON (a.posting_id, a.effective_on, a.operation_id, a.funder_id, a.stage, a.nature)
               = (s.posting_id, s.effective_on, k.operation_id, h.funder_id, h.stage, h.nature)
            WHERE h.contract_id = %(contract)s AND h.source_id = h.funder_id
              AND k.operation_id = ANY(%(operations)s)
              AND NOT EXISTS (SELECT 1 FROM ledger_key later
                              WHERE later.heading_id = k.heading_id
                                AND later.operation_id = k.operation_id
                                AND later.generation > k.generation)
            ORDER BY k.id, s.effective_on, p.number DESC
            """,
            {"contract": contract_id, "operations": [each.operation_id for each in money]},
        )
        for *labels, on, number, kind, cents, unread, begins in cursor:
            *money, agreed, node, scheme, year, basis = labels
            value = SILENT if kind == "retired" else Value(cents, unread, 1)
            known = found[Money(*money)]
            (known.agreed if agreed else known.own).append(
                Stated(Key(node, scheme, year, basis), on, number, value)
            )
            if kind == "agreed" and begins:
                known.agreed_on.add(on)
    return found


def _claimed(statements: Collection[int]) -> dict[int, list[Key]]:
    """The measure and detail that statements charge the money to."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.id, h.node_id, h.scheme, h.year, h.tax_basis
            FROM ledger_statement s
            JOIN ledger_key k ON k.id = s.key_id
            JOIN ledger_heading h ON h.id = k.heading_id
            WHERE s.id = ANY(%s)
            """,
            [list(statements)],
        )
        return {number: [Key(*key)] for number, *key in cursor.fetchall()}


def _heading(contract_id: int, money: Money, key: Key) -> HeadingKey:
    return HeadingKey(
        contract_id=contract_id,
        node_id=key.measure,
        source_id=money.funder_id,
        funder_id=money.funder_id,
        scheme=key.scheme,
        nature=money.nature,
        year=key.year,
        stage=money.stage,
        tax_basis=key.tax_basis,
        agreed=True,
    )


def _write(
    cursor: CursorWrapper,
    posting: OpenPosting,
    rows: Sequence[tuple[HeadingKey, Money, Stated]],
) -> int:
    ids = heading_ids(heading for heading, _, _ in rows)
    keys = _key_ids(cursor, [(ids[heading], money.operation_id) for heading, money, _ in rows])
    cursor.execute(WORKING_TABLES)
    with cursor.copy("COPY stated FROM STDIN") as copy:
        for row in _stated(rows, ids, keys):
            copy.write_row(row)
    cursor.execute("UPDATE stated SET statement_id = nextval('ledger_statement_id_seq')")
    cursor.execute(STATEMENTS, {"posting": posting.id})
    cursor.execute(ENTRIES, {"posting": posting.id})
    made = cursor.rowcount
    cursor.execute(DROP_WORKING_TABLES)
    return made


def _stated(
    rows: Sequence[tuple[HeadingKey, Money, Stated]],
    ids: Mapping[HeadingKey, int],
    keys: Mapping[tuple[int, int], int],
) -> Iterator[tuple[object, ...]]:
    for heading, money, stated in rows:
        cents, unread, said = stated.value
        kind = "agreed" if said else "retired"
        key = keys[ids[heading], money.operation_id]
        yield (None, key, None, stated.on, kind, cents, unread, said, None)


def _key_ids(
    cursor: CursorWrapper, wanted: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], int]:
    """The rows of the last generation of some keys, made where they do not exist yet."""
    headings, operations = [each[0] for each in wanted], [each[1] for each in wanted]
    cursor.execute(
        """
        INSERT INTO ledger_key (heading_id, operation_id)
        SELECT * FROM unnest(%s::bigint[], %s::bigint[])
        ON CONFLICT DO NOTHING
        """,
        [headings, operations],
    )
    cursor.execute(
        """
        SELECT DISTINCT ON (k.heading_id, k.operation_id) k.heading_id, k.operation_id, k.id
        FROM unnest(%s::bigint[], %s::bigint[]) AS w (heading_id, operation_id)
        JOIN ledger_key k USING (heading_id, operation_id)
        ORDER BY k.heading_id, k.operation_id, k.generation DESC
        """,
        [headings, operations],
    )
    return {(heading, operation): key for heading, operation, key in cursor.fetchall()}
