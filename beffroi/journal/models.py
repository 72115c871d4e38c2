"""Known time: the postings, and the context in which each was made."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Q


class PostingKind(models.TextChoices):
    REFERENCE = "reference", "Référentiel"
    CONTRACT = "contract", "Contrat"
    FRAMEWORK = "framework", "Maquette"
    RETURN = "return", "Remontée"
    ORDINARY = "ordinary", "Droit commun"
    RECOGNITION = "recognition", "Rapprochement"
    CORRECTION = "correction", "Correction"
    AGREEMENT = "agreement", "Accord"
    PLAN = "plan", "Plan de financement"
    OPERATION = "operation", "Opération"


class Posting(models.Model):
    """One moment at which something became known.

    ``number`` and ``at`` are strictly increasing in the order of commits: they are taken under
    one lock as the last act of the transaction (see :func:`beffroi.journal.actions.posting`).
    ``id`` is taken at the start, so that rows of the same transaction can name their posting;
    it says nothing of order.
    """

    id = models.BigIntegerField(primary_key=True)
    number = models.BigIntegerField("numéro", unique=True)
    at = models.DateTimeField("connue le", unique=True)
    kind = models.CharField("nature", max_length=16, choices=PostingKind.choices)
    label = models.CharField("libellé", max_length=300)
    received_on = models.DateField(
        "reçu le",
        null=True,
        blank=True,
        help_text="Quand l'historique est chargé après coup : le jour où le fichier fut reçu.",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    context = models.JSONField("contexte", default=dict)
    started_at = models.DateTimeField("commencée le", db_default=TransactionNow())

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="journal_posting_number_positive",
                violation_error_message="Le numéro d'une écriture commence à 1.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PostingKind.values),
                name="journal_posting_kind_known",
                violation_error_message="La nature de l'écriture est inconnue.",
            ),
            models.CheckConstraint(
                condition=~Q(label=""),
                name="journal_posting_label_given",
                violation_error_message="Une écriture porte un libellé.",
            ),
        ]

    def __str__(self) -> str:
        return f"n° {self.number} · {self.label}"
