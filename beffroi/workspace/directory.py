"""The directory of a contract: the organisations that take part, the people, the addresses asked.

It holds personal data: only who contributes to the contract or manages it reads it, never readers,
never the public.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from beffroi.contracts.abilities import CONTRIBUTE
from beffroi.contracts.models import Access, Contract, Participation
from beffroi.contracts.pages.frame import Page, contract_action
from beffroi.contracts.pages.situation import others_of, rest_of
from beffroi.contracts.vocabulary import AccessLevel, Role
from beffroi.operations.identity import plain
from beffroi.partners.models import Membership
from beffroi.returns.models import Recipient
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.components import Link
from beffroi.ui.exporting import PARAMETER, export, export_choices

LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to write to: on whose behalf, and what they are to the contract."""

    name: str
    address: str
    organisation: str
    service: str
    what: str

    def holds(self, words: str) -> bool:
        """Whether what is said of them holds these words, in any order."""
        said = plain(f"{self.name} {self.address} {self.organisation} {self.service} {self.what}")
        return all(word in said for word in plain(words).split())


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation of the contract, in what qualities, and its services."""

    organisation: str
    roles: Sequence[str]
    services: Sequence[str]

    def holds(self, words: str) -> bool:
        """Whether what is said of it holds these words, in any order."""
        said = plain(" ".join([self.organisation, *self.roles, *self.services]))
        return all(word in said for word in plain(words).split())


@require_safe
@contract_action(CONTRIBUTE)
def directory(request: HttpRequest, page: Page) -> HttpResponse:
    """Whom to write to about a contract; searched, and taken away as a file."""
    asked = " ".join(request.GET.get("q", "").split())[:LONGEST_SEARCH]
    tables = [
        _contacts_table(page, [each for each in contacts(page.contract) if each.holds(asked)]),
        _parties_table(page, [each for each in parties(page.contract) if each.holds(asked)]),
    ]
    if PARAMETER in request.GET:
        about = [(_("Contrat"), page.contract.name), (_("Recherche"), asked or _("aucune"))]
        name = f"{page.contract.slug}-annuaire"
        return export(tables, request.GET[PARAMETER], name, about)
    context = page.context("sheet", [Link(_("Annuaire"))]) | {
        "tables": tables,
        "asked": asked,
        "beside": others_of(request, "q"),
        "exports": export_choices(rest_of(request, PARAMETER)),
    }
    return render(request, "workspace/directory.html", context)


def contacts(contract: Contract) -> list[Contact]:
    """The people who have access to a contract, then those whom its campaigns write to: a line a
    quality, for somebody may have several."""
    return [*_people(contract), *_recipients(contract)]


def _people(contract: Contract) -> list[Contact]:
    """One line an access: somebody may contribute for one organisation and read for the rest."""
    today = timezone.localdate()
    current = Membership.objects.filter(
        Q(since__isnull=True) | Q(since__lte=today), Q(until__isnull=True) | Q(until__gte=today)
    ).select_related("service", "organisation")
    accesses = (
        Access.objects.filter(contract=contract, user__is_active=True)
        .select_related("user", "organisation")
        .prefetch_related(Prefetch("user__memberships", current))
        .order_by("user__full_name", "user__email", "pk")
    )
    return [_person(access) for access in accesses]


def _person(access: Access) -> Contact:
    """Of an access: the organisation it is for, else those that the person works for."""
    works = [
        each
        for each in access.user.memberships.all()
        if access.organisation_id in {None, each.organisation_id}
    ]
    employers = dict.fromkeys(each.organisation.name for each in works)
    organisation = access.organisation.name if access.organisation else ", ".join(employers)
    services = [each.service.name for each in works if each.service]
    return Contact(
        access.user.full_name,
        access.user.email,
        organisation,
        ", ".join(services),
        str(AccessLevel(access.level).label),
    )


def _recipients(contract: Contract) -> list[Contact]:
    found = (
        Recipient.objects.filter(request__campaign__contract=contract)
        .select_related("request__partner", "request__service")
        .order_by("request__partner__sort_key", "name", "address", "-request__campaign__pk")
    )
    once = {
        (each.address, each.request.partner_id, each.request.service_id): each for each in found
    }
    return [
        Contact(
            each.name,
            each.address,
            each.request.partner.name,
            each.request.service.name if each.request.service else "",
            _("destinataire des campagnes"),
        )
        for each in once.values()
    ]


def parties(contract: Contract) -> list[Party]:
    """The organisations that take part in a contract, each with its qualities and services."""
    found = (
        Participation.objects.filter(contract=contract)
        .select_related("organisation")
        .prefetch_related("organisation__services")
        .order_by("organisation__sort_key", "rank")
    )
    together: dict[int, list[Participation]] = {}
    for each in found:
        together.setdefault(each.organisation_id, []).append(each)
    return [_party(each) for each in together.values()]


def _party(participations: Sequence[Participation]) -> Party:
    organisation = participations[0].organisation
    return Party(
        organisation.name,
        [str(Role(each.role).label) for each in participations],
        [service.name for service in organisation.services.all()],
    )


def _contacts_table(page: Page, found: Iterable[Contact]) -> Table:
    return Table(
        caption=_("Personnes"),
        columns=[
            Column("name", _("Nom")),
            Column("address", _("Adresse électronique")),
            Column("organisation", _("Organisation")),
            Column("service", _("Service")),
            Column("what", _("Droit ou qualité")),
        ],
        rows=[
            Row(
                {
                    "name": each.name or each.address,
                    "address": Cell(each.address, href=f"mailto:{each.address}"),
                    "organisation": each.organisation or None,
                    "service": each.service or None,
                    "what": each.what,
                }
            )
            for each in found
        ],
        id="personnes",
        fictitious=page.contract.fictitious,
        empty=_("Personne ici, ou personne qui réponde à cette recherche."),
    )


def _parties_table(page: Page, found: Iterable[Party]) -> Table:
    return Table(
        caption=_("Organisations du contrat"),
        columns=[
            Column("organisation", _("Organisation")),
            Column("roles", _("Qualité")),
            Column("services", _("Services")),
        ],
        rows=[
            Row(
                {
                    "organisation": each.organisation,
                    "roles": ", ".join(each.roles),
                    "services": ", ".join(each.services) or None,
                }
            )
            for each in found
        ],
        id="organisations",
        fictitious=page.contract.fictitious,
        empty=_("Aucune organisation ici, ou aucune qui réponde à cette recherche."),
    )
