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

    ``refusal`` is the sentence that says why it could not be read, kept with the file. ``summary``
    holds what the reading found (``deliveries.work``), ``preview`` what submitting it will change
    (``deliveries.preview``), both as JSON. ``sender_name`` and ``submitter_name`` are how others
    read of whoever handed it in and submitted it, with or without an account.
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
    sender_name = models.CharField("déposé par", max_length=300, blank=True)
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
    preview = models.JSONField("aperçu", null=True, blank=True)
    received_at = models.DateTimeField("reçu le", db_default=Now())
    submitter_name = models.CharField("soumis par", max_length=300, blank=True)
    submitted_at = models.DateTimeField("soumis le", null=True, blank=True)
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
            models.CheckConstraint(
                condition=~Q(state__in=["ready", "submitted"]) | Q(preview__isnull=False),
                name="returns_delivery_ready_with_preview",
                violation_error_message="Un dépôt prêt à soumettre montre ce qu'il change.",
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
    """Which operation some lines of a delivery are: proposed, then decided where it was doubtful.

    ``lines`` are the lines that are alike, ``[sheet, row]`` each: one answer holds for all;
    ``sheet`` and ``row`` are the first's. ``said`` is what they say together, as a question shows
    it (``deliveries.matches``). ``question`` ranks those that are asked, from 1. ``operation`` is
    empty for a new one. ``candidates`` are those to choose from: operation, score and reasons, best
    first.
    """

    class Standing(models.TextChoices):
        SURE = "sure", "sûre"
        ASKED = "asked", "à décider"
        NEW = "new", "nouvelle"
        DECIDED = "decided", "décidée"

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="matches")
    sheet = models.CharField("feuille", max_length=200, blank=True)
    row = models.PositiveIntegerField("ligne")
    lines = models.JSONField("lignes", default=list)
    said = models.JSONField("ce que disent ces lignes", default=dict)
    question = models.PositiveIntegerField("question n°", null=True, blank=True)
    standing = models.CharField("état", max_length=8, choices=Standing.choices)
    operation = models.ForeignKey(
        "operations.Operation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    candidates = models.JSONField("candidates", default=list)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_by_name = models.CharField("décidée par", max_length=300, blank=True)
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
            models.CheckConstraint(
                condition=Q(standing="decided") ^ Q(decided_at__isnull=True),
                name="returns_linematch_decided_by_somebody",
                violation_error_message="Une décision porte son auteur et son heure.",
            ),
        ]
        indexes = [models.Index(fields=["delivery", "standing"])]
