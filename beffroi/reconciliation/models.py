"""Figures that both sides sign: proposed, validated by each co-leading partner, frozen."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class SignOff(models.Model):
    """The figures of a contract at a date, as known at a posting, proposed to be signed.

    ``digest`` is the sha256 of these figures (:mod:`beffroi.reconciliation.frozen`): asked again
    they give the same. ``summary`` is what was open that day: gaps, unread cells, silent partners.
    Append-only.
    """

    contract = models.ForeignKey("contracts.Contract", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("nom", max_length=200)
    effective_on = models.DateField("situation au")
    known = models.BigIntegerField("connue à l'écriture n°")
    perimeter = models.CharField("périmètre", max_length=60, blank=True)
    digest = models.CharField("empreinte", max_length=64)
    summary = models.JSONField("état à la proposition")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("proposé le", db_default=Now())

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "name"],
                name="reconciliation_signoff_named_once",
                violation_error_message="Des chiffres portent déjà ce nom dans ce contrat.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="reconciliation_signoff_named",
                violation_error_message="Donnez un nom : celui du comité, par exemple.",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="reconciliation_signoff_digest_is_hex",
                violation_error_message="Une empreinte a 64 chiffres hexadécimaux.",
            ),
            models.CheckConstraint(
                condition=Q(known__gte=1),
                name="reconciliation_signoff_known_posting",
                violation_error_message="Rien n'est encore connu de ce contrat.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Validation(models.Model):
    """One co-leading partner validates a sign-off, or declines it with a reason. Append-only."""

    signoff = models.ForeignKey(SignOff, on_delete=models.PROTECT, related_name="validations")
    organisation = models.ForeignKey(
        "partners.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agrees = models.BooleanField("valide")
    reason = models.TextField("raison", blank=True)
    at = models.DateTimeField("le", db_default=Now())

    class Meta:
        ordering = ["signoff_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["signoff", "organisation"],
                name="reconciliation_validation_once",
                violation_error_message="Ce partenaire s'est déjà prononcé sur ces chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(agrees=True) | ~Q(reason=""),
                name="reconciliation_validation_declined_with_reason",
                violation_error_message="Dites pourquoi vous ne validez pas.",
            ),
        ]


class Snapshot(models.Model):
    """A sign-off that every co-leading partner validated: frozen. Append-only.

    ``identifier`` is what pages and exports carry.
    """

    signoff = models.OneToOneField(SignOff, on_delete=models.PROTECT, related_name="snapshot")
    identifier = models.CharField("identifiant", max_length=40, unique=True)
    frozen_at = models.DateTimeField("figé le", db_default=Now())

    class Meta:
        ordering = ["-frozen_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(identifier__regex=r"^[a-z0-9-]+$"),
                name="reconciliation_snapshot_identifier_shape",
                violation_error_message="Un identifiant s'écrit en minuscules et chiffres.",
            ),
        ]

    def __str__(self) -> str:
        return self.identifier
