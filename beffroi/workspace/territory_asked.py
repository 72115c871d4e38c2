"""The territory that an address names."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _

from beffroi.contracts.pages.situation import Situation
from beffroi.territories.finding import Territory, territory

TERRITORY = "territoire"
"""Of an address: the code of a territory in which operations lie."""


def territory_asked(code: str, situation: Situation) -> Territory | None:
    """The territory of that code; ``None`` where none is named. Raises ``BadRequest``."""
    found = territory(code, situation.au, situation.connu) if code else None
    if code and found is None:
        raise BadRequest(_("Le territoire « %(code)s » est inconnu.") % {"code": code[:40]})
    return found
