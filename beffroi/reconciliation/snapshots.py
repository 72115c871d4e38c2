"""Reading what was signed."""

from __future__ import annotations

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
    """The figures that an identifier names in a contract; ``None`` where it names none."""
    snapshot = (
        Snapshot.objects.filter(identifier=identifier, signoff__contract=contract)
        .select_related("signoff")
        .first()
    )
    if snapshot is None:
        return None
    signed = snapshot.signoff
    return SnapshotShown(identifier, signed.name, signed.effective_on, signed.known)
