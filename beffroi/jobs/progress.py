"""What people see of a job: its phases, how far it is, and whether it still shows signs of life."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils import timezone

from beffroi.jobs.kinds import Text, kind_named
from beffroi.jobs.models import Job, JobState

SILENT_SECONDS = 60
"""A job that tells nothing for longer is said to be silent since then."""
WHOLE = 1000
"""The length of a progress bar."""


@dataclass(frozen=True, slots=True)
class PhaseShown:
    """One phase of a job, as its list shows it."""

    label: Text
    standing: Literal["done", "current", "next"]


@dataclass(frozen=True, slots=True)
class JobShown:
    """A job as its page shows it. ``value`` of :data:`WHOLE` is how much of it is done."""

    job: Job
    label: Text
    phases: Sequence[PhaseShown]
    value: int

    @property
    def whole(self) -> int:
        """The length of its bar."""
        return WHOLE

    @property
    def current(self) -> Text:
        """What is being done; empty before the first phase."""
        return next((each.label for each in self.phases if each.standing == "current"), "")

    @property
    def silent_since(self) -> datetime.datetime | None:
        """Since when a running job has told nothing, where that is long."""
        alive_at = self.job.alive_at
        if self.job.state != JobState.RUNNING or alive_at is None:
            return None
        return alive_at if (timezone.now() - alive_at).total_seconds() > SILENT_SECONDS else None


def shown(job: Job) -> JobShown:
    """What is to be seen of a job."""
    kind = kind_named(job.kind)
    names = list(kind.phases)
    at = names.index(job.phase) if job.phase in names else -1
    phases = [
        PhaseShown(label, "done" if rank < at else "current" if rank == at else "next")
        for rank, label in enumerate(kind.phases.values())
    ]
    within = WHOLE * job.done // job.total if job.total else 0
    return JobShown(job, kind.label, phases, (WHOLE * max(at, 0) + within) // len(names))
