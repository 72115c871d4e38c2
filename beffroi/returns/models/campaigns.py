"""Campaigns: who must send what, for which situation, by when."""

from __future__ import annotations

import datetime

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now

#: When people are reminded, in days from the date they must send by, where a campaign says nothing.
USUAL_REMINDERS = (-15, -3, 1, 8)


def usual_reminders() -> list[int]:
    """Of a new campaign."""
    return list(USUAL_REMINDERS)


@pghistory.track()
class Campaign(models.Model):
    """A round of returns for a contract, describing the situation at one date.

    It is prepared until ``opens_on`` is known: then those asked were written to. ``reminders`` are
    days from the date each must send by, negative before it.
    """

    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.PROTECT, related_name="campaigns"
    )
    title = models.CharField("intitulé", max_length=200)
    effective_on = models.DateField("situation au")
    opens_on = models.DateField("ouverte le", null=True, blank=True)
    due_on = models.DateField("attendue le")
    message = models.TextField("message aux contributeurs", blank=True)
    reminders = ArrayField(
        models.SmallIntegerField(), verbose_name="rappels", default=usual_reminders, blank=True
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField("créée le", db_default=Now())
    closed_at = models.DateTimeField("close le", null=True, blank=True)

    class Meta:
        ordering = ["-effective_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "effective_on"],
                condition=Q(closed_at__isnull=True),
                name="returns_campaign_one_open_per_date",
                violation_error_message=(
                    "Une campagne est déjà ouverte pour ce contrat et cette date."
                ),
            ),
            models.CheckConstraint(
                condition=Q(opens_on__isnull=True) | Q(due_on__gte=F("opens_on")),
                name="returns_campaign_dates_ordered",
                violation_error_message="L'échéance vient après l'ouverture.",
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="returns_campaign_titled",
                violation_error_message="Une campagne a un intitulé.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class Request(models.Model):
    """What one partner (or one of its services) must send in a campaign.

    Where a partner's return is made of several services' parts, each has its request.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="requests")
    partner = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(
        "partners.Service", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField("échéance accordée", null=True, blank=True)
    due_reason = models.CharField("accordée, parce que", max_length=300, blank=True)
    excused = models.CharField("dispensée, parce que", max_length=300, blank=True)

    class Meta:
        ordering = ["campaign_id", "partner__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "partner", "service"],
                nulls_distinct=False,
                name="returns_request_once",
                violation_error_message="Cette remontée est déjà demandée dans la campagne.",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) ^ ~Q(due_reason=""),
                name="returns_request_extended_with_reason",
                violation_error_message="Un délai accordé dit pourquoi.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner}, {self.campaign}"

    @property
    def must_send_by(self) -> datetime.date:
        """The campaign's date, or the later one that was granted."""
        return self.due_on or self.campaign.due_on


class Recipient(models.Model):
    """Somebody to write to about a request, with or without an account."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="recipients")
    address = models.EmailField("adresse", max_length=254)
    name = models.CharField("nom", max_length=150, blank=True)

    class Meta:
        ordering = ["request_id", "address"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "address"],
                name="returns_recipient_once",
                violation_error_message="Cette personne est déjà destinataire.",
            ),
            models.CheckConstraint(
                condition=Q(address=Lower("address")),
                name="returns_recipient_address_lower_case",
                violation_error_message="L'adresse s'écrit en minuscules.",
            ),
        ]


class Letter(models.Model):
    """That somebody was written to about a request: one notice may speak of several requests."""

    class Kind(models.TextChoices):
        OPENING = "opening", "ouverture"
        PLANNED = "planned", "rappel prévu"
        ASKED = "asked", "relance"
        LINK = "link", "lien de dépôt"

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="letters")
    notice = models.ForeignKey("notices.Notice", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField("nature", max_length=8, choices=Kind.choices)
    address = models.EmailField("adresse", max_length=254)
    on = models.DateField("le")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "notice"],
                name="returns_letter_once",
                violation_error_message="Ce courriel parle déjà de cette demande.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["opening", "planned", "asked", "link"]),
                name="returns_letter_kind_known",
                violation_error_message="La nature de ce courriel est inconnue.",
            ),
        ]


@pghistory.track(exclude=["digest", "seed"])
class DepositLink(models.Model):
    """A link by which somebody without account sends one return. It expires, and can be revoked.

    Its secret is signed with the key of the site from ``seed``, and kept nowhere: only its sha256
    is, in ``digest``.
    """

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="links")
    seed = models.CharField(max_length=43)
    digest = models.CharField(max_length=64, unique=True)
    address = models.EmailField("remis à", max_length=254, blank=True)
    expires_at = models.DateTimeField("expire le")
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField("créé le", db_default=Now())
    last_used_at = models.DateTimeField("utilisé le", null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="returns_link_digest_is_hex",
                violation_error_message="L'empreinte d'un lien a 64 chiffres hexadécimaux.",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="returns_link_expires_later",
                violation_error_message="Un lien expire après avoir été créé.",
            ),
        ]
