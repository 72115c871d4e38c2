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

from beffroi.contracts.abilities import SEE, abilities_by_contract
from beffroi.contracts.models import Contract
from beffroi.contracts.pages.frame import Page, contract_action, contract_page
from beffroi.contracts.pages.situation import rest_of
from beffroi.contracts.vocabulary import Nature, Stage
from beffroi.ledger import overlap
from beffroi.ledger.charging import (
    CHARGE,
    ChargeRefused,
    charge,
    charges,
    contracts_holding,
    line_abilities,
)
from beffroi.ledger.models import Charge, Key
from beffroi.ledger.overlap import Held
from beffroi.operations.models import Operation
from beffroi.partners.models import Organisation
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.components import Link, unit_choices
from beffroi.ui.exporting import PARAMETER, export, export_choices
from beffroi.ui.figures import Unit, unit_from

TAB = "crossed"
PAGE = 100
SCHEME = "dispositif"
RULE = "regle"


class ChargeForm(forms.Form):
    """The contract a line is charged to, and why."""

    contract = forms.ChoiceField(
        label=gettext_lazy("Imputer cette ligne à"), widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Raison"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Elle reste avec la décision, lisible par ceux des contrats."),
    )

    def __init__(self, holding: Collection[Contract], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contract"].choices = [  # type: ignore[attr-defined]
            *((contract.slug, contract.name) for contract in holding),
            (RULE, _("celui qui en a parlé le premier (la règle)")),
        ]


@contract_page
def shared_lines(request: HttpRequest, page: Page) -> HttpResponse:
    """Every line of the contract that another one holds too, and which of them it is charged to."""
    held = overlap.shared_lines(page.contract, page.situation.au, page.situation.connu)
    unit = unit_from(request.GET.get("unite"), Unit.EURO)
    seen = abilities_by_contract(request.user)
    sharing = Contract.objects.filter(pk__in={each.contract_id for each in held} & seen.keys())
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
    what, whose, scheme = _asked(page, operation, funder, request.GET.get(SCHEME, ""))
    holding = contracts_holding(what, whose, scheme)
    made = charges(what, whose, scheme)
    may = abilities_by_contract(request.user)
    may_charge = CHARGE in line_abilities(may, holding) and len(holding) > 1
    form = ChargeForm(holding, request.POST or None)
    if request.method == "POST":
        if not may_charge:
            raise PermissionDenied
        if form.is_valid() and _charge(request, form, (what, whose, scheme), holding, made):
            messages.success(request, _("C'est décidé : la ligne est imputée ainsi désormais."))
            return redirect(request.get_full_path())
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
        "charges": [each for each in made if each.posting.number <= connu],
        "seen": made[-1].pk if made else "",
        "form": form if may_charge else None,
        "names": names,
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "workspace/shared_line.html", context, status=status)


def _asked(
    page: Page, operation: int, funder: str, scheme: str
) -> tuple[Operation, Organisation, str]:
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
    return key.operation, key.heading.funder, scheme


def _charge(
    request: HttpRequest,
    form: ChargeForm,
    asked: tuple[Operation, Organisation, str],
    holding: Sequence[Contract],
    made: Sequence[Charge],
) -> bool:
    """Charge the line as asked; whether it was done, the form says why not."""
    chosen = {contract.slug: contract for contract in holding}.get(form.cleaned_data["contract"])
    read = {str(each.pk): each for each in made}.get(request.POST.get("seen", ""))
    try:
        charge(
            *asked,
            chosen,
            by=request.user,  # type: ignore[arg-type]
            reason=form.cleaned_data["reason"],
            seen=read,
        )
    except ChargeRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


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
    value, label = held.amount.value, held.amount.label
    side = "charged" if held.charged_to == held.contract_id else "shown"
    return Row(
        {
            "operation": Cell(
                what.title,
                note=what.code,
                href=address + page.situation.link(**{SCHEME: scheme}),
            ),
            "funder": str(whose),
            "scheme": scheme or None,
            "stage": Stage(label.stage).label,
            "nature": Nature(label.nature).label,
            "tax_basis": label.tax_basis or None,
            "contract": names[held.contract_id],
            side: Cell(value.cents, unread=value.unread),
            "home": names.get(held.charged_to, _("un contrat qui ne vous est pas ouvert")),
        }
    )
