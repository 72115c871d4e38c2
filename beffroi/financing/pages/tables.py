"""Financing plans as tables: funders by certainty, versions, the plans of a contract."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from beffroi.financing.closing import Financing
from beffroi.financing.models import Plan, PlanLine
from beffroi.financing.queries import Checked, financing_of
from beffroi.financing.vocabulary import Certainty
from beffroi.operations.models import Operation
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.figures import Unit, day, money


def by_certainty(plan: Plan, *, fictitious: bool) -> Table:
    """Who brings what, each amount under how sure it is."""
    rows = [_line(line) for line in plan.lines.all()]
    return Table(
        caption=_("Plan de financement, version %(rank)s") % {"rank": plan.rank},
        columns=[
            Column("funder", _("Financeur")),
            Column("scheme", _("Dispositif")),
            *(Column(c.value, c.label, "amount", total=True) for c in Certainty),
            Column("all", _("En tout"), "amount", total=True),
            Column("on", _("Depuis le"), "date"),
        ],
        rows=rows,
        unit=Unit.EURO,
        id="plan",
        fictitious=fictitious,
        empty=_("Aucun financeur encore : modifiez le plan pour en ajouter."),
    ).with_total(_("Total"))


def _line(line: PlanLine) -> Row:
    marks = [_("part du maître d'ouvrage")] if line.is_own else []
    if not line.is_public:
        marks.append(_("argent privé"))
    return Row(
        {
            "funder": Cell(str(line), note=", ".join(marks)),
            "scheme": line.scheme or None,
            line.certainty: line.cents,
            "all": line.cents,
            "on": line.on,
        }
    )


def closure(financing: Financing) -> str:
    """Whether a plan closes, in one sentence."""
    missing = financing.missing
    if missing is None:
        return _("Le coût n'est pas connu : on ne peut pas dire si le plan est bouclé.")
    if missing == 0:
        return _("Le plan est bouclé, au centime près.")
    if missing > 0:
        return _("Il manque %(amount)s pour couvrir le coût.") % {"amount": money(missing)}
    return _("Les financements dépassent le coût de %(amount)s.") % {"amount": money(-missing)}


def checks_table(found: Sequence[Checked], *, fictitious: bool) -> Table:
    """What each rule says of the plan, with its legal source and what sets it aside."""
    language = "en" if (get_language() or "").startswith("en") else "fr"
    rows = [
        Row(
            {
                "rule": Cell(each.check.rule.label[language], note=each.check.rule.text[language]),
                "state": _state(each),
                "found": each.check.found,
                "limit": each.check.limit,
                "source": each.check.rule.source,
                "waiver": _waiver(each, language),
            }
        )
        for each in found
    ]
    return Table(
        caption=_("Règles vérifiées"),
        columns=[
            Column("rule", _("Règle")),
            Column("state", _("Verdict")),
            Column("found", _("Trouvé"), "amount"),
            Column("limit", _("Seuil ou plafond"), "amount"),
            Column("source", _("Fondement")),
            Column("waiver", _("Écartée")),
        ],
        rows=rows,
        unit=Unit.EURO,
        id="regles",
        fictitious=fictitious,
        empty=_("Aucune règle connue ne lie ce plan."),
    )


def _state(found: Checked) -> str:
    if found.check.lacks == "owner":
        return _("à vérifier : la catégorie du maître d'ouvrage n'est pas connue")
    if found.check.holds is None:
        return _("à vérifier : la dépense subventionnable n'est pas connue")
    if found.check.holds:
        return _("respectée")
    return _("écartée") if found.waiver else _("non respectée")


def _waiver(found: Checked, language: str) -> str | None:
    waiver = found.waiver
    if waiver is None:
        return None
    ground = found.check.rule.exemptions.get(waiver.ground, {}).get(language, waiver.ground)
    return _("%(ground)s. %(reason)s (%(author)s, jusqu'au %(day)s)") % {
        "ground": ground,
        "reason": waiver.reason,
        "author": waiver.author,
        "day": day(waiver.ends_on),
    }


def history(plans: Sequence[Plan], address: Callable[[int], str], *, fictitious: bool) -> Table:
    """The versions of a plan, the last one first."""
    rows = []
    for plan in reversed(plans):
        financing = financing_of(plan)
        rows.append(
            Row(
                {
                    "rank": Cell(str(plan.rank), href=address(plan.rank)),
                    "on": timezone.localtime(plan.at).date(),
                    "author": str(plan.author),
                    "reason": plan.reason,
                    "cost": plan.cost_cents,
                    "total": financing.total,
                    "missing": financing.missing,
                }
            )
        )
    return Table(
        caption=_("Versions"),
        columns=[
            Column("rank", _("Version")),
            Column("on", _("Le"), "date"),
            Column("author", _("Par")),
            Column("reason", _("Pourquoi")),
            Column("cost", _("Coût total"), "amount"),
            Column("total", _("Financements"), "amount"),
            Column("missing", _("Reste à trouver"), "amount"),
        ],
        rows=rows,
        unit=Unit.EURO,
        id="versions",
        fictitious=fictitious,
    )


def every_plan(
    plans: Iterable[Plan],
    broken: Callable[[Plan], int],
    address: Callable[[Operation], str],
    unit: Unit,
    *,
    fictitious: bool,
) -> Table:
    """The plans of a contract: what is sure, what is missing, what breaks a rule."""
    rows = []
    for plan in plans:
        financing = financing_of(plan)
        sums: dict[str, int] = {}
        for line in plan.lines.all():
            sums[line.certainty] = sums.get(line.certainty, 0) + line.cents
        rows.append(
            Row(
                {
                    "operation": Cell(
                        plan.operation.title,
                        note=plan.operation.code,
                        href=address(plan.operation),
                    ),
                    "cost": plan.cost_cents,
                    **sums,
                    "missing": financing.missing,
                    "broken": broken(plan) or None,
                }
            )
        )
    return Table(
        caption=_("Plans de financement"),
        columns=[
            Column("operation", _("Opération")),
            Column("cost", _("Coût total"), "amount"),
            *(Column(c.value, c.label, "amount") for c in Certainty),
            Column("missing", _("Reste à trouver"), "amount"),
            Column("broken", _("Règles non respectées"), "count"),
        ],
        rows=rows,
        unit=unit,
        id="plans",
        fictitious=fictitious,
        empty=_("Aucun plan encore : cherchez une opération pour écrire le sien."),
    )
