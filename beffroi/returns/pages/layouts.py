"""The layouts of a contract: how each partner's workbook is read, version by version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from beffroi.contracts.abilities import CONTRIBUTE
from beffroi.partners.models import Organisation
from beffroi.returns.actors import DEPOSIT
from beffroi.returns.layouting.differences import differences
from beffroi.returns.layouting.files import LayoutRefused, layout_file
from beffroi.returns.layouting.forms import LayoutFileForm
from beffroi.returns.layouting.history import History, Version, histories, history
from beffroi.returns.layouting.storing import LayoutConflict, NewVersion, free_name, store_version
from beffroi.returns.layouting.words import MEANINGS, amount_words, headers_of, quoted
from beffroi.returns.models import StoredLayout
from beffroi.returns.pages.desk import Desk, desk_action, desk_page
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.components import Fact, Link


@desk_action
def layouts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every layout of the contract; on POST, a new one comes in as a file."""
    form = LayoutFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        partner = Organisation.objects.get(slug=form.cleaned_data["file"]["source"])
        name = free_name(desk.contract, partner, form.cleaned_data["file"]["title"])
        if stored := _brought_in(desk, form, partner, name):
            messages.success(
                request,
                _("« %(title)s » lira les prochains classeurs de %(partner)s qui en ont la forme.")
                % {"title": stored.content["title"], "partner": partner},
            )
            return redirect(_address(desk, partner, name))
    context = desk.context([Link(_("Mises en page"))]) | {
        "table": _every_layout(desk, histories(desk.contract)),
        "form": form,
        "may_import": CONTRIBUTE in desk.actor.rights.can,
    }
    return render(request, "returns/layouts.html", context, status=_status(form))


@desk_action
def one_layout(request: HttpRequest, desk: Desk, partner: str, layout: str) -> HttpResponse:
    """One layout, its versions and what changed; on POST, the next version comes in as a file."""
    found = _history(desk, partner, layout)
    last = found.last
    form = LayoutFileForm(
        request.POST or None, request.FILES or None, initial={"after": last.number}
    )
    posted = request.method == "POST" and form.is_valid()
    if posted and (stored := _brought_in(desk, form, last.partner, layout)):
        said = {"version": stored.version, "title": stored.content["title"]}
        messages.success(request, _("Version %(version)s de « %(title)s » enregistrée.") % said)
        return redirect(_address(desk, last.partner, layout))
    names = {each.slug: str(each) for each in Organisation.objects.all()}
    trail = [Link(_("Mises en page"), desk.address("layouts")), Link(last.title)]
    context = desk.context(trail) | {
        "layout": last,
        "facts": _facts(last),
        "reading": _how_it_reads(last, names),
        "versions": [
            (version, _changes(version, before, names), _file_address(desk, version))
            for version, before in zip(found.versions, [*found.versions[1:], None], strict=True)
        ],
        "form": form,
        "may_import": DEPOSIT in desk.actor.abilities_for(last.partner.pk),
    }
    return render(request, "returns/layout.html", context, status=_status(form))


@desk_page
def layout_version(
    request: HttpRequest, desk: Desk, partner: str, layout: str, version: int
) -> HttpResponse:
    """The file of one version."""
    found = next(
        (each for each in _history(desk, partner, layout).versions if each.number == version), None
    )
    if found is None:
        raise Http404
    response = HttpResponse(layout_file(found.content), content_type="application/yaml")
    file_name = f"{found.name}-v{found.number}" if found.number else found.name
    response["Content-Disposition"] = f'attachment; filename="{file_name}.yaml"'
    return response


def _brought_in(
    desk: Desk, form: LayoutFileForm, partner: Organisation, name: str
) -> StoredLayout | None:
    """The version that a file makes; ``None`` where it could not be, and the form says why.

    Raises ``PermissionDenied`` where the actor does not speak for the partner.
    """
    if DEPOSIT not in desk.actor.abilities_for(partner.pk):
        raise PermissionDenied
    said = form.cleaned_data
    new = NewVersion(name, said["file"], said["after"], said["note"])
    try:
        return store_version(desk.contract, partner, new, desk.actor)
    except LayoutRefused as refused:
        for fault in refused.faults:
            form.add_error("file", fault)
    except LayoutConflict as conflict:
        form.add_error(None, str(conflict))
    return None


