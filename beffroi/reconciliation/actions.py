"""Proposing figures to be signed, and validating them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction

from beffroi.accounts.models import User
from beffroi.contracts.models import Contract, Participation
from beffroi.contracts.vocabulary import Role, Stage
from beffroi.journal.actions import last_number
from beffroi.ledger.queries import Scope
from beffroi.partners.models import Organisation
from beffroi.reconciliation.causes import Status
from beffroi.reconciliation.frozen import Figures, digest, frozen_figures
from beffroi.reconciliation.models import SignOff, Snapshot, Tolerance, Validation
from beffroi.reconciliation.queries import gaps
from beffroi.server.constraints import sentence_of

#: First half of the advisory lock under which a sign-off is validated: the last of the co-leading
#: partners freezes it, and only the last.
SIGNING_LOCK = 0x5349474E  # "SIGN"


class SigningRefused(Exception):
    """It cannot be proposed or validated: one sentence says why. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """Figures as they would be signed, before anything is written."""

    figures: Figures
    digest: str
    known: int
    summary: dict[str, Any]


def look(contract: Contract, au: datetime.date, connu: int, perimeter: str = "") -> Proposed:
    """What would be signed at (au, connu), with what is still open then."""
    figures = frozen_figures(contract, au, connu, perimeter)
    found = gaps(Scope(contract), au, connu, perimeter=perimeter or None)
    spoken = {money.funder for money, _ in figures if money.stage != Stage.CONTRACTED}
    parties = Organisation.objects.filter(participations__contract=contract).distinct()
    summary = {
        "gaps": sum(gap.is_open for gap in found),
        "agreed": sum(gap.agreed_cents is not None for gap in found),
        "unconfirmed": sum(
            gap.status == Status.UNCONFIRMED and gap.agreed_cents is None for gap in found
        ),
        "unread": sum(position.unread for position in figures.values()),
        "silent": sorted(party.slug for party in parties if party.slug not in spoken),
        "totals_cents": _totals(figures),
    }
    return Proposed(figures, digest(figures), connu, summary)


def propose(
    contract: Contract,
    *,
    name: str,
    au: datetime.date,
    author: User,
    perimeter: str = "",
    connu: int | None = None,
) -> SignOff:
    """Propose the figures at ``au``, as known at ``connu`` (now by default), to be signed.

    Raises :class:`SigningRefused`.
    """
    known = last_number() if connu is None else connu
    seen = look(contract, au, known, perimeter)
    if not seen.figures:
        raise SigningRefused("Personne n'a déclaré de chiffres à cette date : rien à signer.")
    signoff = SignOff(
        contract=contract,
        name=name.strip(),
        effective_on=au,
        known=known,
        perimeter=perimeter,
        digest=seen.digest,
        summary=seen.summary,
        author=author,
    )
    try:
        with transaction.atomic():
            signoff.save()
    except IntegrityError as error:
        raise SigningRefused(
            sentence_of(error) or "Ces chiffres n'ont pas pu être proposés."
        ) from error
    return signoff


def validate(
    signoff: SignOff, organisation: Organisation, author: User, *, agrees: bool, reason: str = ""
) -> Snapshot | None:
    """A co-leading partner validates, or declines with a reason; the last to agree freezes it.

    Raises :class:`SigningRefused`: the partner does not co-lead, or has spoken already.
    """
    leading = co_leads(signoff.contract)
    if organisation.pk not in {each.pk for each in leading}:
        raise SigningRefused(
            f"{organisation} ne copilote pas ce contrat : seuls ses copilotes signent."
        )
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SIGNING_LOCK, signoff.pk])
            Validation.objects.create(
                signoff=signoff,
                organisation=organisation,
                author=author,
                agrees=agrees,
                reason=reason.strip(),
            )
            agreed = signoff.validations.filter(agrees=True).values_list(
                "organisation_id", flat=True
            )
            if {each.pk for each in leading} - set(agreed):
                return None
            return Snapshot.objects.create(signoff=signoff, identifier=_identifier(signoff))
    except IntegrityError as error:
        raise SigningRefused(
            sentence_of(error) or "Cette validation n'a pas pu être prise."
        ) from error


def set_tolerance(contract: Contract, cents: int, author: User) -> Tolerance:
    """Say up to what difference, in cents, a gap is mere rounding in a contract, from now on.

    Raises :class:`SigningRefused`.
    """
    chosen = Tolerance(contract=contract, cents=cents, author=author)
    try:
        with transaction.atomic():
            chosen.save()
    except IntegrityError as error:
        raise SigningRefused(
            sentence_of(error) or "Cette tolérance n'a pas pu être prise."
        ) from error
    return chosen


def co_leads(contract: Contract) -> list[Organisation]:
    """The partners whose validation is needed."""
    leading = Participation.objects.filter(contract=contract, role=Role.CO_LEAD)
    return [each.organisation for each in leading.select_related("organisation")]


def _totals(figures: Figures) -> dict[str, int]:
    """Cents by nature and stage: neither is added to another."""
    totals: dict[str, int] = {}
    for (money, _), position in figures.items():
        label = f"{money.nature}/{money.stage}"
        totals[label] = totals.get(label, 0) + position.cents
    return totals


def _identifier(signoff: SignOff) -> str:
    """Short enough to be read aloud, and bound to the figures: ``inst-12-1f2e3d4c``."""
    return f"inst-{signoff.pk}-{signoff.digest[:8]}"
