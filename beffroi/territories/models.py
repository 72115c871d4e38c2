"""Communes, EPCI, departments; perimeters as dated lists of communes, each with its source."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Department(models.Model):
    """A department; ``region`` is the INSEE code of its region."""

    code = models.CharField("code", max_length=3, primary_key=True)
    name = models.CharField("nom", max_length=100)
    region = models.CharField("région", max_length=2)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Epci(models.Model):
    """An inter-municipality, known by its SIREN."""

    siren = models.CharField("SIREN", max_length=9, unique=True)
    name = models.CharField("nom", max_length=200)
    sort_key = models.CharField(max_length=200)

    class Meta:
        ordering = ["sort_key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(siren__regex=r"^\d{9}$"),
                name="territories_epci_siren_digits",
                violation_error_message="Un SIREN a neuf chiffres.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Commune(models.Model):
    """A commune of the official geographic code (COG) of ``vintage``."""

    code = models.CharField("code INSEE", max_length=5, unique=True)
    name = models.CharField("nom", max_length=100)
    sort_key = models.CharField(max_length=100, db_index=True)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="communes")
    arrondissement = models.CharField("arrondissement", max_length=4, blank=True)
    epci = models.ForeignKey(
        Epci, on_delete=models.PROTECT, null=True, blank=True, related_name="communes"
    )
    population = models.PositiveIntegerField("population municipale", null=True)
    postal_codes = models.CharField("codes postaux", max_length=200, blank=True)
    vintage = models.PositiveSmallIntegerField("millésime du COG")

    class Meta:
        ordering = ["sort_key", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^(\d{2}|2[AB])\d{3}$"),
                name="territories_commune_code_shape",
                violation_error_message="Un code commune a cinq caractères : 59350, 2A004.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FormerCommune(models.Model):
    """A code that no longer is, and the commune that took it over."""

    code = models.CharField("ancien code", max_length=5, primary_key=True)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="former")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Perimeter(models.Model):
    """A territory that contracts speak of; what it holds is a dated list."""

    slug = models.CharField("identifiant", max_length=60, unique=True)
    name = models.CharField("nom", max_length=200)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


class PerimeterVersion(models.Model):
    """The communes of a perimeter from a date on, as known from a posting on. Append-only."""

    perimeter = models.ForeignKey(Perimeter, on_delete=models.PROTECT, related_name="versions")
    effective_on = models.DateField("en vigueur le")
    posting = models.ForeignKey("journal.Posting", on_delete=models.PROTECT, related_name="+")
    source = models.CharField("source", max_length=300)
    note = models.TextField("précision", blank=True)
    published_count = models.PositiveIntegerField("communes annoncées", null=True, blank=True)
    derived = models.BooleanField("liste déduite", default=False)
    communes = models.ManyToManyField(Commune, related_name="+")

    class Meta:
        ordering = ["perimeter_id", "effective_on", "posting_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["perimeter", "effective_on", "posting"],
                name="territories_perimeter_version_once",
                violation_error_message="Ce périmètre a déjà une liste à cette date.",
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="territories_perimeter_version_sourced",
                violation_error_message="Une liste de communes dit sa source.",
            ),
        ]