def _status(form: LayoutFileForm) -> int:
    return 422 if form.errors else 200


def _history(desk: Desk, partner: str, name: str) -> History:
    found = history(desk.contract, partner, name)
    if found is None:
        raise Http404
    return found


def _address(desk: Desk, partner: Organisation, name: str) -> str:
    return desk.address("layout", partner=partner.slug, layout=name)


def _file_address(desk: Desk, version: Version) -> str:
    return desk.address(
        "layout-version", partner=version.partner.slug, layout=version.name, version=version.number
    )


def _every_layout(desk: Desk, found: list[History]) -> Table:
    rows = []
    for each in found:
        last = each.last
        made = timezone.localtime(last.made_at).date() if last.made_at else None
        rows.append(
            Row(
                {
                    "title": Cell(last.title, href=_address(desk, last.partner, last.name)),
                    "partner": str(last.partner),
                    "version": str(last.number) if last.number else _("fournie par Beffroi"),
                    "author": last.author,
                    "made": made,
                    "from": last.made_from,
                    "returns": each.returns,
                }
            )
        )
    return Table(
        caption=_("Mises en page"),
        columns=[
            Column("title", _("Mise en page")),
            Column("partner", _("Partenaire")),
            Column("version", _("Version")),
            Column("author", _("Faite par")),
            Column("made", _("Le"), "date"),
            Column("from", _("D'après")),
            Column("returns", _("Remontées lues"), "count"),
        ],
        rows=rows,
        id="mises-en-page",
        fictitious=desk.contract.fictitious,
        empty=_("Aucun classeur de ce contrat n'a encore de mise en page : déposez-en un."),
    )


def _facts(version: Version) -> list[Fact]:
    content = version.content
    named = content.get("code_names_operation", True)
    return [
        Fact(_("Partenaire"), str(version.partner)),
        Fact(_("Unité"), content["unit"], note=_("sauf si le classeur dit autre chose")),
        Fact(
            _("Un code désigne"),
            _("une opération, pour toujours") if named else _("un engagement, qui peut changer"),
        ),
        Fact(
            _("Un zéro sur l'argent des autres"),
            _("ne dit rien")
            if content.get("zero_of_others_says_nothing")
            else _("dit qu'il n'y a rien"),
        ),
    ]


def _how_it_reads(version: Version, names: dict[str, str]) -> Table:
    content = version.content
    required = set(content["required"])
    rows = [
        Row(
            {
                "meaning": str(label),
                "headers": quoted(content["columns"][meaning]),
                "needed": _("oui") if meaning in required else _("non"),
            }
        )
        for meaning, label in MEANINGS.items()
        if meaning in content["columns"]
    ]
    rows += [
        Row(
            {
                "meaning": amount_words(rule, names),
                "headers": headers_of(rule),
                "needed": _("non") if rule.get("optional") else _("oui"),
            }
        )
        for rule in content["amounts"]
    ]
    rows += [
        Row(
            {
                "meaning": _("laissée de côté : %(why)s") % rule,
                "headers": quoted(rule["header"]),
                "needed": _("non"),
            },
            kind="muted",
        )
        for rule in content.get("unused", ())
    ]
    return Table(
        caption=_("Colonnes et en-têtes"),
        columns=[
            Column("meaning", _("Sens")),
            Column("headers", _("En-têtes qui le disent")),
            Column("needed", _("Nécessaire")),
        ],
        rows=rows,
        id="lecture",
        hide_caption=True,
    )


def _changes(version: Version, before: Version | None, names: dict[str, Any]) -> list[str]:
    return differences(before.content, version.content, names) if before else []
