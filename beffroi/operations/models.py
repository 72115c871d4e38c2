"""Operations: what the money of a contract, or ordinary credit, is spent on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Operation(models.Model):
    """One operation. Only its title is asked for; everything else may be unknown.

    ``unmatched`` marks one that a doubtful line made by itself, because nobody was there to decide
    which of the operations already known it was; a :class:`Judgement` then decides.
    """

    code = models.CharField("code", max_length=40, unique=True)
    title = models.CharField("intitulé", max_length=500)
    sort_key = models.CharField(max_length=500, db_index=True)
    owner_name = models.CharField("maître d'ouvrage (tel qu'écrit)", max_length=300, blank=True)
    owner_siret = models.CharField("SIRET du maître d'ouvrage", max_length=14, blank=True)
    owner = models.ForeignKey(
        "partners.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    contract = models.ForeignKey(
        "contracts.Contract",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="operations",
        verbose_name="contrat d'origine (aucun : droit commun)",
    )
    unmatched = models.BooleanField("non rapprochée", default=False)
    fictitious = models.BooleanField("fictive", default=False)
    posting = models.ForeignKey("journal.Posting", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title=""),
                name="operations_operation_titled",
                violation_error_message="Une opération a un intitulé.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Membership(models.Model):
    """An operation that also counts in a contract other than its own, from a day to another.

    Append-only: the last row of an operation and a contract says its dates, unknown where null.
    Returns of that contract recognise the operation among their own; its money is charged to one
    contract only (``ledger.overlap``).
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="memberships")
    contract = models.ForeignKey("contracts.Contract", on_delete=models.PROTECT, related_name="+")
    since = models.DateField("à partir du", null=True, blank=True)
    until = models.DateField("jusqu'au", null=True, blank=True)
    reason = models.TextField("raison")
    posting = models.ForeignKey("journal.Posting", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "contract", "posting"],
                name="operations_membership_once",
                violation_error_message="Une écriture dit une fois les dates d'une opération dans "
                "un contrat.",
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True)
                | Q(until__isnull=True)
                | Q(since__lte=models.F("until")),
                name="operations_membership_dates_in_order",
                violation_error_message="Une opération entre dans un contrat avant d'en sortir.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="operations_membership_with_reason",
                violation_error_message="Dites pourquoi cette opération compte aussi pour ce "
                "contrat.",
            ),
        ]


class Reference(models.Model):
    """How a partner names an operation: its code (N° EJ, dossier, PPI…) and what it says of it.

    Append-only and dated by its posting. One code may name several operations (partners reuse
    theirs), and one operation may bear many codes (those that change every year). Texts are kept
    plain (no case, accents or punctuation), as they are compared; ``written`` is the title as it
    was first written. ``operation`` is the one it was first given to: an :class:`Assignment` may
    have given it to another since. ``recognised_in`` is the reference in which it was recognised,
    and which it follows when a recognition is undone.
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="references")
    partner = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    code = models.CharField("code", max_length=120, blank=True)
    title = models.CharField("intitulé", max_length=500)
    owner = models.CharField("maître d'ouvrage", max_length=300, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    place = models.CharField("lieu", max_length=120, blank=True)
    objective = models.CharField("objectif", max_length=40, blank=True)
    written = models.CharField("intitulé tel qu'écrit", max_length=500, blank=True)
    recognised_in = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followers"
    )
    posting = models.ForeignKey("journal.Posting", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "operation",
                    "partner",
                    "code",
                    "title",
                    "owner",
                    "siret",
                    "place",
                    "objective",
                ],
                name="operations_reference_once",
                violation_error_message="Cette référence est déjà connue pour cette opération.",
            ),
        ]

    def __str__(self) -> str:
        return self.code or self.title


class Assignment(models.Model):
    """From its posting on, a reference is that of another operation. Append-only."""

    reference = models.ForeignKey(Reference, on_delete=models.PROTECT, related_name="assignments")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="assignments")
    posting = models.ForeignKey("journal.Posting", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "posting"],
                name="operations_assignment_once",
                violation_error_message="Une écriture donne une fois chaque référence.",
            ),
        ]


class Verdict(models.TextChoices):
    FOUND = "found", "trouvées identiques par une remontée, à réunir"
    SAME = "same", "une seule opération"
    DIFFERENT = "different", "deux opérations"


class Judgement(models.Model):
    """What was decided of two operations; the last word on a pair counts. Append-only.

    ``same``: ``operation`` is absorbed by ``other``, which bears its references from then on.
    ``found``: a return showed them to be one; a posting of its own is about to reunite them.
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="judgements")
    other = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField("verdict", max_length=9, choices=Verdict.choices)
    posting = models.ForeignKey("journal.Posting", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "other", "posting"],
                name="operations_judgement_once",
                violation_error_message="Une écriture décide une fois de deux opérations.",
            ),
            models.CheckConstraint(
                condition=~Q(operation=models.F("other")),
                name="operations_judgement_of_two",
                violation_error_message="Il faut deux opérations différentes.",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values),
                name="operations_judgement_verdict_known",
                violation_error_message="Ce verdict est inconnu.",
            ),
        ]


class Location(models.Model):
    """Where an operation lies, as one source says it: a commune, or a whole EPCI.

    The set of rows of the latest posting known is the location (nowhere, where it names neither);
    ``share`` is the split key, in ten-thousandths, when one is known. The ``partner`` who first
    placed an operation may correct its place; what others say of it does not move it.
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="locations")
    commune = models.ForeignKey(
        "territories.Commune", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    epci = models.ForeignKey(
        "territories.Epci", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    partner = models.ForeignKey(
        "partners.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    share = models.PositiveIntegerField("clé de répartition (1/10 000)", null=True, blank=True)
    posting = models.ForeignKey("journal.Posting", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["operation_id", "posting_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(commune__isnull=True) | Q(epci__isnull=True),
                name="operations_location_one_place",
                violation_error_message="Une localisation nomme une commune ou un EPCI.",
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__range=(1, 10_000)),
                name="operations_location_share_range",
                violation_error_message="La clé de répartition va de 1 à 10 000.",
            ),
        ]


class Cost(models.Model):
    """The total cost of an operation, as a source gives it for a date. Cents."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="costs")
    source = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    effective_on = models.DateField("situation au")
    cents = models.BigIntegerField("coût (centimes)")
    tax_basis = models.CharField("assiette fiscale", max_length=8, blank=True)
    where = models.CharField("cellule", max_length=120, blank=True)
    posting = models.ForeignKey("journal.Posting", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["operation_id", "effective_on", "posting_id"]
