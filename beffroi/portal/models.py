"""What is open to everybody: nothing, until somebody who runs the contract says so."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Publication(models.Model):
    """A decision that a contract's facts are public, or no longer are; the last one stands.

    Append-only. ``author`` is null where public reference data was loaded with the site.
    """

    contract = models.ForeignKey("contracts.Contract", on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveIntegerField("rang")
    is_public = models.BooleanField("publié")
    reason = models.TextField("raison")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField("le", db_default=Now())

    class Meta:
        ordering = ["contract_id", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "rank"],
                name="portal_publication_one_at_a_time",
                violation_error_message="Quelqu'un vient d'en décider : relisez avant de décider.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="portal_publication_with_reason",
                violation_error_message="Dites pourquoi ce contrat est publié, ou ne l'est plus.",
            ),
        ]
