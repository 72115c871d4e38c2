"""One page, two doors: a contract's workspace for who signed in, a deposit link for who has no
account. A view is written once, for a :class:`Desk`, and its route is declared once, in
``returns/urls.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from beffroi.contracts.abilities import SEE
from beffroi.contracts.models import Contract
from beffroi.contracts.pages.frame import Page, page_for
from beffroi.returns.actors import DEPOSIT, Actor, Target, signed_in
from beffroi.returns.models import Delivery, DeliveryState
from beffroi.ui.components import Link

TAB = "returns"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where somebody deals with returns from: who, for which contract, through which door.

    ``page`` is the contract's page in the workspace, ``None`` behind a deposit link.
    """

    actor: Actor
    contract: Contract
    page: Page | None = None

    @property
    def base(self) -> str:
        """The template that a page of returns extends: ``{% extends desk.base %}``."""
        return "contracts/contract_base.html" if self.page else "returns/deposit_base.html"

    def address(self, name: str, **arguments: Any) -> str:
        """The address of another page of returns, through the same door: ``delivery``, 12."""
        if self.page:
            address = reverse(f"returns:{name}", kwargs={"slug": self.contract.slug, **arguments})
            return address + self.page.situation.link()
        assert self.actor.link is not None
        return reverse(f"deposit:{name}", kwargs={"link": self.actor.link.pk, **arguments})

    def context(self, trail: Sequence[Link] = ()) -> dict[str, Any]:
        """What a page of returns shows around its own content."""
        around = self.page.context(TAB, trail) if self.page else {"contract": self.contract}
        return {**around, "desk": self}

    def delivery(self, number: int, needs: str = SEE) -> Delivery:
        """The delivery of that number. One that the actor may not see does not exist (404); one
        that is still being prepared is seen only by who may deposit. ``PermissionDenied`` where it
        is seen and the ability ``needs`` is missing.
        """
        delivery = (
            Delivery.objects.filter(contract=self.contract, pk=number)
            .select_related("contract", "partner", "service", "request__campaign", "file", "posted")
            # What may be long is read on demand.
            .defer("findings", "not_data", "posted__findings", "posted__not_data")
            .first()
        )
        if delivery is None:
            raise Http404
        can = self.actor.abilities(delivery)
        submitted = delivery.state == DeliveryState.SUBMITTED
        if SEE not in can or not (submitted or DEPOSIT in can):
            raise Http404
        if needs not in can:
            raise PermissionDenied
        return delivery

    def refuse_unless(self, ability: str, target: Target) -> None:
        """Raise ``Http404`` where the actor may not see it, ``PermissionDenied`` where it may."""
        can = self.actor.abilities(target)
        if SEE not in can:
            raise Http404
        if ability not in can:
            raise PermissionDenied


View = Callable[..., HttpResponse]


def desk_page(view: View) -> View:
    """A page of returns that only reads: ``view(request, desk, …)``."""
    return require_safe(_through_a_door(view))


def desk_action(view: View) -> View:
    """A page of returns that may write, on POST: it asks ``desk`` for the ability it needs."""
    return require_http_methods(["GET", "HEAD", "POST"])(_through_a_door(view))


def _through_a_door(view: View) -> View:
    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, **arguments: Any) -> HttpResponse:
        if "link" in arguments:
            raise Http404  # the door of deposit links is not open yet
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        page = page_for(request, arguments.pop("slug"))
        actor = signed_in(request.user, page.contract, page.rights)
        return view(request, Desk(actor, page.contract, page), **arguments)

    return guarded
