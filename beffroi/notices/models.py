"""The outbox: mails to send, and what is shown to people when they come back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now


class Notice(models.Model):
    """One message for one person. It leaves once: ``key`` says what it is about, for whom, when.

    Written in the transaction of what it tells; sent afterwards by the worker, which tries again
    at ``due_at``. A notice that nobody takes is ``given_up_at``, with its last ``failure``.

    ``enclosed`` names what is written into the text as it leaves, and is kept nowhere: a list of
    ``[kind, id]``, which ``⟦1⟧``, ``⟦2⟧``… stand for in ``body``.
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
    reply_to = models.EmailField("réponses à", max_length=254, blank=True)
    enclosed = models.JSONField("joint au départ", default=list, blank=True)
    created_at = models.DateTimeField("écrit le", db_default=Now())
    due_at = models.DateTimeField("à envoyer le", db_default=Now())
    sent_at = models.DateTimeField("parti le", null=True, blank=True)
    given_up_at = models.DateTimeField("abandonné le", null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(given_up_at__isnull=True),
                name="notices_notice_sent_or_given_up",
                violation_error_message="Un avis parti n'est pas abandonné.",
            ),
            models.CheckConstraint(
                condition=Q(given_up_at__isnull=True) | ~Q(failure=""),
                name="notices_notice_given_up_with_reason",
                violation_error_message="Un avis abandonné dit pourquoi.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="notices_to_send",
            ),
            models.Index(fields=["user"], condition=Q(seen_at__isnull=True), name="notices_unread"),
            models.Index(
                fields=["given_up_at"],
                condition=Q(given_up_at__isnull=False),
                name="notices_given_up",
            ),
        ]

    def __str__(self) -> str:
        return self.subject
