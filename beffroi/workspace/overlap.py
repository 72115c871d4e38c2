"""Several contracts asked together: each euro once, and what several of them show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from beffroi.contracts.abilities import contracts_seen
from beffroi.contracts.models import Contract
from beffroi.contracts.pages.situation import known_choices, others_of, rest_of, situation_of
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.ledger.adding import Label
from beffroi.ledger.overlap import Totals, totals
from beffroi.ledger.positions import Value
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.components import Link, unit_choices
from beffroi.ui.figures import Unit, unit_from


@require_safe
def overlap(request: HttpRequest) -> HttpResponse:
    """The contracts one may see: charged, shown, and the overlaps one by one.

    ``contrats``, their identifiers with commas, asks for some of them; real ones by default.
    """
    situation = situation_of(request.GET.dict())
    unit = unit_from(request.GET.get("unite"), Unit.MILLION)
    seen = {contract.slug: contract for contract in contracts_seen(request.user)}
    group = _group(request.GET.get("contrats", ""), seen)
    found = totals(group, situation.au, situation.connu)
    names = {contract.pk: contract.name for contract in seen.values()}
    fictitious = any(contract.fictitious for contract in group)
    home = reverse("workspace:portfolio")
    context = {
        "situation": situation,
        "known": known_choices(None, situation.asked.get("connu", "")),
        "connu": situation.asked.get("connu", ""),
        "beside_dates": others_of(request, "au", "connu"),
        "home": home,
        "trail": [Link(_("Contrats"), home), Link(_("Comptes croisés"))],
        "units": unit_choices(unit, rest_of(request, "unite")),
        "shares": _shares(found, names, unit, fictitious=fictitious),
        "crossings": _crossings(found, names, unit, fictitious=fictitious),
    }
    return render(request, "workspace/overlap.html", context)


def _group(text: str, seen: Mapping[str, Contract]) -> list[Contract]:
    asked = [slug for slug in text.split(",") if slug]
    for slug in asked:
        if slug not in seen:
            raise BadRequest(_("Le contrat « %(slug)s » est inconnu ici.") % {"slug": slug[:60]})
    if asked:
        return [seen[slug] for slug in dict.fromkeys(asked)]
    return [contract for contract in seen.values() if not contract.fictitious]


def _shares(found: Totals, names: Mapping[int, str], unit: Unit, *, fictitious: bool) -> Table:
    rows = [
        Row(
            _labelled(names[share.contract_id], share.charged.label)
            | {
                "charged": position_cell(share.charged.value),
                "shown": position_cell(share.shown.value),
            }
        )
        for share in found.shares
    ]
    together = [
        Row(
            _labelled(_("Ensemble"), label)
            | {
                "charged": position_cell(found.charged(label)),
                "shown": position_cell(found.shown(label)),
            },
            kind="total",
        )
        for label in found.labels
    ]
    return Table(
        caption=_("Chaque euro une fois"),
        columns=[
            *_label_columns(_("Contrat")),
            Column("charged", _("Imputé"), "amount"),
            Column("shown", _("Imputé ailleurs, compte aussi pour"), "amount"),
        ],
        rows=rows,
        totals=together,
        unit=unit,
        id="imputations",
        fictitious=fictitious,
        notes=[_("Stades et natures ne s'ajoutent pas : l'ensemble se lit ligne à ligne.")],
        empty=_("Aucun chiffre à cette date."),
    )


def _crossings(found: Totals, names: Mapping[int, str], unit: Unit, *, fictitious: bool) -> Table:
    hidden = _("un contrat qui ne vous est pas ouvert")
    return Table(
        caption=_("Recouvrements"),
        columns=[
            *_label_columns(_("Montré par")),
            Column("home", _("Imputé à")),
            Column("lines", _("Lignes"), "count"),
            Column("overlap", _("Recouvrement"), "amount"),
        ],
        rows=[
            Row(
                _labelled(names[crossing.shown_by], crossing.amount.label)
                | {
                    "home": names.get(crossing.charged_to, hidden),
                    "lines": crossing.lines,
                    "overlap": position_cell(crossing.amount.value),
                }
            )
            for crossing in found.crossings
            if crossing.shown_by in names
        ],
        unit=unit,
        id="recouvrements",
        fictitious=fictitious,
        empty=_("Aucune ligne n'est portée par plusieurs contrats."),
    )


def _label_columns(first: str) -> list[Column]:
    return [
        Column("contract", first),
        Column("stage", _("Stade")),
        Column("nature", _("Nature de crédit")),
        Column("tax_basis", _("Assiette")),
    ]


def _labelled(name: str, label: Label) -> dict[str, Any]:
    return {
        "contract": name,
        "stage": Stage(label.stage).label,
        "nature": Nature(label.nature).label,
        "tax_basis": label.tax_basis or None,
    }


def position_cell(value: Value) -> Cell:
    """A position as a table shows it: silent where nothing is said."""
    return Cell(value.cents if value.said else None, unread=value.unread)
