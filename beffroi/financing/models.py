"""Financing plans: who pays what for one operation, version after version."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from beffroi.financing.vocabulary import Certainty, TaxBasis
from beffroi.partners.models import OrganisationKind


class Plan(models.Model):
    """One version of the financing plan of an operation; the last one known stands. Append-only.

    Cents. ``cost_cents`` and ``base_cents`` (the eligible base) stay empty where they are unknown.
    ``rank`` counts from 1, so that of two people at once one comes first.
    """

    operation = models.ForeignKey(
        "operations.Operation", on_delete=models.PROTECT, related_name="plans"
    )
    rank = models.PositiveSmallIntegerField("version")
    cost_cents = models.BigIntegerField("coût total (centimes)", null=True)
    base_cents = models.BigIntegerField("dépense subventionnable (centimes)", null=True)
    tax_basis = models.CharField("base fiscale", max_length=4, choices=TaxBasis.choices, blank=True)
    owner_kind = models.CharField(
        "catégorie du maître d'ouvrage",
        max_length=20,
        choices=OrganisationKind.choices,
        blank=True,
    )
    reason = models.TextField("raison")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("le", db_default=Now())
    posting = models.ForeignKey("journal.Posting", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["operation_id", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "rank"],
                name="financing_plan_one_at_a_time",
                violation_error_message="Ce plan vient d'être modifié : relisez-le, puis décidez.",
            ),
            models.CheckConstraint(
                condition=Q(rank__gte=1)
                & (Q(cost_cents__isnull=True) | Q(cost_cents__gte=0))
                & (Q(base_cents__isnull=True) | Q(base_cents__gte=0)),
                name="financing_plan_not_below_zero",
                violation_error_message="Un coût et une dépense subventionnable sont positifs.",
            ),
            models.CheckConstraint(
                condition=Q(cost_cents__isnull=True)
                | Q(base_cents__isnull=True)
                | Q(base_cents__lte=models.F("cost_cents")),
                name="financing_plan_base_within_cost",
                violation_error_message="La dépense subventionnable ne dépasse pas le coût total.",
            ),
            models.CheckConstraint(
                condition=Q(tax_basis__in=TaxBasis.values),
                name="financing_plan_tax_basis_known",
                violation_error_message="La base fiscale est HT, TTC ou non précisée.",
            ),
            models.CheckConstraint(
                condition=Q(owner_kind="") | Q(owner_kind__in=OrganisationKind.values),
                name="financing_plan_owner_kind_known",
                violation_error_message="La catégorie du maître d'ouvrage est inconnue.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="financing_plan_has_a_reason",
                violation_error_message="Dites pourquoi le plan change.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation}, version {self.rank}"


class PlanLine(models.Model):
    """What one funder brings, and how sure it is. Append-only, with its plan.

    ``funder`` is empty where it is no body known here: ``name`` then says who.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="lines")
    rank = models.PositiveSmallIntegerField("rang")
    funder = models.ForeignKey(
        "partners.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField("nom", max_length=200, blank=True)
    scheme = models.CharField("dispositif", max_length=60, blank=True)
    cents = models.BigIntegerField("montant (centimes)")
    certainty = models.CharField("certitude", max_length=12, choices=Certainty.choices)
    on = models.DateField("depuis le", null=True, blank=True)
    is_own = models.BooleanField("part du maître d'ouvrage", default=False)
    is_public = models.BooleanField("argent public", default=True)

    class Meta:
        ordering = ["plan_id", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "rank"],
                name="financing_planline_ranked_once",
                violation_error_message="Deux lignes du plan ont le même rang.",
            ),
            models.CheckConstraint(
                condition=Q(funder__isnull=False) | ~Q(name=""),
                name="financing_planline_says_who",
                violation_error_message="Dites qui apporte ce montant.",
            ),
            models.CheckConstraint(
                condition=Q(cents__gte=0),
                name="financing_planline_not_below_zero",
                violation_error_message="Un financement est positif.",
            ),
            models.CheckConstraint(
                condition=Q(certainty__in=Certainty.values),
                name="financing_planline_certainty_known",
                violation_error_message="La certitude de cette ligne est inconnue.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.funder) if self.funder else self.name


class Waiver(models.Model):
    """A rule set aside for one operation, on a ground, until a date. Append-only, in sight."""

    operation = models.ForeignKey(
        "operations.Operation", on_delete=models.PROTECT, related_name="plan_waivers"
    )
    rule = models.CharField("règle", max_length=40)
    ground = models.CharField("fondement", max_length=40)
    reason = models.TextField("raison")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("le", db_default=Now())
    ends_on = models.DateField("jusqu'au")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="financing_waiver_has_a_reason",
                violation_error_message="Dites pourquoi la règle est écartée.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule}, {self.operation}"
