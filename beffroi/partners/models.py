"""Organisations, their services and people, and who succeeded whom."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q


class OrganisationKind(models.TextChoices):
    STATE = "state", "État"
    REGION = "region", "Région"
    DEPARTMENT = "department", "Département"
    METROPOLE = "metropole", "Métropole"
    CU = "cu", "Communauté urbaine"
    CA = "ca", "Communauté d'agglomération"
    CC = "cc", "Communauté de communes"
    COMMUNE = "commune", "Commune"
    OPERATOR = "operator", "Opérateur ou agence"
    ASSOCIATION = "association", "Association"
    SOCIAL_LANDLORD = "social_landlord", "Bailleur social"
    SYNDICATE = "syndicate", "Syndicat"
    OTHER = "other", "Autre"


@pghistory.track()
class Organisation(models.Model):
    """A body that signs, funds, carries or is associated. What is not known stays empty."""

    slug = models.CharField("identifiant", max_length=60, unique=True)
    name = models.CharField("nom", max_length=200)
    short_name = models.CharField("nom court", max_length=60, blank=True)
    sort_key = models.CharField(max_length=200)
    kind = models.CharField("catégorie", max_length=20, choices=OrganisationKind.choices)
    siren = models.CharField("SIREN", max_length=9, null=True, blank=True)
    insee = models.CharField("code INSEE", max_length=5, blank=True)
    valid_until = models.DateField("jusqu'au", null=True, blank=True)

    class Meta:
        ordering = ["sort_key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=OrganisationKind.values),
                name="partners_organisation_kind_known",
                violation_error_message="La catégorie de l'organisation est inconnue.",
            ),
            models.CheckConstraint(
                condition=Q(siren__isnull=True) | Q(siren__regex=r"^\d{9}$"),
                name="partners_organisation_siren_digits",
                violation_error_message="Un SIREN a neuf chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z0-9][a-z0-9-]*$"),
                name="partners_organisation_slug_shape",
                violation_error_message="Un identifiant s'écrit en minuscules, chiffres et tirets.",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name


@pghistory.track()
class Succession(models.Model):
    """Who took over from whom, and when."""

    predecessor = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="successions"
    )
    successor = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="predecessions"
    )
    on = models.DateField("le")
    note = models.CharField("précision", max_length=300, blank=True)

    class Meta:
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="partners_succession_once",
                violation_error_message="Cette succession est déjà connue.",
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="partners_succession_of_another",
                violation_error_message="Une organisation ne se succède pas à elle-même.",
            ),
        ]


@pghistory.track()
class Service(models.Model):
    """A service of an organisation."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="services"
    )
    name = models.CharField("nom", max_length=200)

    class Meta:
        ordering = ["organisation_id", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="partners_service_once",
                violation_error_message="Ce service existe déjà.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Membership(models.Model):
    """Somebody works for an organisation (and perhaps one of its services), from and until."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships"
    )
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    since = models.DateField("depuis", null=True, blank=True)
    until = models.DateField("jusqu'au", null=True, blank=True)

    class Meta:
        ordering = ["user_id", "organisation_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "service"],
                nulls_distinct=False,
                name="partners_membership_once",
                violation_error_message="Cette personne en fait déjà partie.",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gte=F("since")),
                name="partners_membership_dates_ordered",
                violation_error_message="La fin vient après le début.",
            ),
        ]
