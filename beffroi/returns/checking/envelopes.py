"""More money than the contract promises."""

from __future__ import annotations

from collections.abc import Iterator

from beffroi.returns.checking.known import KnownContract, Stated, own_amounts
from beffroi.returns.reading import Finding, Reading
from beffroi.returns.reading.amounts import euros
from beffroi.returns.reading.findings import finding
from beffroi.returns.reading.lines import address

STAGES = ("programmed", "committed", "paid")


def over_envelope(reading: Reading, known: KnownContract) -> Iterator[Finding]:
    """Of each node and funder, what the return adds up to against what is contracted.

    The first stage that exceeds is told, and it alone: the next ones follow from it. Only nodes
    for which the contract promises that funder's money are held to it.
    """
    stated: dict[tuple[str, str], dict[str, Stated]] = {}
    for _, line, amount in own_amounts(reading):
        for node in known.within.get(line.objective or "", ()):
            if amount.nature == "contractual" and (node, amount.funder) in known.envelopes:
                by_stage = stated.setdefault((node, amount.funder), {})
                by_stage.setdefault(amount.stage, Stated()).add(line, amount)
    for (node, funder), by_stage in stated.items():
        envelope = known.envelopes[node, funder]
        for stage in STAGES:
            found = by_stage.get(stage)
            if found is not None and found.cents > envelope:
                line, amount = found.largest
                name = known.names.get(funder, funder)
                shown = f"{node}, {name} : {euros(found.cents)} > {euros(envelope)}"
                yield finding(address(line.sheet, amount.cell), "over_envelope", shown)
                break
