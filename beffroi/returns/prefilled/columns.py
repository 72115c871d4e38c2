"""The columns of the pre-filled workbook, and the layout that reads them back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q

from beffroi.contracts.models import Contract
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.ledger.models import Heading
from beffroi.partners.models import Organisation
from beffroi.returns.reading.headers import header_form
from beffroi.returns.reading.layout import Layout, layout_from

NAME = "modele-beffroi"
NUMBER = "Ligne"
"""The header of the first column: a number, which tells apart two lines that say the same."""

DESCRIBING = {
    "code": "Votre code",
    "title": "Intitulé de l'opération",
    "owner": "Maître d'ouvrage",
    "siret": "SIRET",
    "commune": "Commune",
    "objective": "Objectif",
    "scheme": "Dispositif",
    "cost": "Coût total",
}
"""What a line says besides amounts: the header of each meaning, in order. Headers are in French in
every language, as they are read back."""

STAGES = (Stage.REQUESTED, Stage.PROGRAMMED, Stage.COMMITTED, Stage.PAID)
USUAL = (Stage.PROGRAMMED, Stage.COMMITTED, Stage.PAID)
"""The stages that a workbook has a column for, even before any return."""

_BRACKETS = re.compile(r"[()\[\]]")


class Money(NamedTuple):
    """Which money a column holds: a stage, whose (the organisation's identifier), of which year."""

    stage: str
    funder: str
    year: int | None = None


def prefilled_layout(contract: Contract, partner: Organisation, others: Iterable[Layout]) -> Layout:
    """The layout of the workbooks filled for a partner and a contract.

    Its codes and its credit are those of the partner's ``others`` layouts.
    """
    own = [layout for layout in others if layout.source == partner.slug]
    natures = {layout.nature for layout in own}
    content = {
        "title": "Modèle prérempli",
        "source": partner.slug,
        "nature": natures.pop() if len(natures) == 1 else Nature.CONTRACTUAL.value,
        "unit": "€",
        "unit_is_told": True,
        "code_names_operation": all(layout.code_names_operation for layout in own),
        "columns": {meaning: [header] for meaning, header in DESCRIBING.items()},
        "required": ["code", "title", "objective"],
        "amounts": [
            {
                "header": [header],
                "stage": money.stage,
                "funder": money.funder,
                "optional": True,
                **({"year": money.year} if money.year else {}),
            }
            for money, header in _money_headers(contract, partner).items()
        ],
        "unused": [{"header": [NUMBER], "why": "numéro de la ligne dans le modèle"}],
    }
    return layout_from(NAME, content)


def _money_headers(contract: Contract, partner: Organisation) -> dict[Money, str]:
    """The header of every money that the partner may speak of, its own first."""
    said = Heading.objects.filter(contract=contract, source=partner)
    years = said.filter(funder=OuterRef("pk")).exclude(year=None).order_by("year")
    funders = (
        Organisation.objects.filter(
            Q(participations__contract=contract)
            | Q(pk__in=said.values("funder"))
            | Q(pk=partner.pk)
        )
        .annotate(years=ArraySubquery(years.values("year").distinct()))
        .distinct()
    )
    ordered = sorted(funders, key=lambda each: (each != partner, each.sort_key))
    names = _told_apart(ordered)
    return {
        Money(stage.value, funder.slug, year): _header(stage, names[funder.slug], year)
        for funder in ordered
        for stage in STAGES
        for year in (None, *funder.years)
    }


def _header(stage: Stage, funder: str, year: int | None) -> str:
    label = _FRENCH[stage]
    return f"{label} {year} – {funder}" if year else f"{label} – {funder}"


_FRENCH = {
    Stage.REQUESTED: "Demandé",
    Stage.PROGRAMMED: "Programmé",
    Stage.COMMITTED: "Engagé",
    Stage.PAID: "Payé",
}


def headers_of(layout: Layout) -> dict[Money, str]:
    """The header of every money that such a layout reads, the partner's own first."""
    return {Money(rule.stage, rule.funder, rule.year): rule.label for rule in layout.amounts}


def _told_apart(organisations: Sequence[Organisation]) -> dict[str, str]:
    """How each is named in headers: two names that headers would confuse bear their identifiers.

    What stands in brackets is optional in a header: names have none.
    """
    names = {each.slug: _BRACKETS.sub(" ", str(each)).strip() for each in organisations}
    forms = [header_form(name) for name in names.values()]
    return {
        slug: name if forms.count(header_form(name)) == 1 else f"{name} {slug}"
        for slug, name in names.items()
    }
