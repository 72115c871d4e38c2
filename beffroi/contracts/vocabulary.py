"""The field's words that several rooms share: stages, natures, the status of a fact."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

#: Two loads of contracts, or of the reference, queue up: each reads before it says what changes.
LOADING_LOCK = 0x434F4E54  # "CONT"


class Stage(models.TextChoices):
    """Stages of money, in order. Two stages are never added together."""

    CONTRACTED = "contracted", _("inscrit")
    REQUESTED = "requested", _("demandé")
    PROGRAMMED = "programmed", _("programmé")
    COMMITTED = "committed", _("engagé")
    PAID = "paid", _("payé")


class Nature(models.TextChoices):
    """Natures of credit. They never share a rate."""

    CONTRACTUAL = "contractual", _("contractualisé")
    VALUED = "valued", _("valorisé")
    RECOVERY = "recovery", _("relance")
    ORDINARY = "ordinary", _("droit commun")


class Status(models.TextChoices):
    """How a fact is known; it follows the fact to the screen."""

    PUBLISHED = "published", _("publié")
    DERIVED = "derived", _("déduit")
    CONTRADICTED = "contradicted", _("contredit")
    UNKNOWN = "unknown", _("inconnu")


class Role(models.TextChoices):
    """What a party is to a contract."""

    SIGNATORY = "signatory", _("signataire")
    CO_LEAD = "co_lead", _("co-pilote")
    ASSOCIATED = "associated", _("associé")
    MOBILITY = "mobility", _("partenaire du volet mobilité")


class AccessLevel(models.TextChoices):
    """What somebody may do in a contract's workspace."""

    READER = "reader", _("lecture")
    CONTRIBUTOR = "contributor", _("contribution")
    MANAGER = "manager", _("pilotage")
