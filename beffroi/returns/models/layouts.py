"""Layouts that people confirmed or corrected: how a partner's workbook is read, versioned."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class StoredLayout(models.Model):
    """One version of a layout; the highest ``version`` of a partner, contract and name is in force.

    ``content`` is what a layout file holds (docs/layouts.md); ``signature`` tells the shape of the
    sheets it was made on, so that the next workbook of the same shape is recognised.
    ``author_name`` says who made it, with or without an account. Append-only.
    """

    partner = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.SlugField("nom", max_length=80)
    version = models.PositiveIntegerField("version", default=1)
    content = models.JSONField("contenu")
    signature = models.CharField("forme", max_length=64, db_index=True)
    made_from = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField("ce qui a changé", max_length=300, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    author_name = models.CharField("auteur", max_length=300, blank=True)
    made_at = models.DateTimeField("faite le", db_default=Now())

    class Meta:
        ordering = ["partner_id", "name", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "contract", "name", "version"],
                nulls_distinct=False,
                name="returns_layout_version_once",
                violation_error_message=(
                    "Cette version de la mise en page vient d'être faite par quelqu'un d'autre : "
                    "rechargez la page."
                ),
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1),
                name="returns_layout_version_from_one",
                violation_error_message="Les versions d'une mise en page commencent à 1.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class LayoutDraft(models.Model):
    """How a workbook that waits is being read: what people corrected, not confirmed yet.

    ``corrections`` holds what was decided of each sheet (``layout_drafts``). ``revision`` grows by
    one with each correction: a page that shows an earlier one writes nothing.
    """

    delivery = models.OneToOneField(
        "returns.Delivery", on_delete=models.CASCADE, related_name="layout_draft"
    )
    corrections = models.JSONField("corrections", default=dict)
    revision = models.PositiveIntegerField("révision", default=0)
    author_name = models.CharField("dernier auteur", max_length=300, blank=True)
    changed_at = models.DateTimeField("corrigée le", auto_now=True)

    def __str__(self) -> str:
        return f"{self.delivery}, révision {self.revision}"
