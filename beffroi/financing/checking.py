"""Checking a financing plan by rules that are data, each with its legal source."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from beffroi.financing.closing import Financing

RULES = Path(__file__).parent / "rules.yaml"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``label`` and ``text`` are by language; ``exemptions`` are what a waiver may
    invoke, by key then language."""

    key: str
    measure: str
    label: Mapping[str, str]
    text: Mapping[str, str]
    source: str
    since: datetime.date
    exemptions: Mapping[str, Mapping[str, str]]
    owner_kinds: frozenset[str] = frozenset()
    funder_kinds: frozenset[str] = frozenset()
    but_schemes: frozenset[str] = frozenset()
    percent: int = 0

    def binds(self, plan: Financing, on: datetime.date) -> bool:
        """Whether a plan of that date is bound by it, as far as is known."""
        of_kind = not self.owner_kinds or plan.owner_kind in {"", *self.owner_kinds}
        with_aid = not self.funder_kinds or any(
            line.funder_kind in self.funder_kinds
            and line.scheme.upper() not in self.but_schemes
            and not line.is_own
            for line in plan.lines
        )
        return on >= self.since and of_kind and with_aid


@dataclass(frozen=True, slots=True)
class Check:
    """What a rule says of a plan: the amount found and the one it is held to, in cents.

    ``holds`` is ``None`` where something is not known: ``lacks`` says what.
    """

    rule: Rule
    holds: bool | None
    found: int | None = None
    limit: int | None = None
    lacks: str = ""


@cache
def rules() -> Sequence[Rule]:
    """The rules, in order."""
    return [_rule(said) for said in yaml.safe_load(RULES.read_text(encoding="utf-8"))]


def checks(plan: Financing, on: datetime.date, known: Sequence[Rule] = ()) -> list[Check]:
    """What the rules that bind a plan say of it, on a date."""
    return [
        _MEASURES[rule.measure](rule, plan) for rule in known or rules() if rule.binds(plan, on)
    ]


def _own_share(rule: Rule, plan: Financing) -> Check:
    """The owner's part of public funding, rounded up to the cent in the owner's disfavour."""
    if not plan.owner_kind:
        return Check(rule, holds=None, found=plan.own_share, lacks="owner")
    limit = -(-plan.public_funding * rule.percent // 100)
    if not plan.public_aid:
        return Check(rule, holds=True, found=plan.own_share, limit=limit)
    return Check(rule, holds=plan.own_share >= limit, found=plan.own_share, limit=limit)


def _aid_within_base(rule: Rule, plan: Financing) -> Check:
    """Public aid, the owner's own share left out, within the eligible base."""
    if plan.base is None:
        return Check(rule, holds=None, found=plan.public_aid, lacks="base")
    return Check(rule, holds=plan.public_aid <= plan.base, found=plan.public_aid, limit=plan.base)


_MEASURES: Mapping[str, Callable[[Rule, Financing], Check]] = {
    "own_share": _own_share,
    "aid_within_base": _aid_within_base,
}


def _rule(said: Mapping[str, Any]) -> Rule:
    sets = {
        name: frozenset(said.get(name, ()))
        for name in ("owner_kinds", "funder_kinds", "but_schemes")
    }
    exemptions = {each["key"]: {"fr": each["fr"], "en": each["en"]} for each in said["exemptions"]}
    return Rule(
        key=said["key"],
        measure=said["measure"],
        label=said["label"],
        text=said["text"],
        source=said["source"],
        since=said["since"],
        exemptions=exemptions,
        percent=said.get("percent", 0),
        **sets,
    )
