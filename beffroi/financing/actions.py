"""Writing financing plans, and setting rules aside."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, connection
from django.utils.translation import gettext as _

from beffroi.accounts.models import User
from beffroi.financing.checking import rules
from beffroi.financing.models import Plan, PlanLine, Waiver
from beffroi.journal.actions import posting
from beffroi.journal.models import PostingKind
from beffroi.operations.models import Operation
from beffroi.server.constraints import sentence_of

#: First half of the advisory lock under which the plan of an operation changes.
PLAN_LOCK = 0x504C414E  # "PLAN"


class PlanRefused(Exception):
    """The plan cannot be written: one sentence says why. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan to write; cents. Its ``lines`` are not saved yet, and are numbered in order."""

    cost_cents: int | None
    base_cents: int | None
    tax_basis: str
    owner_kind: str
    lines: Sequence[PlanLine]


def write_plan(operation: Operation, draft: Draft, author: User, *, reason: str, seen: int) -> Plan:
    """Write the next version of an operation's plan. ``seen`` is the version that was read (0:
    none): somebody who changed it in between comes first. Raises :class:`PlanRefused`.
    """
    _refuse_twice(draft)
    try:
        with posting(PostingKind.PLAN, f"Plan de financement : {operation}") as opened:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [PLAN_LOCK, operation.pk])
            last = operation.plans.order_by("-rank").values_list("rank", flat=True).first() or 0
            if last != seen:
                raise PlanRefused(_("Ce plan vient d'être modifié : relisez-le, puis décidez."))
            plan = Plan.objects.create(
                operation=operation,
                rank=seen + 1,
                cost_cents=draft.cost_cents,
                base_cents=draft.base_cents,
                tax_basis=draft.tax_basis,
                owner_kind=draft.owner_kind,
                reason=reason.strip(),
                author=author,
                posting_id=opened.id,
            )
            for rank, line in enumerate(draft.lines, start=1):
                line.plan, line.rank = plan, rank
            PlanLine.objects.bulk_create(draft.lines)
    except IntegrityError as error:
        raise PlanRefused(sentence_of(error) or _("Ce plan n'a pas pu être écrit.")) from error
    return plan


def waive(
    operation: Operation,
    *,
    rule: str,
    ground: str,
    reason: str,
    ends_on: datetime.date,
    author: User,
) -> Waiver:
    """Set a rule aside for an operation. Raises :class:`PlanRefused`."""
    known = {each.key: each for each in rules()}
    if rule not in known or ground not in known[rule].exemptions:
        raise PlanRefused(_("Ce fondement n'est pas de ceux que la règle admet."))
    if not reason.strip():
        raise PlanRefused(_("Dites pourquoi la règle est écartée."))
    return Waiver.objects.create(
        operation=operation,
        rule=rule,
        ground=ground,
        reason=reason.strip(),
        ends_on=ends_on,
        author=author,
    )


def _refuse_twice(draft: Draft) -> None:
    """One funder brings one amount of one scheme at one certainty: twice the same is a slip."""
    said = [
        (line.funder_id, line.name.casefold(), line.scheme.casefold(), line.certainty)
        for line in draft.lines
    ]
    for line, key in zip(draft.lines, said, strict=True):
        if said.count(key) > 1:
            raise PlanRefused(
                _("« %(funder)s » figure deux fois avec le même dispositif et la même certitude.")
                % {"funder": line}
            )
