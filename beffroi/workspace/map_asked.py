"""What a map is asked to show, by its address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils.translation import gettext as _

from beffroi.contracts.pages.frame import Page
from beffroi.contracts.pages.situation import stage_named
from beffroi.contracts.tree import TreeNode
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.ledger.models import TaxBasis
from beffroi.ledger.spreading import Money
from beffroi.territories.finding import Kind
from beffroi.territories.queries import PerimeterShown
from beffroi.workspace.figure_labels import BASIS
from beffroi.workspace.money_asked import (
    AXIS,
    FUNDER,
    NATURE,
    STAGE,
    basis_asked,
    funder_asked,
    nature_asked,
    nodes_under,
)
from beffroi.workspace.territory_asked import level_asked

LEVEL, MEASURE, PERIMETER = "echelle", "mesure", "perimetre"
EACH = "habitant"
MEASURES = ("montant", EACH)
FILTERS = (LEVEL, MEASURE, STAGE, AXIS, FUNDER, NATURE, BASIS, PERIMETER)
DEFAULTS = {LEVEL: "epci", MEASURE: MEASURES[0], STAGE: Stage.PROGRAMMED.value}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a map is of: the level of its areas, the money, in all or for each inhabitant."""

    level: Kind
    money: Money
    funder_name: str
    for_each: bool
    perimeter: PerimeterShown | None
    said: Mapping[str, str]
    """What the address says, by parameter."""

    @property
    def stage(self) -> Stage:
        return Stage(self.money.stage)

    def about(self) -> list[tuple[str, str]]:
        """What the figures of the map are, beside the contract and the dates."""
        told = [
            (_("Stade"), str(self.stage.label)),
            (_("Nature de crédit"), str(Nature(self.money.nature).label)),
            (_("Assiette"), str(TaxBasis(self.money.tax_basis).label)),
        ]
        kept = [(_("Axe"), self.said[AXIS]), (_("Financeur"), self.funder_name)]
        return [*told, *(each for each in kept if each[1])]


def map_asked(
    request: HttpRequest,
    page: Page,
    nodes: Sequence[TreeNode],
    funders: Mapping[str, str],
    bases: Mapping[str, str],
    shown: Sequence[PerimeterShown],
) -> Asked:
    """What the address asks for: what was programmed, by EPCI, where it says nothing. ``funders``
    and ``bases`` are those of the contract. Raises ``BadRequest``."""
    given = {name: " ".join(request.GET.get(name, "").split()) for name in FILTERS}
    defaults = DEFAULTS | {BASIS: next(iter(bases))}
    said = {name: text or defaults.get(name, "") for name, text in given.items()}
    return Asked(
        level=level_asked(said[LEVEL]),
        money=Money(
            contract_id=page.contract.pk,
            stage=stage_named(said[STAGE]).value,
            nature=nature_asked(said[NATURE]),
            tax_basis=basis_asked(said[BASIS]),
            funder=funder_asked(said[FUNDER], funders),
            nodes=nodes_under(nodes, said[AXIS]),
        ),
        funder_name=funders.get(said[FUNDER], ""),
        for_each=_measure_asked(said[MEASURE]) == EACH,
        perimeter=_perimeter_asked(said[PERIMETER], shown),
        said=said,
    )


def _measure_asked(name: str) -> str:
    measure = name or MEASURES[0]
    if measure not in MEASURES:
        raise BadRequest(
            _("La mesure « %(name)s » est inconnue : demandez montant ou habitant.")
            % {"name": name[:40]}
        )
    return measure


def _perimeter_asked(slug: str, shown: Sequence[PerimeterShown]) -> PerimeterShown | None:
    found = next((each for each in shown if each.slug == slug), None)
    if slug and found is None:
        raise BadRequest(_("Le périmètre « %(slug)s » est inconnu.") % {"slug": slug[:40]})
    return found
