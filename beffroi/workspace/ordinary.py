"""State grants outside any contract: the real territory's baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from beffroi.contracts.pages.situation import (
    Situation,
    known_choices,
    others_of,
    rest_of,
    situation_of,
)
from beffroi.contracts.vocabulary import Stage
from beffroi.ledger.queries import Figure, Scope, figures
from beffroi.territories.models import Perimeter
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.components import Link, unit_choices
from beffroi.ui.figures import Unit, unit_from

SCOPE = Scope(None)


def ordinary_context(
    request: HttpRequest, situation: Situation, trail: Sequence[Link] = ()
) -> dict[str, Any]:
    """What every page of ordinary credit shows around its own content."""
    home = reverse("workspace:ordinary") + situation.link()
    return {
        "situation": situation,
        "known": known_choices(None, situation.asked.get("connu", "")),
        "connu": situation.asked.get("connu", ""),
        "beside_dates": others_of(request, "au", "connu"),
        "home": home,
        "trail": [
            Link(_("Contrats"), reverse("workspace:portfolio")),
            Link(_("Droit commun"), home if trail else ""),
            *trail,
        ],
    }


@require_safe
def ordinary(request: HttpRequest) -> HttpResponse:
    """Grants by perimeter, exercise and scheme, with how many operations they make."""
    situation = situation_of(request.GET.dict())
    unit = unit_from(request.GET.get("unite"), Unit.MILLION)
    found = figures(SCOPE, situation.au, situation.connu, ["perimeter", "year", "scheme"])
    context = ordinary_context(request, situation) | {
        "table": _table(found, situation, unit),
        "units": unit_choices(unit, rest_of(request, "unite")),
    }
    return render(request, "workspace/ordinary.html", context)


def _table(found: Sequence[Figure], situation: Situation, unit: Unit) -> Table:
    names = dict(Perimeter.objects.values_list("slug", "name"))
    return Table(
        caption=_("Dotations de l'État programmées, par périmètre"),
        columns=[
            Column("perimeter", _("Périmètre")),
            Column("year", _("Exercice")),
            Column("scheme", _("Dispositif")),
            Column("operations", _("Opérations"), "count"),
            Column("programmed", Stage.PROGRAMMED.label, "amount"),
        ],
        rows=[_row(figure, situation, names) for figure in found],
        unit=unit,
        id="droit-commun",
        notes=[
            _(
                "Une opération compte dans un périmètre quand toutes ses communes y sont. Les "
                "périmètres se recouvrent : leurs montants ne s'ajoutent pas."
            )
        ],
        empty=_("Aucune dotation n'est connue à ces dates."),
    )


def _row(figure: Figure, situation: Situation, names: Mapping[str, str]) -> Row:
    labels = {name: str(value) for name, value in figure.labels.items() if value is not None}
    href = reverse("workspace:ordinary-figure") + situation.link(**labels)
    return Row(
        {
            "perimeter": names.get(labels.get("perimeter", ""), _("non située")),
            "scheme": figure.labels["scheme"],
            "year": labels.get("year"),
            "operations": figure.operations,
            "programmed": Cell(figure.value.cents, href=href, unread=figure.value.unread),
        }
    )
