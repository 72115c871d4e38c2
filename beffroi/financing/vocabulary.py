"""What the lines of a financing plan are."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Certainty(TextChoices):
    """How sure a line is, from a hope to money paid."""

    EXPECTED = "expected", _("pressenti")
    REQUESTED = "requested", _("sollicité")
    FAVOURABLE = "favourable", _("avis favorable")
    VOTED = "voted", _("voté")
    NOTIFIED = "notified", _("notifié")
    PAID = "paid", _("versé")


class TaxBasis(TextChoices):
    """Whether a cost is without tax, with it, or nobody said."""

    UNKNOWN = "", _("non précisée")
    EXCLUDED = "ht", _("HT")
    INCLUDED = "ttc", _("TTC")
