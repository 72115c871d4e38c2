"""What submitting a delivery will change, and the button that does it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from beffroi.contracts.pages.situation import rest_of
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.ledger.positions import SILENT, Value
from beffroi.ledger.queries import UNPLACED
from beffroi.returns.actors import DEPOSIT
from beffroi.returns.deliveries.actions import judged_of
from beffroi.returns.models import Delivery, DeliveryState
from beffroi.returns.pages.delivery import heading_of, last_job, steps_of, trail_of
from beffroi.returns.pages.desk import Desk, desk_page
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.components import Link, unit_choices
from beffroi.ui.figures import Unit, unit_from

CONTRACTUAL = Nature.CONTRACTUAL.value


@dataclass(frozen=True, slots=True)
class _Total:
    """What the partner says of some money, before the return and after it."""

    axis: str
    funder: str
    stage: str
    nature: str
    before: Value
    after: Value


@desk_page
def preview(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Before and after by axis, funder and stage, then the operations that move most."""
    delivery = desk.delivery(number)
    if delivery.preview is None:
        raise Http404
    told: Mapping[str, Any] = delivery.preview
    unit = unit_from(request.GET.get("unite"), Unit.EURO)
    axes = dict(told["axes"]) | {UNPLACED: _("Hors axe (objectif inconnu)")}
    totals = [
        _Total(axis, funder, stage, nature, Value(*before), Value(*after))
        for axis, funder, stage, nature, before, after in told["totals"]
    ]
    own = [total for total in totals if total.funder == delivery.partner.slug]
    claimed = [total for total in totals if total.funder != delivery.partner.slug]
    judgement = judged_of(delivery)
    ready = delivery.state == DeliveryState.READY
    context = desk.context(trail_of(desk, delivery, Link(_("Aperçu")))) | {
        "delivery": delivery,
        "heading": heading_of(delivery),
        "steps": steps_of(desk, delivery, "preview"),
        "counts": told["counts"],
        "later_on": _day(told["later_on"]),
        "tables": list(_own_tables(delivery, own, axes, unit)),
        "claims": _claims(delivery, claimed, told["names"], unit),
        "moves": _moves(delivery, told["moves"], unit),
        "untold": sum(told["counts"].values()) - told["counts"]["same"] - len(told["moves"]),
        "units": unit_choices(unit, rest_of(request, "unite")),
        "judged": judgement,
        "unread": sum(delivery.summary["unread"].values()),
        "errors": judgement.counts.get("error", 0),
        "may_submit": ready and desk.actor.may(DEPOSIT, delivery),
        "job": last_job(delivery) if ready else None,
        "act": desk.address("delivery-act", number=number),
        "findings": desk.address("delivery", number=number) + "#constats",
    }
    return render(request, "returns/preview.html", context)


def _own_tables(
    delivery: Delivery, totals: Sequence[_Total], axes: Mapping[str, str], unit: Unit
) -> Iterable[Table]:
    """What the partner says of its own money, a table for each nature of credit."""
    for nature in sorted({total.nature for total in totals}, key=lambda n: n != CONTRACTUAL):
        of_nature = [total for total in totals if total.nature == nature]
        caption = _("%(partner)s : ses montants par axe") % {"partner": delivery.partner}
        if nature != CONTRACTUAL:
            caption = f"{caption} – {Nature(nature).label}"
        rows = [
            Row({"name": axes[axis], **_stages(t for t in of_nature if t.axis == axis)})
            for axis in sorted({t.axis for t in of_nature}, key=list(axes).index)
        ]
        table = Table(
            caption,
            [Column("name", _("Axe")), *_columns(of_nature)],
            rows,
            unit=unit,
            id=f"axes-{nature}",
            fictitious=delivery.contract.fictitious,
        )
        yield table.with_total() if len(rows) > 1 else table


def _claims(
    delivery: Delivery, totals: Sequence[_Total], names: Mapping[str, str], unit: Unit
) -> Table | None:
    """What the partner says of others' money: shown and compared, never added."""
    if not totals:
        return None
    funders = sorted({total.funder for total in totals}, key=names.__getitem__)
    return Table(
        _("%(partner)s : ce qui est dit de l'argent des autres, hors de tout total")
        % {"partner": delivery.partner},
        [Column("name", _("Financeur")), *_columns(totals)],
        [
            Row({"name": names[slug], **_stages(t for t in totals if t.funder == slug)})
            for slug in funders
        ],
        unit=unit,
        id="autres",
        fictitious=delivery.contract.fictitious,
    )


def _moves(delivery: Delivery, moves: Sequence[Mapping[str, Any]], unit: Unit) -> Table:
    """The operations that move most, first; the partner's own money."""
    labels = {
        "added": _("ajoutée"),
        "changed": _("modifiée"),
        "removed": _("retirée : vaudra zéro"),
    }
    rows, totals = [], []
    for move in moves:
        own = [
            _Total("", funder, stage, nature, Value(*before), Value(*after))
            for funder, stage, nature, before, after in move["amounts"]
            if funder == delivery.partner.slug
        ]
        totals += own
        before, after = move["axes"]
        rows.append(
            Row(
                {
                    "name": Cell(move["title"], note=move["code"]),
                    "what": labels[move["what"]],
                    "axes": _axes_moved(before, after),
                    **_stages(own),
                }
            )
        )
    return Table(
        _("Opérations qui changent, les plus gros écarts d'abord"),
        [
            Column("name", _("Opération")),
            Column("what", _("Changement")),
            Column("axes", _("Axe")),
            *_columns(totals),
        ],
        rows,
        unit=unit,
        id="operations",
        empty=_("Aucune opération ne change : ces montants sont déjà connus."),
        fictitious=delivery.contract.fictitious,
    )


def _axes_moved(before: Sequence[str], after: Sequence[str]) -> str:
    if before and after and before != after:
        return f"{', '.join(before)} → {', '.join(after)}"
    return ", ".join(after or before)


def _columns(totals: Sequence[_Total]) -> list[Column]:
    """Before, after and the difference, for each stage that is told."""
    told = {total.stage for total in totals}
    columns = []
    for stage in Stage:
        if stage.value in told:
            columns += [
                Column(f"{stage}-before", _("avant"), "amount", group=stage.label, total=True),
                Column(f"{stage}-after", _("après"), "amount", group=stage.label, total=True),
                Column(f"{stage}-moved", _("écart"), "amount", group=stage.label, total=True),
            ]
    return columns


def _stages(totals: Iterable[_Total]) -> dict[str, Cell]:
    sums: dict[str, tuple[Value, Value]] = {}
    for total in totals:
        before, after = sums.get(total.stage, (SILENT, SILENT))
        sums[total.stage] = (before + total.before, after + total.after)
    cells: dict[str, Cell] = {}
    for stage, (before, after) in sums.items():
        cells[f"{stage}-before"] = _amount(before)
        cells[f"{stage}-after"] = _amount(after)
        cells[f"{stage}-moved"] = Cell(after.cents - before.cents)
    return cells


def _amount(value: Value) -> Cell:
    return Cell(value.cents if value.said else None, unread=value.unread)


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
