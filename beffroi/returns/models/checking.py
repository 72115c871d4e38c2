"""How severe each finding is for a contract, and the findings that are waived."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


@pghistory.track()
class RuleSeverity(models.Model):
    """The severity of one kind of finding in one contract, where it is not the usual one."""

    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.CASCADE, related_name="rule_severities"
    )
    kind = models.CharField("nature de constat", max_length=60)
    severity = models.CharField(
        "gravité",
        max_length=8,
        choices=[
            ("error", "erreur"),
            ("warning", "alerte"),
            ("info", "information"),
            ("off", "non relevé"),
        ],
    )

    class Meta:
        ordering = ["contract_id", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "kind"],
                name="returns_ruleseverity_once",
                violation_error_message="La gravité de ce constat est déjà réglée.",
            ),
            models.CheckConstraint(
                condition=Q(severity__in=["error", "warning", "info", "off"]),
                name="returns_ruleseverity_known",
                violation_error_message="Cette gravité est inconnue.",
            ),
        ]


@pghistory.track()
class Waiver(models.Model):
    """Findings of one kind that somebody decided to let through, until a date.

    ``partner`` and ``shown`` (what was read in the cell) narrow it to one partner's returns, to
    one value; both empty, it holds for the whole contract.
    """

    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.CASCADE, related_name="waivers"
    )
    kind = models.CharField("nature de constat", max_length=60)
    partner = models.ForeignKey(
        "partners.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    shown = models.CharField("valeur lue", max_length=300, blank=True)
    reason = models.TextField("raison")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("accordée le", db_default=Now())
    ends_on = models.DateField("jusqu'au")
    revoked_at = models.DateTimeField("levée le", null=True, blank=True)

    class Meta:
        ordering = ["contract_id", "kind", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="returns_waiver_with_reason",
                violation_error_message="Une dérogation dit sa raison.",
            ),
        ]
