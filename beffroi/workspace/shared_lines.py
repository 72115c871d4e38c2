"""The lines that a contract shares with others: where each is charged, and deciding it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beffroi.contracts.abilities import SEE, abilities_by_contract, contracts_seen
from beffroi.contracts.models import Contract
from beffroi.contracts.pages.frame import Page, contract_action, contract_page
from beffroi.contracts.pages.situation import rest_of
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.ledger import overlap
from beffroi.ledger.charging import (
    CHARGE,
    ChargeRefused,
    Decision,
    FundingLine,
    charge,
    contracts_holding,
    decisions,
    line_abilities,
)
from beffroi.ledger.models import Key
from beffroi.ledger.overlap import Held
from beffroi.operations.models import Operation
from beffroi.partners.models import Organisation
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.components import Link, unit_choices
from beffroi.ui.euros import EurosField
from beffroi.ui.exporting import PARAMETER, export, export_choices
from beffroi.ui.figures import Unit, money, unit_from
from beffroi.workspace.overlap import position_cell

TAB = "crossed"
PAGE = 100
SCHEME = "dispositif"
RULE = "regle"
SPLIT = "plusieurs"
_HIDDEN = gettext_lazy("un contrat qui ne vous est pas ouvert")


class ChargeForm(forms.Form):
    """The contract a line is charged to, or the parts of several, and why."""

    contract = forms.ChoiceField(
        label=gettext_lazy("Imputer cette ligne à"), widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Raison"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Elle reste avec la décision, lisible par ceux des contrats."),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, holding: Collection[Contract], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holding = {contract.slug: contract for contract in holding}
        self.fields["contract"].choices = [  # type: ignore[attr-defined]
            *((contract.slug, contract.name) for contract in holding),
            (SPLIT, _("plusieurs de ces contrats, chacun pour sa part")),
            (RULE, _("celui qui en a parlé le premier (la règle)")),
        ]
        for contract in holding:
            self.fields[_part(contract)] = EurosField(
                label=_("Part de « %(contract)s », en euros") % {"contract": contract.name},
                required=False,
            )
        self.order_fields(["contract", *map(_part, holding), "reason"])

    def clean(self) -> dict[str, Any]:
        """``weights``: each contract chosen with its part, in cents; none for the rule."""
        told = super().clean() or {}
        chosen = told.get("contract")
        parts = {each: told.get(_part(each)) for each in self.holding.values()}
        if chosen == SPLIT:
            told["weights"] = {each: part for each, part in parts.items() if part}
            if len(told["weights"]) < 2:
                raise forms.ValidationError(
                    _("Donnez la part d'au moins deux contrats, ou imputez la ligne à un seul.")
                )
        else:
            told["weights"] = {self.holding[chosen]: 1} if chosen in self.holding else {}
        return told


def _part(contract: Contract) -> str:
    return f"part-{contract.pk}"


@contract_page
def shared_lines(request: HttpRequest, page: Page) -> HttpResponse:
    """Every line of the contract that another one holds too, and which of them it is charged to."""
    held = overlap.shared_lines(page.contract, page.situation.au, page.situation.connu)
    unit = unit_from(request.GET.get("unite"), Unit.EURO)
    sharing = contracts_seen(request.user).filter(pk__in={each.contract_id for each in held})
    names = {contract.pk: contract.name for contract in sharing}
    what = Operation.objects.in_bulk({each.line[0] for each in held})
    whose = Organisation.objects.in_bulk({each.line[1] for each in held})
    caption = _("Lignes portées par plusieurs contrats")
    table = _table(
        caption,
        unit,
        [_row(page, each, what, whose, names) for each in held if each.contract_id in names],
        fictitious=page.contract.fictitious,
    )
    if PARAMETER in request.GET:
        name = f"{page.contract.slug}-comptes-croises"
        return export([table], request.GET[PARAMETER], name, page.about())
    paginator = Paginator(table.rows, PAGE)
    this_page = paginator.get_page(request.GET.get("page"))
    every = reverse("workspace:overlap")
    context = page.context(TAB, [Link(_("Comptes croisés"))]) | {
        "table": replace(table, rows=list(this_page.object_list)),
        "pages": this_page,
        "units": unit_choices(unit, rest_of(request, "unite")),
        "exports": export_choices(rest_of(request, PARAMETER)),
        "together": every + page.situation.link(contrats=",".join(each.slug for each in sharing)),
    }
    return render(request, "workspace/shared_lines.html", context)


@contract_action(SEE)
def line(request: HttpRequest, page: Page, operation: int, funder: str) -> HttpResponse:
    """One line: what each contract holds of it, what was decided; POST charges it to one."""
    asked = _asked(page, operation, funder, request.GET.get(SCHEME, ""))
    holding = contracts_holding(asked)
    made = decisions(asked)
    may = abilities_by_contract(request.user)
    may_charge = CHARGE in line_abilities(may, holding) and len(holding) > 1
    form = ChargeForm(holding, request.POST or None)
    if request.method == "POST":
        if not may_charge:
            raise PermissionDenied
        if form.is_valid() and _charge(request, form, asked):
            messages.success(request, _("C'est décidé : la ligne est imputée ainsi désormais."))
            return redirect(request.get_full_path())
    what, whose, scheme = asked
    au, connu = page.situation.au, page.situation.connu
    key = (what.pk, whose.pk, scheme)
    held = [each for each in overlap.shared_lines(page.contract, au, connu) if each.line == key]
    trail = [
        Link(
            _("Comptes croisés"),
            reverse("workspace:shared-lines", args=[page.contract.slug]) + page.situation.link(),
        ),
        Link(what.title),
    ]
    unit = unit_from(request.GET.get("unite"), Unit.EURO)
    names = {contract.pk: contract.name for contract in holding if contract.pk in may}
    rows = [
        _row(page, each, {what.pk: what}, {whose.pk: whose}, names)
        for each in held
        if each.contract_id in names
    ]
    caption = _("Ce que chaque contrat porte de la ligne")
    context = page.context(TAB, trail) | {
        "operation": what,
        "funder": whose,
        "scheme": scheme,
        "table": _table(caption, unit, rows, fictitious=page.contract.fictitious),
        "charges": [_told(each, names) for each in made if each.number <= connu],
        "seen": made[-1].id if made else "",
        "form": form if may_charge else None,
        "names": names,
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "workspace/shared_line.html", context, status=status)


def _asked(page: Page, operation: int, funder: str, scheme: str) -> FundingLine:
    """A line that the contract holds. Raises ``Http404``."""
    held = Key.objects.filter(
        operation=operation,
        heading__contract=page.contract,
        heading__funder__slug=funder,
        heading__source=F("heading__funder"),
        heading__scheme=scheme,
    )
    key = held.select_related("operation", "heading__funder").first()
    if key is None or key.operation is None:
        raise Http404
    return FundingLine(key.operation, key.heading.funder, scheme)


def _charge(request: HttpRequest, form: ChargeForm, asked: FundingLine) -> bool:
    """Charge the line as asked; whether it was done, the form says why not."""
    told = form.cleaned_data
    try:
        charge(
            asked,
            told["weights"],
            by=request.user,  # type: ignore[arg-type]
            reason=told["reason"],
            seen=told["seen"],
        )
    except ChargeRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _told(decision: Decision, names: Mapping[int, str]) -> dict[str, Any]:
    """A decision, and in words what it charges the line to."""
    split = len(decision.weights) > 1
    homes = [
        f"{names.get(contract, _HIDDEN)} ({money(weight)})"
        if split
        else names.get(contract, _HIDDEN)
        for contract, weight in decision.weights.items()
    ]
    return {"decision": decision, "homes": homes}


def _table(caption: str, unit: Unit, rows: Sequence[Row], *, fictitious: bool) -> Table:
    return Table(
        caption=caption,
        columns=[
            Column("operation", _("Opération")),
            Column("funder", _("Financeur")),
            Column("scheme", _("Dispositif")),
            Column("stage", _("Stade")),
            Column("nature", _("Nature de crédit")),
            Column("tax_basis", _("Assiette")),
            Column("contract", _("Contrat")),
            Column("charged", _("Imputé"), "amount"),
            Column("shown", _("Imputé ailleurs, compte aussi pour"), "amount"),
            Column("home", _("Imputé à")),
        ],
        rows=rows,
        row_header="operation",
        unit=unit,
        id="lignes",
        fictitious=fictitious,
        notes=[_("Stades et natures ne s'ajoutent pas.")],
        empty=_("Aucune ligne de ce contrat n'est portée par un autre."),
    )


def _row(
    page: Page,
    held: Held,
    operations: Mapping[int | None, Operation],
    funders: Mapping[int, Organisation],
    names: Mapping[int, str],
) -> Row:
    operation_id, funder_id, scheme = held.line
    what, whose = operations[operation_id], funders[funder_id]
    address = reverse("workspace:shared-line", args=[page.contract.slug, what.pk, whose.slug])
    return Row(
        {
            "operation": Cell(
                what.title,
                note=what.code,
                href=address + page.situation.link(**{SCHEME: scheme}),
            ),
            "funder": str(whose),
            "scheme": scheme or None,
            "stage": Stage(held.label.stage).label,
            "nature": Nature(held.label.nature).label,
            "tax_basis": held.label.tax_basis or None,
            "contract": names[held.contract_id],
            "charged": position_cell(held.charged),
            "shown": position_cell(held.shown),
            "home": ", ".join(str(names.get(home, _HIDDEN)) for home in held.charged_to),
        }
    )
