"""Findings: what is doubtful in a cell, worded, and grouped for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from beffroi.returns.reading.kinds import KINDS, SEVERITIES
from beffroi.returns.reading.lines import Finding

LONGEST_SHOWN = 300


def finding(where: str, kind: str, shown: object) -> Finding:
    """A finding of a known kind, worded."""
    about = KINDS[kind]
    text = str(shown)
    short = text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
    return Finding(where, kind, about.severity, short, about.message.format(shown=short))


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """All the findings of one kind and severity: one message over many cells."""

    kind: str
    severity: str
    findings: Sequence[Finding]

    @property
    def label(self) -> str:
        """The name of the kind, in French."""
        return KINDS[self.kind].label


def grouped(findings: Iterable[Finding]) -> list[FindingGroup]:
    """Findings by kind, the most severe first; within a kind, in the order they were found."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for found in findings:
        groups.setdefault((found.severity, found.kind), []).append(found)
    return [
        FindingGroup(kind, severity, together)
        for (severity, kind), together in sorted(
            groups.items(), key=lambda group: SEVERITIES.index(group[0][0])
        )
    ]
