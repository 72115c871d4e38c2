"""Which contract a page is about, for whom, and as of when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from beffroi.contracts.abilities import SEE, Rights, contract_seen
from beffroi.contracts.models import Contract
from beffroi.contracts.pages.situation import (
    SNAPSHOT,
    Situation,
    known_choices,
    others_of,
    situation_of,
)
from beffroi.contracts.pages.tabs import tabs_for
from beffroi.ui.components import Link


@dataclass(frozen=True, slots=True)
class Page:
    """A contract's page being asked for: the contract, what the person may do, the dates."""

    contract: Contract
    rights: Rights
    situation: Situation
    known: Sequence[tuple[str, str]]
    beside_dates: Sequence[tuple[str, str]]

    def about(self) -> list[tuple[str, str]]:
        """What figures of this page are: their contract, both dates, the snapshot they show."""
        situation = self.situation
        shown = [(_("Instantané"), situation.snapshot.identifier)] if situation.snapshot else []
        return [
            (_("Contrat"), self.contract.name),
            (_("Situation au"), situation.au.isoformat()),
            (_("Connue à l'écriture n°"), str(situation.connu)),
            *shown,
        ]

    def context(self, tab: str, trail: Sequence[Link] = ()) -> dict[str, Any]:
        """What every page of a contract shows around its own content."""
        slug, query = self.contract.slug, self.situation.link()
        home = reverse("workspace:contract", args=[slug]) + query
        tabs = [
            Link(str(each.label), reverse(each.address, args=[slug]) + query, tab == each.key)
            for each in tabs_for(self.rights.can)
        ]
        return {
            "contract": self.contract,
            "situation": self.situation,
            "known": self.known,
            "beside_dates": self.beside_dates,
            "connu": self.situation.known_shown,
            "tabs": tabs,
            "home": home,
            "trail": [
                Link(_("Contrats"), reverse("workspace:portfolio")),
                Link(self.contract.name, home),
                *trail,
            ],
        }


View = Callable[..., HttpResponseBase]


def contract_page(view: View) -> View:
    """A page of one contract, for those who may see it: ``view(request, page, …)``. It reads only.

    A contract one may not see does not exist.
    """
    return require_safe(_guarded(view, SEE))


def contract_action(needs: str) -> Callable[[View], View]:
    """A page of one contract that may write, on POST, for those who have the ability ``needs``.

    Whoever may see the contract and not do this is refused; to others it does not exist.
    """

    def declare(view: View) -> View:
        return require_http_methods(["GET", "HEAD", "POST"])(_guarded(view, needs))

    return declare


def page_for(request: HttpRequest, slug: str, needs: str = SEE) -> Page:
    """The contract's page that a request asks for.

    Raises ``Http404`` where the person may not see the contract, ``PermissionDenied`` where they
    may and lack the ability ``needs``.
    """
    contract, may = contract_seen(request.user, slug)
    if contract is None or may is None:
        raise Http404
    if needs not in may.can:
        raise PermissionDenied
    situation = situation_of(request.GET.dict(), contract)
    known = known_choices(contract, situation.known_shown)
    return Page(contract, may, situation, known, others_of(request, "au", "connu", SNAPSHOT))


def _guarded(view: View, needs: str) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, slug: str, **rest: Any) -> HttpResponseBase:
        return view(request, page_for(request, slug, needs), **rest)

    return guarded
