"""The territory that an address names, or the level of territories."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _

from beffroi.contracts.pages.situation import Situation
from beffroi.ledger.spreading import Unplaced
from beffroi.territories.finding import Kind, Territory, territory

TERRITORY = "territoire"
"""Of an address: the code of a territory in which operations lie."""

LEVELS = {"commune": Kind.COMMUNE, "epci": Kind.EPCI, "departement": Kind.DEPARTMENT}
"""Of an address: the levels that money spreads over."""


def territory_asked(code: str, situation: Situation) -> Territory | None:
    """The territory of that code; ``None`` where none is named. Raises ``BadRequest``."""
    found = territory(code, situation.au, situation.connu) if code else None
    if code and found is None:
        raise BadRequest(_("Le territoire « %(code)s » est inconnu.") % {"code": code[:40]})
    return found


def level_asked(name: str) -> Kind:
    """The level of that name. Raises ``BadRequest``."""
    if name not in LEVELS:
        raise BadRequest(
            _("L'échelle « %(name)s » est inconnue : demandez commune, epci ou departement.")
            % {"name": name[:40]}
        )
    return LEVELS[name]


def extent(level: Kind, reason: Unplaced) -> str:
    """How an address says that money lies in no area of a level, and why."""
    name = next(name for name, kind in LEVELS.items() if kind == level)
    return f"{name}:{reason.value}"


def extent_asked(text: str) -> tuple[Kind, Unplaced]:
    """The level and the reason that :func:`extent` wrote. Raises ``BadRequest``."""
    name, _colon, reason = text.partition(":")
    if reason not in list(Unplaced):
        raise BadRequest(_("L'étendue « %(text)s » est inconnue.") % {"text": text[:40]})
    return level_asked(name), Unplaced(reason)
