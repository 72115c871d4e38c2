"""What the public may read."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery

from beffroi.contracts.models import Contract
from beffroi.portal.models import Publication


def published_contracts() -> QuerySet[Contract]:
    """The contracts whose last decision makes them public."""
    last = Publication.objects.filter(contract=OuterRef("pk")).order_by("-rank")
    return Contract.objects.alias(is_public=Subquery(last.values("is_public")[:1])).filter(
        is_public=True
    )


def publications(contract: Contract) -> list[Publication]:
    """What was decided of a contract, the latest first."""
    made = Publication.objects.filter(contract=contract).select_related("author")
    return list(made.order_by("-rank"))
