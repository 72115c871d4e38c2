"""How severe findings are in a contract, and which are waived."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from beffroi.contracts.models import Contract
from beffroi.partners.models import Organisation
from beffroi.returns.models import RuleSeverity, Waiver
from beffroi.returns.reading import Finding
from beffroi.returns.reading.findings import FindingGroup, grouped

OFF = "off"


@dataclass(frozen=True, slots=True)
class Judged:
    """The findings of a return as its contract judges them."""

    groups: Sequence[FindingGroup]
    waived: Sequence[tuple[Waiver, Sequence[Finding]]]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many findings of each severity stand, waived ones left out."""
        counts: dict[str, int] = {}
        for group in self.groups:
            counts[group.severity] = counts.get(group.severity, 0) + len(group.findings)
        return counts


def judged(
    findings: Iterable[Finding], contract: Contract, partner: Organisation, on: datetime.date
) -> Judged:
    """Findings with the contract's own severities, those waived at ``on`` apart. Two queries."""
    severities = dict(
        RuleSeverity.objects.filter(contract=contract).values_list("kind", "severity")
    )
    waivers = list(standing_waivers(contract, on).select_related("partner", "author"))
    kept: list[Finding] = []
    waived: dict[int, list[Finding]] = {}
    for found in findings:
        severity = severities.get(found.kind, found.severity)
        if severity == OFF:
            continue
        waiver = next((each for each in waivers if covers(each, found, partner)), None)
        if waiver:
            waived.setdefault(waiver.pk, []).append(found)
        else:
            kept.append(replace(found, severity=severity))
    by_waiver = [(each, waived[each.pk]) for each in waivers if each.pk in waived]
    return Judged(grouped(kept), by_waiver)


def standing_waivers(contract: Contract, on: datetime.date):  # type: ignore[no-untyped-def]
    """The waivers of a contract that hold at a date."""
    return Waiver.objects.filter(contract=contract, ends_on__gte=on, revoked_at__isnull=True)


def covers(waiver: Waiver, found: Finding, partner: Organisation) -> bool:
    """Whether a finding is let through: its kind, its partner, and what was read, where told."""
    if waiver.kind != found.kind:
        return False
    if waiver.partner_id is not None and waiver.partner_id != partner.pk:
        return False
    return waiver.shown in {"", found.shown}
