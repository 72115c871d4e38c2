"""Tables of what came to a territory, and of two territories side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from beffroi.contracts.models import Contract
from beffroi.contracts.pages.situation import Situation
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.ledger.placing import Placed, added_up
from beffroi.operations.models import Operation
from beffroi.territories.finding import Territory
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.figures import Unit, rounded
from beffroi.workspace.figure_labels import BASIS, UNKNOWN_BASIS
from beffroi.workspace.territory_asked import TERRITORY


class Money(NamedTuple):
    """What may be added: money of one contract (none: ordinary credit), nature and tax basis."""

    contract_id: int | None
    nature: str
    tax_basis: str


def _by_money(placed: Iterable[Placed]) -> dict[Money, list[Placed]]:
    groups: dict[Money, list[Placed]] = {}
    for each in placed:
        money = Money(each.contract_id, each.nature, each.tax_basis)
        groups.setdefault(money, []).append(each)
    return groups


def _stages(placed: Iterable[Placed]) -> list[Stage]:
    """The stages of which something is said, in order; three of them at least."""
    said = {each.stage for each in placed} | {Stage.PROGRAMMED, Stage.COMMITTED, Stage.PAID}
    return [stage for stage in Stage if stage in said]


def brought(
    place: Territory,
    placed: Sequence[Placed],
    seen: Mapping[int, Contract],
    situation: Situation,
    unit: Unit,
    *,
    fictitious: bool,
) -> Table:
    """By contract and nature of credit, then by funder: each stage, and per inhabitant."""
    names = {each.funder: each.funder_name for each in placed}
    stages = _stages(placed)
    rows = []
    for money, group in _by_money(placed).items():
        rows.append(_money_row(place, money, group, stages, seen, situation))
        for slug in sorted({each.funder for each in group}, key=lambda slug: names[slug]):
            its = [each for each in group if each.funder == slug]
            rows.append(_money_row(place, money, its, stages, seen, situation, (slug, names[slug])))
    return Table(
        caption=_("Ce qui est venu ici, argent fictif") if fictitious else _("Ce qui est venu ici"),
        columns=[
            Column("what", _("Contrat, puis financeur")),
            Column("nature", _("Nature de crédit")),
            Column("operations", _("Opérations"), "count"),
            *(Column(stage.value, stage.label, "amount") for stage in stages),
            Column("each", _("Programmé par habitant"), "amount", unit=Unit.EURO),
        ],
        rows=rows,
        unit=unit,
        id="fictif" if fictitious else "venu",
        fictitious=fictitious,
        notes=[
            _(
                "Une opération compte ici quand toutes ses communes y sont. Contrats et natures ne "
                "s'ajoutent pas : un même euro peut compter dans plusieurs."
            )
        ],
        empty=_("Aucune opération connue ne se tient tout entière ici à ces dates."),
    )


def _money_row(
    place: Territory,
    money: Money,
    placed: Sequence[Placed],
    stages: Sequence[Stage],
    seen: Mapping[int, Contract],
    situation: Situation,
    funder: tuple[str, str] | None = None,
) -> Row:
    cells: dict[str, Any] = {
        "what": funder[1] if funder else _name_of(money.contract_id, seen),
        "nature": " ".join(filter(None, (str(Nature(money.nature).label), money.tax_basis))),
        "operations": len({each.operation_id for each in placed}),
    }
    for stage in stages:
        cells[stage.value] = _cell(place, money, placed, stage, seen, situation, funder)
    cells["each"] = _per_inhabitant(place, placed)
    return Row(cells, level=1 if funder else 0, kind="" if funder else "part")


def _cell(
    place: Territory,
    money: Money,
    placed: Iterable[Placed],
    stage: Stage,
    seen: Mapping[int, Contract],
    situation: Situation,
    funder: tuple[str, str] | None = None,
) -> Cell | None:
    """What is said of a stage, leading to its statements; nothing where nothing is."""
    value = added_up(each for each in placed if each.stage == stage)
    if not value.said:
        return None
    labels = {
        "nature": money.nature,
        "funder": funder[0] if funder else "",
        "stage": stage.value,
        BASIS: money.tax_basis or UNKNOWN_BASIS,
        TERRITORY: place.code,
    }
    href = _figure(money.contract_id, seen) + situation.link(**labels)
    return Cell(value.cents, href=href, unread=value.unread)


def _name_of(contract_id: int | None, seen: Mapping[int, Contract]) -> str:
    return seen[contract_id].name if contract_id is not None else _("Droit commun")


def _figure(contract_id: int | None, seen: Mapping[int, Contract]) -> str:
    if contract_id is None:
        return reverse("workspace:ordinary-figure")
    return reverse("workspace:figure", args=[seen[contract_id].slug])


def _per_inhabitant(place: Territory, placed: Iterable[Placed]) -> int | None:
    """Cents programmed for each inhabitant; none where either is unknown."""
    value = added_up(each for each in placed if each.stage == Stage.PROGRAMMED)
    people = place.population
    return rounded(value.cents, people) if value.said and people else None


def compared(
    one: tuple[Territory, Sequence[Placed]],
    other: tuple[Territory, Sequence[Placed]],
    seen: Mapping[int, Contract],
    situation: Situation,
    *,
    fictitious: bool,
) -> Table:
    """Two territories side by side: what was programmed, in all and per inhabitant."""
    sides = (("one", *one), ("other", *other))
    groups = {name: _by_money(placed) for name, _place, placed in sides}
    rows = []
    for money in dict.fromkeys([*groups["one"], *groups["other"]]):
        cells: dict[str, Any] = {
            "what": _name_of(money.contract_id, seen),
            "nature": " ".join(filter(None, (str(Nature(money.nature).label), money.tax_basis))),
        }
        for name, place, _placed_there in sides:
            its = groups[name].get(money, [])
            cells[name] = _cell(place, money, its, Stage.PROGRAMMED, seen, situation)
            cells[f"{name}-each"] = _per_inhabitant(place, its)
        rows.append(Row(cells))
    return Table(
        caption=_("Comparé, argent fictif") if fictitious else _("Comparé : montants programmés"),
        columns=[
            Column("what", _("Contrat")),
            Column("nature", _("Nature de crédit")),
            *(
                column
                for name, place, _placed_there in sides
                for column in (
                    Column(name, Stage.PROGRAMMED.label, "amount", group=place.name),
                    Column(
                        f"{name}-each",
                        _("par habitant"),
                        "amount",
                        group=place.name,
                        unit=Unit.EURO,
                    ),
                )
            ),
        ],
        rows=rows,
        id="compare-fictif" if fictitious else "compare",
        fictitious=fictitious,
        empty=_("Aucune opération connue ne se tient dans l'un ou l'autre à ces dates."),
    )


def operations_there(
    placed: Sequence[Placed],
    seen: Mapping[int, Contract],
    known: Mapping[int, Operation],
    *,
    fictitious: bool,
) -> Table:
    """Operations that lie there, in the order of ``known``, with the contracts that count them."""
    contracts: dict[int, dict[str, None]] = {}
    for each in placed:
        contracts.setdefault(each.operation_id, {})[_name_of(each.contract_id, seen)] = None
    return Table(
        caption=_("Opérations fictives") if fictitious else _("Opérations"),
        columns=[
            Column("title", _("Opération")),
            Column("owner", _("Maître d'ouvrage")),
            Column("contracts", _("Contrat")),
        ],
        rows=[
            Row(
                {
                    "title": Cell(operation.title, note=operation.code),
                    "owner": operation.owner_name or None,
                    "contracts": ", ".join(contracts[number]),
                }
            )
            for number, operation in known.items()
        ],
        id="operations-fictives" if fictitious else "operations",
        fictitious=fictitious,
        notes=[_("Celles de plus grand montant d'abord.")] if known else [],
        empty=_("Aucune opération connue ne se tient tout entière ici à ces dates."),
    )


def largest_first(placed: Iterable[Placed]) -> list[int]:
    """The operations, those of which the largest amount is said first."""
    largest: dict[int, int] = {}
    for each in placed:
        largest[each.operation_id] = max(largest.get(each.operation_id, 0), each.value.cents)
    return sorted(largest, key=lambda operation: (-largest[operation], operation))
