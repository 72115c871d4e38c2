"""Deliveries: a workbook handed in, from its arrival to its posting."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class DeliveryState(models.TextChoices):
    RECEIVED = "received", "reçu"
    REFUSED = "refused", "illisible"
    LAYOUT = "layout", "mise en page à confirmer"
    MATCHING = "matching", "opérations à rapprocher"
    READY = "ready", "prêt à soumettre"
    SUBMITTED = "submitted", "soumis"
    WITHDRAWN = "withdrawn", "retiré"


OPEN = (
    DeliveryState.RECEIVED,
    DeliveryState.LAYOUT,
    DeliveryState.MATCHING,
    DeliveryState.READY,
)


class Delivery(models.Model):
    """One workbook handed in for a contract and a date. The file is kept, whatever comes of it.

    ``summary`` holds what the reading found (rows, sums in cents by stage, unread cells, doubts);
    ``refusal`` the sentence that says why it could not be read, kept with the file.
    """

    contract = models.ForeignKey("contracts.Contract", on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(
        "partners.Service", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    effective_on = models.DateField("situation au")
    request = models.ForeignKey(
        "returns.Request",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deliveries",
    )
    link = models.ForeignKey(
        "returns.DepositLink", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField("nom du fichier", max_length=255)
    complete = models.BooleanField("complète", default=False)
    layout = models.ForeignKey(
        "returns.StoredLayout", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    layout_name = models.CharField("mise en page", max_length=80, blank=True)
    state = models.CharField("état", max_length=10, choices=DeliveryState.choices)
    refusal = models.TextField("refus", blank=True)
    summary = models.JSONField("lecture", default=dict)
    findings = models.JSONField("constats", default=list)
    not_data = models.JSONField("lignes écartées", default=list)
    received_at = models.DateTimeField("reçu le", db_default=Now())
    posted = models.OneToOneField(
        "returns.Return",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="delivery",
    )

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values),
                name="returns_delivery_state_known",
                violation_error_message="L'état de ce dépôt est inconnu.",
            ),
            models.CheckConstraint(
                condition=Q(state="submitted", posted__isnull=False)
                | ~Q(state="submitted") & Q(posted__isnull=True),
                name="returns_delivery_posted_when_submitted",
                violation_error_message="Un dépôt soumis a son écriture, et lui seul.",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refusal=""),
                name="returns_delivery_refused_with_reason",
                violation_error_message="Un dépôt refusé dit pourquoi.",
            ),
            models.UniqueConstraint(
                fields=["contract", "partner", "service", "effective_on"],
                nulls_distinct=False,
                condition=Q(state__in=["received", "layout", "matching", "ready"]),
                name="returns_delivery_one_open",
                violation_error_message=(
                    "Un classeur est déjà en cours de dépôt pour cette date : finissez-le, ou "
                    "retirez-le."
                ),
            ),
        ]
        indexes = [models.Index(fields=["contract", "partner", "effective_on"])]

    def __str__(self) -> str:
        return self.file_name


class LineMatch(models.Model):
    """Which operation one line of a delivery is: proposed, then decided where it was doubtful.

    ``operation`` is empty for a new one. ``candidates`` are what the question shows side by side:
    operation, score and reasons, best first.
    """

    class Standing(models.TextChoices):
        SURE = "sure", "sûre"
        ASKED = "asked", "à décider"
        NEW = "new", "nouvelle"
        DECIDED = "decided", "décidée"

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="matches")
    sheet = models.CharField("feuille", max_length=200, blank=True)
    row = models.PositiveIntegerField("ligne")
    standing = models.CharField("état", max_length=8, choices=Standing.choices)
    operation = models.ForeignKey(
        "operations.Operation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    candidates = models.JSONField("candidates", default=list)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)

    class Meta:
        ordering = ["delivery_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "sheet", "row"],
                name="returns_linematch_once",
                violation_error_message="Cette ligne a déjà sa proposition.",
            ),
            models.CheckConstraint(
                condition=Q(standing__in=["sure", "asked", "new", "decided"]),
                name="returns_linematch_standing_known",
                violation_error_message="L'état de ce rapprochement est inconnu.",
            ),
        ]
