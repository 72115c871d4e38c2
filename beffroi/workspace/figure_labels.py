"""What an address says of a figure, label by label, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _

from beffroi.contracts.pages.situation import Situation
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.partners.models import Organisation
from beffroi.territories.models import Perimeter
from beffroi.ui.components import Fact
from beffroi.workspace.territory_asked import TERRITORY, territory_asked

OPERATION = "operation"
"""Of an address: the code of the operation that a figure is of."""
BASIS, UNKNOWN_BASIS = "assiette", "inconnue"
"""Of an address: the tax basis of a figure, and how the one that nobody says is written."""
EXTENT = "etendue"
"""Of an address: the level and the reason for which a figure lies in no area (a map says them)."""
NODE, PERIMETER = "node", "perimeter"
"""Of an address: a branch of the programme, a perimeter."""
LABELS = ("axis", "objective", "measure", "funder", "scheme", "stage", "nature", "year")
"""What an address may say of a figure, in the words of the query layer."""
FIGURE_LABELS = frozenset({*LABELS, OPERATION, BASIS, EXTENT, NODE, PERIMETER, TERRITORY})
"""All that an address says of a figure, apart from the situation it is asked at."""


def perimeter_asked(slug: str | None) -> Perimeter | None:
    """The perimeter of that name; ``None`` where none is named. Raises ``BadRequest``."""
    found = Perimeter.objects.filter(slug=slug).first() if slug else None
    if slug and found is None:
        raise BadRequest(_("Le périmètre « %(slug)s » est inconnu.") % {"slug": slug[:40]})
    return found


def place_of(labels: Mapping[str, str], situation: Situation) -> str:
    """The name of the perimeter or territory of a figure; empty where it has none.

    Raises ``BadRequest``.
    """
    perimeter = perimeter_asked(labels.get(PERIMETER))
    place = territory_asked(labels.get(TERRITORY, ""), situation)
    return perimeter.name if perimeter else place.name if place else ""


def described(where: Mapping[str, str], place: str) -> list[Fact]:
    """What a figure is, label by label, in words."""
    titles = {
        "axis": _("Axe"),
        "objective": _("Objectif"),
        "measure": _("Mesure"),
        "funder": _("Financeur"),
        "scheme": _("Dispositif"),
        "stage": _("Stade"),
        "nature": _("Nature de crédit"),
        "year": _("Année"),
    }
    words: dict[str, Any] = {name: where[name] for name in LABELS if where.get(name)}
    words["stage"] = Stage(where["stage"]).label
    if where.get("nature") in Nature.values:
        words["nature"] = Nature(where["nature"]).label
    if "funder" in where:
        funder = Organisation.objects.filter(slug=where["funder"]).first()
        words["funder"] = funder.name if funder else where["funder"]
    facts = [Fact(titles[name], word) for name, word in words.items()]
    return [Fact(_("Territoire"), place), *facts] if place else facts
