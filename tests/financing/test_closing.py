"""The arithmetic of a plan, and the rules it is checked by."""

from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from beffroi.financing.checking import Check, checks, rules
from beffroi.financing.closing import Financing, Line
from beffroi.partners.models import OrganisationKind

ON = datetime.date(2025, 1, 1)
CENTS = st.integers(0, 10**12)
LINES = st.lists(
    st.builds(
        Line,
        CENTS,
        st.booleans(),
        st.booleans(),
        st.sampled_from(["", "DSIL", "FNADT", "fnadt"]),
        st.sampled_from(["", "state", "region"]),
    ),
    max_size=8,
)


def check(key: str, plan: Financing, on: datetime.date = ON) -> Check | None:
    return next((each for each in checks(plan, on) if each.rule.key == key), None)


@given(st.none() | CENTS, LINES)
def test_a_plan_closes_exactly_where_its_lines_make_its_cost(
    cost: int | None, lines: list[Line]
) -> None:
    plan = Financing(cost, None, lines)
    total = sum(line.cents for line in lines)
    assert plan.closes == (cost == total)
    assert (plan.missing is None) == (cost is None)
    if plan.missing is not None:
        completed = Financing(cost, None, [*lines, Line(plan.missing)])
        assert completed.closes
    private = sum(line.cents for line in lines if not line.is_public)
    assert plan.public_funding + private == total
    assert plan.public_aid <= plan.public_funding


@given(LINES, st.sampled_from(["commune", "region", "syndicate"]))
def test_the_own_share_is_a_fifth_of_public_money(lines: list[Line], kind: str) -> None:
    found = check("own_share", Financing(None, None, lines, kind))
    assert found is not None
    public = sum(line.cents for line in lines if line.is_public)
    own = sum(line.cents for line in lines if line.is_own)
    has_aid = any(line.is_public and not line.is_own and line.cents for line in lines)
    assert found.holds == (not has_aid or own * 5 >= public)


def test_to_the_cent() -> None:
    def own(cents: int) -> bool | None:
        lines = [Line(cents, is_own=True), Line(400_01)]
        found = check("own_share", Financing(None, None, lines, "commune"))
        return found.holds if found else None

    assert (own(100_00), own(100_01)) == (False, True)


def test_who_is_bound() -> None:
    aided = [Line(900, funder_kind="state", scheme="FNADT"), Line(100, is_own=True)]
    for kind in ("association", "state", "social_landlord"):
        assert check("own_share", Financing(1000, 1000, aided, kind)) is None
    assert check("own_share", Financing(1000, 1000, aided, "cc"), datetime.date(2010, 1, 1)) is None
    dotation = [Line(900, funder_kind="state", scheme="dsil")]
    assert check("aid_within_base", Financing(1000, 800, dotation)) is None
    region = [Line(900, funder_kind="region")]
    assert check("aid_within_base", Financing(1000, 800, region)) is None


def test_what_is_not_known_is_said() -> None:
    found = check("own_share", Financing(1000, None, [Line(1000)]))
    assert found is not None
    assert (found.holds, found.lacks) == (None, "owner")


def test_aid_within_the_eligible_base() -> None:
    def holds(base: int | None, *lines: Line) -> bool | None:
        found = check("aid_within_base", Financing(None, base, lines))
        assert found is not None
        return found.holds

    grant = Line(600, funder_kind="state", scheme="FNADT")
    assert holds(1000, grant, Line(400, funder_kind="region")) is True
    assert holds(999, grant, Line(400, funder_kind="region")) is False
    assert holds(600, grant, Line(400, is_own=True)) is True
    assert holds(600, grant, Line(400, is_public=False)) is True
    assert holds(None, grant) is None


def test_every_rule_says_its_source_in_both_languages() -> None:
    kinds = set(OrganisationKind.values)
    for rule in rules():
        assert rule.source
        assert set(rule.label) == set(rule.text) == {"fr", "en"}
        assert rule.exemptions
        assert rule.owner_kinds <= kinds
        assert rule.funder_kinds <= kinds
