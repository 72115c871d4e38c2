"""Returns: what a partner sent, for a contract (or for ordinary credit) and a date."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Return(models.Model):
    """One workbook read and posted. What a later one says of the same keys counts; both stay.

    With ``service``, it is the part of one of the partner's services: parts add up.
    """

    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    partner = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(
        "partners.Service", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    effective_on = models.DateField("situation au")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    layout = models.CharField("mise en page", max_length=80)
    region = models.CharField("région (droit commun)", max_length=2, blank=True)
    complete = models.BooleanField("complète", default=False)
    rows = models.PositiveIntegerField("lignes lues")
    findings = models.JSONField("constats", default=list)
    not_data = models.JSONField("lignes écartées", default=list)
    posting = models.OneToOneField(
        "journal.Posting", on_delete=models.PROTECT, related_name="return_posted"
    )

    class Meta:
        ordering = ["posting_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(contract__isnull=False, region="")
                | Q(contract__isnull=True) & ~Q(region=""),
                name="returns_return_of_a_contract_or_a_region",
                violation_error_message=(
                    "Une remontée est faite pour un contrat, ou pour le droit commun d'une région."
                ),
            ),
        ]
        indexes = [models.Index(fields=["contract", "partner", "effective_on"])]

    def __str__(self) -> str:
        return f"{self.partner} au {self.effective_on:%d/%m/%Y}"
