"""Setting how severe findings are in a contract, and waiving some."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from beffroi.accounts.models import User
from beffroi.contracts.models import Contract
from beffroi.partners.models import Organisation
from beffroi.returns.models import RuleSeverity, Waiver
from beffroi.returns.reading.kinds import KINDS


@transaction.atomic
def set_severities(contract: Contract, wanted: Mapping[str, str]) -> int:
    """Give kinds of findings their severity in a contract; the usual one is not kept.

    Returns how many changed. Kinds that are not named stay as they were.
    """
    # Two people who set them at once wait here for each other.
    Contract.objects.select_for_update().get(pk=contract.pk)
    held = {each.kind: each for each in RuleSeverity.objects.filter(contract=contract)}
    changed = 0
    for kind, severity in wanted.items():
        here = held.get(kind)
        usual = KINDS[kind].severity
        if severity == (here.severity if here else usual):
            continue
        changed += 1
        if severity == usual and here:
            here.delete()
        else:
            RuleSeverity.objects.update_or_create(
                contract=contract, kind=kind, defaults={"severity": severity}
            )
    return changed


def grant_waiver(
    contract: Contract,
    *,
    kind: str,
    reason: str,
    author: User,
    ends_on: datetime.date,
    partner: Organisation | None = None,
    shown: str = "",
) -> Waiver:
    """Let findings of a kind through until a date; visible wherever they would have been."""
    waiver = Waiver(
        contract=contract,
        kind=kind,
        partner=partner,
        shown=shown,
        reason=reason,
        author=author,
        ends_on=ends_on,
    )
    waiver.full_clean()
    waiver.save()
    return waiver


def revoke_waiver(waiver: Waiver) -> None:
    """Put an end to a waiver now; one already revoked stays as it was."""
    Waiver.objects.filter(pk=waiver.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
