"""Reading what was returned."""

from __future__ import annotations

import datetime
from pathlib import Path

from beffroi.contracts.models import Contract
from beffroi.files.actions import digest
from beffroi.returns.models import Return


def is_taken(path: Path, contract: Contract | None, on: datetime.date) -> bool:
    """Whether this very file was taken for that contract (``None``: ordinary credit) and date."""
    return Return.objects.filter(file_id=digest(path), contract=contract, effective_on=on).exists()
