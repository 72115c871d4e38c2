"""What changed between two sets of signed figures, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Value
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.operations.models import Operation
from beffroi.partners.models import Organisation
from beffroi.reconciliation.frozen import Change
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.components import Choice
from beffroi.ui.figures import Unit

KINDS = {
    "in": gettext_lazy("entré"),
    "out": gettext_lazy("sorti"),
    "changed": gettext_lazy("changé"),
    "moved": gettext_lazy("autre objectif"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """How operations and funders are called."""

    operations: Mapping[str, str]
    funders: Mapping[str, str]


def names_of(changes: Sequence[Change]) -> Names:
    """The names that changes need, in one query."""
    codes = {change.money.operation for change in changes}
    slugs = {change.money.funder for change in changes}
    short = Coalesce(NullIf("short_name", Value("")), "name")
    titles = Operation.objects.filter(code__in=codes).order_by()
    funders = Organisation.objects.filter(slug__in=slugs).order_by()
    found: dict[str, dict[str, str]] = {"operation": {}, "funder": {}}
    for kind, key, name in titles.values_list(Value("operation"), "code", "title").union(
        funders.values_list(Value("funder"), "slug", short), all=True
    ):
        found[kind][key] = name
    return Names(found["operation"], found["funder"])


def by_axis_and_funder(
    changes: Sequence[Change], names: Names, unit: Unit, *, fictitious: bool
) -> Table:
    """What entered, left, changed, for one stage, nature by nature. What merely moves is counted
    apart; what moved to another axis stands under the one it is in now."""
    groups: dict[tuple[str, str, str], dict[str, int]] = {}
    for change in changes:
        axis = change.axis_after or change.axis_before
        sums = groups.setdefault((change.money.nature, axis, change.money.funder), {})
        sums[change.kind] = sums.get(change.kind, 0) + change.difference
    rows = [
        Row(
            {
                "axis": axis,
                "funder": names.funders.get(funder, funder),
                "nature": Nature(nature).label,
                **sums,
                "difference": sum(sums.values()),
            }
        )
        for (nature, axis, funder), sums in sorted(groups.items())
    ]
    is_one_nature = len({nature for nature, _axis, _funder in groups}) < 2
    table = Table(
        caption=_("Ce qui a changé, par axe et par financeur"),
        columns=[
            Column("axis", _("Axe")),
            Column("funder", _("Financeur")),
            *([] if is_one_nature else [Column("nature", _("Nature de crédit"))]),
            *(Column(kind, label, "amount", total=True) for kind, label in KINDS.items()),
            Column("difference", _("En tout"), "amount", total=True),
        ],
        rows=rows,
        unit=unit,
        id="changements-financeurs",
        fictitious=fictitious,
        empty=_("Rien n'a changé à ce stade."),
    )
    return table.with_total() if is_one_nature else table


def one_by_one(changes: Sequence[Change], names: Names, unit: Unit, *, fictitious: bool) -> Table:
    """Each operation that changed, the largest difference first."""
    return Table(
        caption=_("Opération par opération"),
        columns=[
            Column("operation", _("Opération")),
            Column("funder", _("Financeur")),
            Column("axis", _("Axe")),
            Column("kind", _("Ce qui s'est passé")),
            Column("before", _("Avant"), "amount"),
            Column("after", _("Après"), "amount"),
            Column("difference", _("Différence"), "amount"),
            Column("why", _("Par l'écriture")),
        ],
        rows=[
            Row(
                {
                    "operation": names.operations.get(change.money.operation)
                    or _("Sans opération"),
                    "funder": names.funders.get(change.money.funder, change.money.funder),
                    "axis": change.axis_before
                    if change.axis_before == change.axis_after
                    else f"{change.axis_before or '—'} → {change.axis_after or '—'}",
                    "kind": KINDS[change.kind],
                    "before": Cell(change.before, href=_statement(change.said_before)),
                    "after": Cell(change.after, href=_statement(change.said_after)),
                    "difference": change.difference,
                    "why": change.why or None,
                }
            )
            for change in changes
        ],
        unit=unit,
        id="changements",
        fictitious=fictitious,
        empty=_("Rien n'a changé à ce stade."),
    )


def _statement(number: int | None) -> str:
    return reverse("workspace:statement", args=[number]) if number else ""


def stage_choices(current: str, query: str) -> list[Choice]:
    """The stage switch: two stages are never added, each is compared apart."""
    rest = f"{query}&" if query else ""
    return [
        Choice(stage.label, f"?{rest}stade={stage.value}", stage.value == current)
        for stage in Stage
    ]
