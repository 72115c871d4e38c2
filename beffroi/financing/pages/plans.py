"""The financing plans of a contract, and that of one operation."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from beffroi.contracts.abilities import MANAGE, SEE
from beffroi.contracts.pages.frame import Page, contract_action, contract_page
from beffroi.contracts.pages.situation import rest_of
from beffroi.financing.actions import PlanRefused, waive, write_plan
from beffroi.financing.models import Plan, Waiver
from beffroi.financing.pages import tables
from beffroi.financing.pages.forms import (
    LineForms,
    PlanForm,
    WaiverForm,
    draft_of,
    initial_lines,
    initial_of,
)
from beffroi.financing.queries import checked, financing_of, plans_of, standing_plans
from beffroi.operations.identity import plain
from beffroi.operations.models import Operation
from beffroi.operations.queries import judgements
from beffroi.partners.models import Organisation
from beffroi.ui.components import Fact, Link, unit_choices
from beffroi.ui.exporting import PARAMETER, export, export_choices
from beffroi.ui.figures import Unit, money, unit_from

TAB = "plans"
PAGE = 200
MOST_FOUND = 20


@contract_page
def plans(request: HttpRequest, page: Page) -> HttpResponse:
    """Every plan of a contract, and a way to the operations that have none."""
    unit = unit_from(request.GET.get("unite"), Unit.EURO)
    standing = standing_plans(page.contract, page.situation.connu)
    waivers = _waivers(standing)

    def broken(plan: Plan) -> int:
        found = checked(plan, page.situation.au, waivers.get(plan.operation_id, []))
        return sum(each.is_broken for each in found)

    table = tables.every_plan(
        standing,
        broken,
        lambda operation: _address(page, operation),
        unit,
        fictitious=page.contract.fictitious,
    )
    if PARAMETER in request.GET:
        name = f"{page.contract.slug}-plans"
        return export([table], request.GET[PARAMETER], name, page.about())
    paginator = Paginator(table.rows, PAGE)
    this_page = paginator.get_page(request.GET.get("page"))
    asked = request.GET.get("q", "")[:100]
    context = page.context(TAB, [Link(_("Plans de financement"))]) | {
        "table": table.with_rows(list(this_page.object_list)),
        "pages": this_page,
        "units": unit_choices(unit, rest_of(request, "unite")),
        "exports": export_choices(rest_of(request, PARAMETER)),
        "asked": asked,
        "found": [(each, _address(page, each)) for each in _found(page, asked)],
        "most": MOST_FOUND,
    }
    return render(request, "financing/plans.html", context)


@contract_action(SEE)
def plan(request: HttpRequest, page: Page, code: str) -> HttpResponse:
    """The plan of an operation: what closes it, what it is checked by, its versions; POST sets a
    rule aside."""
    operation = _operation(page, code)
    versions = plans_of(operation, page.situation.connu)
    shown = _version(versions, request.GET.get("version", ""))
    waivers = list(operation.plan_waivers.select_related("author"))
    found = checked(shown, page.situation.au, waivers) if shown else []
    broken = [each.check.rule.key for each in found if each.is_broken]
    may_manage = MANAGE in page.rights.can
    form = WaiverForm(request.POST or None, broken=broken)
    if request.method == "POST":
        if not may_manage:
            raise PermissionDenied
        if form.is_valid() and _waive(request, operation, form):
            return redirect(request.get_full_path())
    fictitious = page.contract.fictitious
    context = page.context(TAB, [_plans_link(page), Link(operation.title)]) | {
        "operation": operation,
        "plan": shown,
        "is_last": bool(versions) and shown is versions[-1],
        "may_write": may_manage and _is_now(page),
        "write": _address(page, operation, "write"),
        "form": form if may_manage and broken else None,
    }
    if shown:
        financing = financing_of(shown)
        context |= {
            "facts": _facts(shown),
            "closure": tables.closure(financing),
            "table": tables.by_certainty(shown, fictitious=fictitious),
            "checks": tables.checks_table(found, fictitious=fictitious),
            "history": tables.history(
                versions,
                lambda rank: f"?version={rank}",
                fictitious=fictitious,
            ),
        }
    status = 400 if form.errors else 200
    return render(request, "financing/plan.html", context, status=status)


@contract_action(MANAGE)
def write(request: HttpRequest, page: Page, code: str) -> HttpResponse:
    """The form of a plan: every line of its last version, and a few empty ones."""
    operation = _operation(page, code)
    if operation.pk in judgements(page.contract.pk).absorbed:
        raise BadRequest(
            _("Cette opération a été réunie à une autre : écrivez le plan de celle qui reste.")
        )
    versions = plans_of(operation, page.situation.connu)
    last = versions[-1] if versions else None
    funders = _funders(page, operation)
    sent = request.POST if request.method == "POST" else None
    form = PlanForm(sent, initial=initial_of(last, operation.owner, _known_cost(operation)))
    lines = LineForms(
        sent,
        initial=initial_lines(last),
        form_kwargs={"funders": funders},
        error_messages={"missing_management_form": _("Ce formulaire est incomplet : rouvrez-le.")},
    )
    seen = request.POST.get(
        "seen", "" if request.method == "POST" else str(last.rank if last else 0)
    )
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        read = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 5 else -1
        try:
            write_plan(
                operation,
                draft_of(form, lines),
                request.user,  # type: ignore[arg-type]
                reason=form.cleaned_data["reason"],
                seen=read,
            )
        except PlanRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Nouvelle version enregistrée."))
            return redirect(_address(page, operation))
    above = Link(operation.title, _address(page, operation))
    context = page.context(TAB, [_plans_link(page), above, Link(_("Modifier"))]) | {
        "operation": operation,
        "form": form,
        "lines": lines,
        "seen": seen,
    }
    status = 400 if form.errors or lines.total_error_count() else 200
    return render(request, "financing/write.html", context, status=status)


def _operation(page: Page, code: str) -> Operation:
    found = Operation.objects.filter(contract=page.contract, code=code).select_related("owner")
    operation = found.first()
    if operation is None:
        raise Http404
    return operation


def _version(versions: list[Plan], asked: str) -> Plan | None:
    if not asked:
        return versions[-1] if versions else None
    found = [each for each in versions if str(each.rank) == asked]
    if not found:
        raise BadRequest(_("Ce plan n'a pas de version « %(asked)s ».") % {"asked": asked[:10]})
    return found[0]


def _waive(request: HttpRequest, operation: Operation, form: WaiverForm) -> bool:
    said = form.cleaned_data
    rule, _colon, ground = said["ground"].partition(":")
    try:
        waive(
            operation,
            rule=rule,
            ground=ground,
            reason=said["reason"],
            ends_on=said["ends_on"],
            author=request.user,  # type: ignore[arg-type]
        )
    except PlanRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Règle écartée pour cette opération."))
    return True


def _waivers(standing: list[Plan]) -> dict[int, list[Waiver]]:
    found: dict[int, list[Waiver]] = {}
    asked = [each.operation_id for each in standing]
    for waiver in Waiver.objects.filter(operation__in=asked).select_related("author"):
        found.setdefault(waiver.operation_id, []).append(waiver)
    return found


def _found(page: Page, asked: str) -> list[Operation]:
    """The operations that a few words of a title, or a code, name."""
    if not asked.strip():
        return []
    operations = Operation.objects.filter(contract=page.contract)
    words = Q()
    for word in plain(asked).split():
        words &= Q(sort_key__icontains=word)
    return list(operations.filter(words | Q(code__iexact=asked.strip()))[:MOST_FOUND])


def _funders(page: Page, operation: Operation) -> list[Organisation]:
    """The parties of a contract, and the owner of the operation."""
    parties = Q(participations__contract=page.contract) | Q(pk=operation.owner_id)
    return list(Organisation.objects.filter(parties).distinct().order_by("sort_key"))


def _known_cost(operation: Operation) -> int | None:
    """The last total cost that a return gave, in cents: what a first plan starts from."""
    costs = operation.costs.order_by("-effective_on", "-posting_id")
    return costs.values_list("cents", flat=True).first()


def _is_now(page: Page) -> bool:
    return not page.situation.snapshot and "connu" not in page.situation.asked


def _facts(plan: Plan) -> list[Fact]:
    financing = financing_of(plan)
    basis = str(plan.get_tax_basis_display()) if plan.tax_basis else ""
    operation = plan.operation
    return [
        Fact(_("Maître d'ouvrage"), str(operation.owner or operation.owner_name)),
        Fact(_("Coût total"), _amount(plan.cost_cents), note=basis),
        Fact(_("Dépense subventionnable"), _amount(plan.base_cents), note=basis),
        Fact(_("Financements"), money(financing.total)),
        Fact(_("Part du maître d'ouvrage"), money(financing.own_share)),
        Fact(_("Aides publiques"), money(financing.public_aid)),
    ]


def _amount(cents: int | None) -> str:
    return "" if cents is None else money(cents)


def _plans_link(page: Page) -> Link:
    address = reverse("financing:plans", args=[page.contract.slug])
    return Link(_("Plans de financement"), address + page.situation.link())


def _address(page: Page, operation: Operation, name: str = "plan") -> str:
    address = reverse(f"financing:{name}", args=[page.contract.slug, operation.code])
    return address + page.situation.link()
