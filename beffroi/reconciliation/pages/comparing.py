"""What changed between two sets of signed figures, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beffroi.contracts.vocabulary import Stage
from beffroi.operations.models import Operation
from beffroi.partners.models import Organisation
from beffroi.reconciliation.frozen import Change
from beffroi.ui.columns import Column, Row, Table
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
    """What entered, left, changed, by funder, for one stage. What merely moves is counted apart."""
    groups: dict[str, dict[str, int]] = {}
    for change in changes:
        sums = groups.setdefault(change.money.funder, {})
        sums[change.kind] = sums.get(change.kind, 0) + change.difference
    rows = [
        Row(
            {
                "funder": names.funders.get(funder, funder),
                **sums,
                "difference": sum(sums.values()),
            }
        )
        for funder, sums in sorted(groups.items())
    ]
    return Table(
        caption=_("Ce qui a changé, par financeur"),
        columns=[
            Column("funder", _("Financeur")),
            *(Column(kind, label, "amount", total=True) for kind, label in KINDS.items()),
            Column("difference", _("En tout"), "amount", total=True),
        ],
        rows=rows,
        unit=unit,
        id="changements-financeurs",
        fictitious=fictitious,
        empty=_("Rien n'a changé à ce stade."),
    ).with_total()


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
                    "before": change.before,
                    "after": change.after,
                    "difference": change.difference,
                }
            )
            for change in changes
        ],
        unit=unit,
        id="changements",
        fictitious=fictitious,
        empty=_("Rien n'a changé à ce stade."),
    )


def stage_choices(current: str, query: str) -> list[Choice]:
    """The stage switch: two stages are never added, each is compared apart."""
    rest = f"{query}&" if query else ""
    return [
        Choice(stage.label, f"?{rest}stade={stage.value}", stage.value == current)
        for stage in Stage
    ]
