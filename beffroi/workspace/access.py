"""Which contract a page is about, for whom, and as of when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from beffroi.contracts.abilities import SEE, abilities
from beffroi.contracts.models import Contract
from beffroi.ledger.queries import Scope
from beffroi.ui.components import Link
from beffroi.workspace.situation import Situation, known_choices, others_of, situation_of


@dataclass(frozen=True, slots=True)
class Page:
    """A contract's page being asked for: the contract, what the person may do, the dates."""

    contract: Contract
    abilities: frozenset[str]
    situation: Situation
    known: Sequence[tuple[str, str]]
    beside_dates: Sequence[tuple[str, str]]

    def context(self, tab: str, trail: Sequence[Link] = ()) -> dict[str, Any]:
        """What every page of a contract shows around its own content."""
        slug, query = self.contract.slug, self.situation.link()
        home = reverse("workspace:contract", args=[slug]) + query
        tabs = [
            Link(_("Le contrat"), home, tab == "contract"),
            Link(
                _("Maquette"),
                reverse("workspace:maquette", args=[slug]) + query,
                tab == "maquette",
            ),
        ]
        return {
            "contract": self.contract,
            "situation": self.situation,
            "known": self.known,
            "beside_dates": self.beside_dates,
            "connu": self.situation.asked.get("connu", ""),
            "tabs": tabs,
            "home": home,
            "trail": [
                Link(_("Contrats"), reverse("workspace:portfolio")),
                Link(self.contract.name, home),
                *trail,
            ],
        }


def contract_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of one contract, for those who may see it: ``view(request, page, …)``.

    A contract one may not see does not exist.
    """

    @wraps(view)
    def guarded(request: HttpRequest, slug: str, **rest: Any) -> HttpResponse:
        contract = Contract.objects.filter(slug=slug).first()
        can = abilities(request.user, contract) if contract else frozenset()
        if contract is None or SEE not in can:
            raise Http404
        situation = situation_of(request.GET.dict())
        known = known_choices(Scope(contract), situation.asked.get("connu", ""))
        page = Page(contract, can, situation, known, others_of(request, "au", "connu"))
        return view(request, page, **rest)

    return require_safe(guarded)
