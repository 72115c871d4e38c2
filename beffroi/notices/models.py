"""The outbox: mails to send, and what is shown to people when they come back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now


class Notice(models.Model):
    """One message for one person. It leaves once: ``key`` says what it is about, for whom, when.

    Written in the transaction of what it tells; sent afterwards by the worker.
    """

    key = models.CharField("clé", max_length=200, unique=True)
    address = models.EmailField("adresse", max_length=254)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="notices",
    )
    subject = models.CharField("objet", max_length=200)
    body = models.TextField("texte")
    link = models.CharField("page", max_length=300, blank=True)
    created_at = models.DateTimeField("écrit le", db_default=Now())
    sent_at = models.DateTimeField("parti le", null=True, blank=True)
    seen_at = models.DateTimeField("vu le", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("tentatives", default=0)
    failure = models.CharField("dernier échec", max_length=300, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(body=""),
                name="notices_notice_says_something",
                violation_error_message="Un avis a un objet et un texte.",
            ),
            models.CheckConstraint(
                condition=Q(address=Lower("address")),
                name="notices_notice_address_lower_case",
                violation_error_message="L'adresse s'écrit en minuscules.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(sent_at__isnull=True), name="notices_to_send"
            )
        ]

    def __str__(self) -> str:
        return self.subject
