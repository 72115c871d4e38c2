"""What the contract team says of a return: accepted, or a cell queried. No figure changes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Length, Now
from django.db.models.lookups import LessThanOrEqual

from beffroi.returns.models.returns import Return

LONGEST_MESSAGE = 4000
"""Characters that a message of a thread may have."""


class Acceptance(models.Model):
    """The contract team accepts a return as it stands, or takes its acceptance back.

    Append-only: the latest row is the status.
    """

    submitted = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="acceptances")
    accepted = models.BooleanField("acceptée", default=True)
    note = models.CharField("précision", max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("le", db_default=Now())

    class Meta:
        ordering = ["submitted_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted=True) | ~Q(note=""),
                name="returns_acceptance_withdrawn_with_reason",
                violation_error_message="Revenir sur une acceptation se justifie.",
            ),
        ]


class Query(models.Model):
    """A question on one cell of a return: a thread that both sides read."""

    submitted = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="queries")
    sheet = models.CharField("feuille", max_length=200, blank=True)
    cell = models.CharField("cellule", max_length=12)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("ouverte le", db_default=Now())
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["submitted_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submitted", "sheet", "cell"],
                condition=Q(closed_at__isnull=True),
                name="returns_query_one_open_per_cell",
                violation_error_message="Une question est déjà ouverte sur cette cellule.",
            ),
            models.CheckConstraint(
                condition=Q(cell__regex=r"^[A-Z]{1,3}[0-9]{1,7}$"),
                name="returns_query_cell_address",
                violation_error_message="Une question porte sur une cellule, comme H12.",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="returns_query_closed_by_somebody",
                violation_error_message="Une question close dit qui l'a close.",
            ),
        ]


class QueryMessage(models.Model):
    """One message of a query's thread. Append-only.

    ``author_name`` is how the others read of its author, who may have no account; ``from_partner``
    tells which side speaks: the one that sent the return, or the contract team.
    """

    query = models.ForeignKey(Query, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    author_name = models.CharField("de la part de", max_length=200)
    from_partner = models.BooleanField("du partenaire", default=False)
    text = models.TextField("texte")
    at = models.DateTimeField("le", db_default=Now())

    class Meta:
        ordering = ["query_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="returns_message_says_something",
                violation_error_message="Un message ne peut pas être vide.",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("text"), Value(LONGEST_MESSAGE)),
                name="returns_message_not_endless",
                violation_error_message="Un message a 4 000 caractères au plus.",
            ),
        ]
