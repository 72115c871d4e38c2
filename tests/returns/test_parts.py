"""Parts of a return, handed in by several services, add up; none silences another."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from beffroi.contracts.models import Contract
from beffroi.files.models import StoredFile
from beffroi.journal.actions import posting
from beffroi.ledger.checking import ledger_faults
from beffroi.partners.models import Organisation, Service
from beffroi.returns.models import Return
from beffroi.returns.reading import Amount, Line, Reading
from beffroi.returns.taking import ReturnRefused, Taking
from tests.worlds import make_world

FIRST = datetime.date(2023, 12, 31)
SECOND = datetime.date(2024, 12, 31)
Amounts = Mapping[str, int]
"""Programmed cents by code of operation."""


def read(amounts: Amounts, source: str, objective: str = "I") -> Reading:
    """A workbook of a line an operation."""
    lines = [
        Line(
            *("", row, code, f"Opération {code}", "Ville", "", "", ""),
            *(objective, objective),
            [Amount("programmed", source, cents, f"H{row}", str(cents))],
        )
        for row, (code, cents) in enumerate(amounts.items(), 2)
    ]
    return Reading("essai", source, "€", lines, [], [], covers=frozenset({(source, "programmed")}))


class Parts:
    """A partner with two services, in a contract."""

    def __init__(self) -> None:
        make_world()
        self.contract = Contract.objects.get()
        self.partner = Organisation.objects.get(slug="source-0")
        self.services: dict[str, Service | None] = {"whole": None}
        for name in ("DREAL", "SGAR"):
            self.services[name] = Service.objects.create(organisation=self.partner, name=name)

    def hand_in(
        self, who: str, amounts: Amounts, on: datetime.date = FIRST, **more: object
    ) -> Return:
        name = repr((who, amounts, on, more, Return.objects.count()))
        file, _ = StoredFile.objects.get_or_create(
            sha256=str(more.pop("file", "")) or hashlib.sha256(name.encode()).hexdigest(),
            defaults={"size": 1, "name": name[:200]},
        )
        reading = read(amounts, self.partner.slug, str(more.pop("objective", "I")))
        taking = Taking(
            reading,
            self.partner,
            on,
            contract=self.contract,
            service=self.services[who],
            complete=bool(more.pop("complete", False)),
        )
        with posting("return", who) as new:
            taking.lock()
            taking.write(new, file)
            return taking.keep(new, file)

    def said(self, on: datetime.date = SECOND) -> dict[str, int]:
        """What the ledger holds of each operation, by the partner's code."""
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT r.code, sum(e.cents)::bigint
                FROM ledger_entry e JOIN ledger_key k ON k.id = e.key_id
                JOIN (SELECT DISTINCT operation_id, code FROM operations_reference) r
                  ON r.operation_id = k.operation_id
                WHERE e.effective_on <= %s GROUP BY r.code
                """,
                [on],
            )
            return dict(cursor.fetchall())


@pytest.fixture
def parts(db: None) -> Parts:
    return Parts()


def test_what_two_services_say_of_one_operation_adds_up(parts: Parts) -> None:
    parts.hand_in("DREAL", {"A": 100, "B": 10})
    parts.hand_in("SGAR", {"A": 7, "C": 5})
    assert parts.said() == {"A": 107, "B": 10, "C": 5}
    parts.hand_in("DREAL", {"A": 60, "B": 10})
    assert parts.said() == {"A": 67, "B": 10, "C": 5}
    assert list(ledger_faults()) == []


def test_parts_that_charge_an_operation_to_two_objectives_stand_beside_each_other(
    parts: Parts,
) -> None:
    parts.hand_in("DREAL", {"A": 100})
    parts.hand_in("SGAR", {"A": 7}, objective="II")
    parts.hand_in("DREAL", {"A": 60})
    assert parts.said() == {"A": 67}


def test_a_complete_part_says_nothing_of_what_the_other_service_holds(parts: Parts) -> None:
    parts.hand_in("DREAL", {"A": 100, "B": 10})
    parts.hand_in("SGAR", {"C": 5})
    parts.hand_in("DREAL", {"A": 100}, complete=True)
    assert parts.said() == {"A": 100, "B": 0, "C": 5}


def test_a_service_late_for_a_date_is_taken_at_its_earlier_word(parts: Parts) -> None:
    parts.hand_in("DREAL", {"A": 100})
    parts.hand_in("SGAR", {"A": 7})
    parts.hand_in("DREAL", {"A": 150}, SECOND)
    assert (parts.said(FIRST), parts.said(SECOND)) == ({"A": 107}, {"A": 157})
    parts.hand_in("SGAR", {"A": 9}, SECOND)
    assert (parts.said(FIRST), parts.said(SECOND)) == ({"A": 107}, {"A": 159})


def test_a_return_of_the_whole_partner_replaces_the_parts(parts: Parts) -> None:
    parts.hand_in("DREAL", {"A": 100})
    parts.hand_in("SGAR", {"A": 7})
    parts.hand_in("whole", {"A": 90})
    assert parts.said() == {"A": 90}
    parts.hand_in("DREAL", {"A": 80})
    assert parts.said() == {"A": 80}


def test_one_workbook_is_not_two_parts(parts: Parts) -> None:
    parts.hand_in("DREAL", {"A": 100}, file="a" * 64)
    with pytest.raises(ReturnRefused, match="compterait deux fois"):
        parts.hand_in("SGAR", {"A": 100}, file="a" * 64)


def test_each_cell_keeps_its_own_file(parts: Parts) -> None:
    first = parts.hand_in("DREAL", {"A": 100})
    second = parts.hand_in("SGAR", {"A": 7})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.file_id, e.cents FROM ledger_evidence e "
            "JOIN ledger_statement s ON s.id = e.statement_id WHERE s.posting_id = %s",
            [second.posting_id],
        )
        assert set(cursor.fetchall()) == {(first.file_id, 100), (second.file_id, 7)}


codes = st.sampled_from(["A", "B", "C"])
handed_in = st.tuples(
    st.sampled_from(["whole", "DREAL", "SGAR"]),
    st.dictionaries(codes, st.integers(0, 1000), min_size=1, max_size=3),
)


class AnyOrder(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(handed_in, min_size=1, max_size=6), st.data())
    def test_whatever_the_order_the_parts_that_stand_add_up(self, returns, data) -> None:
        parts = Parts()
        dates = sorted(data.draw(st.sampled_from([FIRST, SECOND])) for _ in returns)
        standing: dict[str, Amounts] = {}
        expected: dict[str, int] = {}
        for (who, amounts), on in zip(returns, dates, strict=True):
            parts.hand_in(who, amounts, on)
            if who == "whole":
                standing = {}
                expected |= amounts
            else:
                standing[who] = amounts
                for code in amounts:
                    expected[code] = sum(each.get(code, 0) for each in standing.values())
        assert parts.said() == expected
        assert list(ledger_faults()) == []
