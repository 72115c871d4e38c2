"""Reading what was signed."""

from __future__ import annotations

import datetime

from django.db.models import Prefetch, QuerySet

from beffroi.contracts.models import Contract
from beffroi.contracts.pages.situation import SnapshotShown
from beffroi.reconciliation.models import SignOff, Snapshot, Validation


def signoffs_of(contract: Contract) -> QuerySet[SignOff]:
    """All that was proposed to be signed, the latest first, with who said what of it."""
    return (
        SignOff.objects.filter(contract=contract)
        .select_related("snapshot", "author", "contract")
        .prefetch_related(
            Prefetch("validations", Validation.objects.select_related("organisation", "author"))
        )
    )


def snapshot_named(contract: Contract, identifier: str) -> SnapshotShown | None:
    """The figures that an identifier names in a contract; ``None`` where it names none, or those
    of a perimeter: pages show the whole contract."""
    snapshot = (
        Snapshot.objects.filter(
            identifier=identifier, signoff__contract=contract, signoff__perimeter=""
        )
        .select_related("signoff")
        .first()
    )
    if snapshot is None:
        return None
    signed = snapshot.signoff
    return SnapshotShown(identifier, signed.name, signed.effective_on, signed.known)


def last_signed(contract: Contract, au: datetime.date, connu: int) -> SnapshotShown | None:
    """The last figures of the whole contract signed before a situation; ``None`` without any."""
    signed = (
        SignOff.objects.filter(
            contract=contract,
            perimeter="",
            snapshot__isnull=False,
            effective_on__lte=au,
            known__lte=connu,
        )
        .exclude(effective_on=au, known=connu)
        .select_related("snapshot")
        .order_by("-snapshot__frozen_at")
        .first()
    )
    if signed is None:
        return None
    return SnapshotShown(signed.snapshot.identifier, signed.name, signed.effective_on, signed.known)
